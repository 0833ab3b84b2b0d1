/** The catalogue is what it promises: wide, without doubles, and each expectation one that the rules can give. */

import { assert, assertEquals } from "@std/assert";
import { CHECK_KINDS } from "../../lib/health/registry.ts";
import { RULES } from "../../lib/model/settings.ts";
import { CATALOGUE } from "../../lib/selftest/catalogue.ts";
import { type CatalogueEntry, FAMILIES } from "../../lib/selftest/defect.ts";
import { RUNNERS } from "../../lib/tests/registry.ts";

Deno.test("CATALOGUE has at least 60 entries, and every family on each engine that can have it", () => {
  assert(CATALOGUE.length >= 60, `${CATALOGUE.length} entries`);
  for (const engine of ["compose", "process"] as const) {
    const here = CATALOGUE.filter(({ engines }) => engines.includes(engine));
    // Processes have neither health checks of their own nor images.
    const wanted = FAMILIES.filter((family) => engine === "compose" || !["docker", "apart"].includes(family));
    assertEquals([...new Set(here.map(({ family }) => family))], wanted, engine);
  }
});

/** The kind of check that shows whether the subject is ready. */
const kindOf = ({ subject = {} }: CatalogueEntry) => subject.pageless ? null : subject.readyBy?.kind ?? "http";

/** Kinds whose defects have a family of their own have no other entries. */
const ofKind = (kind: string) =>
  CATALOGUE.filter((entry) => kindOf(entry) === kind && (kind === "http" || entry.family === kind));

for (const kind of CHECK_KINDS) {
  Deno.test(`CATALOGUE has at least four entries for the check ${kind}: one that is late, and three kinds of trouble`, () => {
    const entries = ofKind(kind);
    assert(entries.length >= 4, `${entries.length} entries`);
    const late = entries.filter(({ name }) => name === "late-in-time");
    assertEquals(late.map(({ status }) => status), ["PASS"]);
    const troubles = entries.filter(({ status }) => status !== "PASS");
    assert(troubles.length >= 3, `${troubles.length} entries with trouble`);
  });
}

/** What each kind of test must be able to show. */
const TEST_KINDS = {
  tests: { failing: "tests_failed", hanging: "tests_timeout", "none-matched": "no_tests", killed: "tests_failed" },
  commands: { failing: "tests_failed", hanging: "tests_timeout", none: "no_tests", killed: "tests_failed" },
  inside: { failing: "tests_failed", hanging: "tests_timeout", none: "no_tests", killed: "tests_failed" },
  apart: { failing: "tests_failed", hanging: "tests_timeout", none: "no_tests", killed: "tests_failed" },
} as const;

Deno.test("CATALOGUE has failing, hanging, no and killed tests of every kind", () => {
  assertEquals(Object.keys(TEST_KINDS), [...RUNNERS.map(({ key }) => key), "inside", "apart"]);
  for (const [kind, wanted] of Object.entries(TEST_KINDS)) {
    for (const [name, code] of Object.entries(wanted)) {
      assertEquals(CATALOGUE.find(({ id }) => id === `${kind}/${name}`)?.codes, [code], `${kind}/${name}`);
    }
  }
});

Deno.test("CATALOGUE has commands in a service, and those in an image, in a family of their own, and only there", () => {
  for (const { commands = [], family, id } of CATALOGUE) {
    assertEquals(commands.some(({ service }) => service !== undefined), family === "inside", id);
    assertEquals(commands.some(({ apart, image }) => apart || image !== undefined), family === "apart", id);
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
