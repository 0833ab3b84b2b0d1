/** The catalogue is what it promises: wide, without doubles, and each expectation one that the rules can give. */

import { assert, assertEquals } from "@std/assert";
import { RULES } from "../../lib/model/settings.ts";
import { CATALOGUE } from "../../lib/selftest/catalogue.ts";
import { FAMILIES } from "../../lib/selftest/defect.ts";

Deno.test("CATALOGUE has at least 60 entries, and every family on each engine", () => {
  assert(CATALOGUE.length >= 60, `${CATALOGUE.length} entries`);
  for (const engine of ["compose", "process"] as const) {
    const here = CATALOGUE.filter(({ engines }) => engines.includes(engine));
    assertEquals([...new Set(here.map(({ family }) => family))], [...FAMILIES], engine);
  }
});

Deno.test("CATALOGUE names each entry once, in words that fit a file name", () => {
  assertEquals(new Set(CATALOGUE.map(({ id }) => id)).size, CATALOGUE.length);
  for (const { id } of CATALOGUE) assert(/^[a-z]+\/[a-z0-9-]+$/.test(id), id);
});

Deno.test("CATALOGUE expects the worst level of its reasons as the status", () => {
  for (const { id, status, codes } of CATALOGUE) {
    const levels = codes.map((code) => RULES[code].level);
    const worst = levels.includes("fail") ? "FAIL" : levels.length > 0 ? "WARN" : "PASS";
    assertEquals(status, worst, id);
    assertEquals(new Set(codes).size, codes.length, id);
  }
});

Deno.test("CATALOGUE has a defect for every rule", () => {
  const planted = new Set(CATALOGUE.flatMap(({ codes }) => codes));
  assertEquals(Object.keys(RULES).filter((code) => !planted.has(code as keyof typeof RULES)), []);
});
