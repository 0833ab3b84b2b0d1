/** The module map of a trial: what a config file would declare for the entry. */

import { assertEquals, assertThrows } from "@std/assert";
import { CATALOGUE } from "../../lib/selftest/catalogue.ts";
import type { CatalogueEntry, ReadyBy } from "../../lib/selftest/defect.ts";
import { CORE, modulesOf } from "../../lib/selftest/modules.ts";

const STAND_IN = { program: ["/program"], image: "own:1" };

function entry(over: Partial<CatalogueEntry>): CatalogueEntry {
  const plain = CATALOGUE.find(({ id }) => id === "healthy/plain");
  if (plain === undefined) throw new Error("no healthy/plain");
  return { ...plain, ...over };
}

const healthOf = (over: Partial<CatalogueEntry>) => modulesOf(entry(over), STAND_IN).get("subject")?.health;

Deno.test("modulesOf() declares a page, or nothing, unless the entry names another check", () => {
  assertEquals<unknown>(healthOf({}), [{ service: "subject", kind: "http", port: 8000, path: "/health" }]);
  assertEquals(healthOf({ subject: { pageless: true } }), []);
});

const DECLARED: [ReadyBy, Record<string, unknown>][] = [
  [{ kind: "tcp" }, { port: 8000 }],
  [{ kind: "docker" }, {}],
  [{ kind: "running" }, {}],
  [{ kind: "exec" }, { command: ["/program", "stand-in", "check"] }],
  [{ kind: "exec", command: ["/other"] }, { command: ["/other"] }],
  [{ kind: "log", line: "^a$" }, { line: "^a$" }],
];
for (const [readyBy, own] of DECLARED) {
  Deno.test(`modulesOf() declares ${JSON.stringify(readyBy)} instead of the page`, () => {
    const wanted = [{ service: "subject", kind: readyBy.kind, declared: true, ...own }];
    assertEquals<unknown>(healthOf({ subject: { readyBy } }), wanted);
  });
}

Deno.test("modulesOf() gives commands to the subject alone, with what they leave out", () => {
  const commands = [{ name: "a", run: ["x"] }, { name: "b", run: ["y"], junit: "r.xml", timeoutSec: 2 }];
  const map = modulesOf(entry({ commands, beside: { bystander: {} }, chain: { first: {} } }), STAND_IN);
  assertEquals([...map].filter(([, { moreTests }]) => moreTests !== undefined).map(([name]) => name), ["subject"]);
  assertEquals<unknown>(map.get("subject")?.moreTests, {
    commands: [
      { name: "a", run: ["x"], cwd: ".", env: {}, timeoutSec: null, junit: null },
      { name: "b", run: ["y"], cwd: ".", env: {}, timeoutSec: 2, junit: "r.xml" },
    ],
  });
  const inside = { ...commands[0], name: "c", service: "subject", run: ["/program", "stand-in", "test"] };
  const planted = modulesOf(entry({ commands: [{ name: "c", service: "subject" }] }), STAND_IN);
  assertEquals<unknown>(planted.get("subject")?.moreTests, {
    commands: [{ ...inside, cwd: ".", env: {}, timeoutSec: null, junit: null }],
  });
  const apart = [{ name: "d", apart: true }, { name: "e", apart: true, image: "other:1", run: ["x"] }] as const;
  const images = entry({ commands: apart });
  const rest = { cwd: ".", env: {}, timeoutSec: null, junit: null };
  assertEquals<unknown>(modulesOf(images, STAND_IN).get("subject")?.moreTests, {
    commands: [
      { ...rest, name: "d", image: "own:1", run: ["/program", "stand-in", "test"] },
      { ...rest, name: "e", image: "other:1", run: ["x"] },
    ],
  });
  assertThrows(() => modulesOf(images, { ...STAND_IN, image: null }), Error, "no image");
  assertEquals(modulesOf(entry({ commands: [] }), STAND_IN).get("subject")?.moreTests, { commands: [] });
});

Deno.test("modulesOf() puts each link of the chain on the one before it, and what is beside on the core", () => {
  const map = modulesOf(entry({ chain: { first: {}, second: {} }, beside: { bystander: {} } }), STAND_IN);
  assertEquals([...map].map(([name, { dependsOn }]) => [name, dependsOn]), [
    ["baseline", []],
    ["first", ["baseline"]],
    ["second", ["first"]],
    ["subject", ["second"]],
    ["bystander", ["baseline"]],
  ]);
  assertEquals(CORE.modules, ["baseline"]);
});
