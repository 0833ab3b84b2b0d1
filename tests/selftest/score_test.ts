/** Counting right and wrong, and the bound on what was not seen. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { CATALOGUE } from "../../lib/selftest/catalogue.ts";
import type { CatalogueEntry } from "../../lib/selftest/defect.ts";
import { type Found, type Incidents, outcomeOf } from "../../lib/selftest/outcome.ts";
import { upperBound } from "../../lib/figures/binomial.ts";
import { rowsOf, scoreOf } from "../../lib/selftest/score.ts";

import { trial } from "./trials.ts";

const entry = (over: Partial<CatalogueEntry>): CatalogueEntry => ({
  name: "x",
  id: "start/x",
  family: "start",
  engines: ["process"],
  what: "",
  status: "FAIL",
  codes: ["exited"],
  ...over,
});

const NOTHING: Incidents = { restarts: 0, replaced: false, killedForMemory: null };

const OUTCOMES: [
  string,
  Partial<CatalogueEntry>,
  Pick<Found, "status" | "codes"> & Partial<Found>,
  string,
][] = [
  ["as expected", {}, { status: "FAIL", codes: ["exited"] }, "right"],
  [
    "in another order",
    { codes: ["oom_killed", "exited"] },
    { status: "FAIL", codes: ["exited", "oom_killed"] },
    "right",
  ],
  ["a defect passed", {}, { status: "PASS", codes: [] }, "false PASS"],
  ["a defect not seen through", {}, { status: "SKIP", codes: [] }, "false PASS"],
  ["a failure taken for a warning", {}, { status: "WARN", codes: ["flapping"] }, "false PASS"],
  [
    "a warning taken for a failure",
    { status: "WARN", codes: ["flapping"] },
    { status: "FAIL", codes: ["health_lost"] },
    "false FAIL",
  ],
  ["a healthy one warned of", { status: "PASS", codes: [] }, { status: "WARN", codes: ["flapping"] }, "false FAIL"],
  ["another reason", {}, { status: "FAIL", codes: ["restarted"] }, "wrong reason"],
  ["one reason too many", {}, { status: "FAIL", codes: ["exited", "restarted"] }, "wrong reason"],
  ["one too few", { codes: ["oom_killed", "exited"] }, { status: "FAIL", codes: ["exited"] }, "wrong reason"],
  ["a healthy one not seen through", { status: "PASS", codes: [] }, { status: "SKIP", codes: [] }, "wrong reason"],
  [
    "a restart that was none",
    {},
    { status: "FAIL", codes: ["exited"], incidents: { ...NOTHING, restarts: 1 } },
    "wrong figure",
  ],
  [
    "one restart of two",
    { codes: ["restarted"], restarts: 2 },
    { status: "FAIL", codes: ["restarted"], incidents: { ...NOTHING, restarts: 1 } },
    "wrong figure",
  ],
  [
    "any number of many",
    { codes: ["restarted"], restarts: "many" },
    { status: "FAIL", codes: ["restarted"], incidents: { ...NOTHING, restarts: 5 } },
    "right",
  ],
  [
    "none of many",
    { codes: ["restarted"], restarts: "many" },
    { status: "FAIL", codes: ["restarted"] },
    "wrong figure",
  ],
  [
    "another victim",
    { codes: ["oom_killed"], killedForMemory: "child" },
    { status: "FAIL", codes: ["oom_killed"], incidents: { ...NOTHING, killedForMemory: "main" } },
    "wrong figure",
  ],
  [
    "a container in its place",
    { codes: ["restarted"], replaced: true },
    { status: "FAIL", codes: ["restarted"], incidents: { ...NOTHING, replaced: true } },
    "right",
  ],
  [
    "a healthy module beside it that was not found healthy",
    { codes: ["restarted"], restarts: 1 },
    { status: "FAIL", codes: ["restarted"], incidents: { ...NOTHING, restarts: 1 }, harmed: ["bystander"] },
    "false FAIL",
  ],
  [
    "trouble of the core",
    { status: "WARN", codes: ["dependency_unstable"], also: { baseline: ["restarted"] } },
    { status: "WARN", codes: ["dependency_unstable"], also: { baseline: ["restarted"] } },
    "right",
  ],
  [
    "trouble of the core that its own row does not have",
    { status: "WARN", codes: ["dependency_unstable"], also: { baseline: ["restarted"] } },
    { status: "WARN", codes: ["dependency_unstable"] },
    "false PASS",
  ],
  ["a healthy core", {}, { status: "FAIL", codes: ["exited"], also: { baseline: ["restarted"] } }, "false FAIL"],
  ["no verdict at all", { status: "PASS", codes: [] }, { status: null, codes: [] }, "no verdict"],
];
for (const [what, expected, found, outcome] of OUTCOMES) {
  Deno.test(`outcomeOf() ${what}: ${outcome}`, () =>
    assertEquals(outcomeOf(entry(expected), { incidents: NOTHING, also: {}, harmed: [], ...found }), outcome));
}

Deno.test("scoreOf() counts every outcome, and bounds nothing where nothing was tried", () => {
  const trials = [trial({}), trial({ outcome: "false PASS" }), trial({ outcome: "wrong reason" }), trial({})];
  const { boundPct, counts, wrong } = scoreOf(trials);
  assertEquals([wrong, counts.right, counts["false PASS"], counts["false FAIL"], counts["wrong reason"]], [
    2,
    2,
    1,
    0,
    1,
  ]);
  assertAlmostEquals(boundPct ?? 0, 100 * upperBound(2, 4), 1e-9);
  assertEquals(scoreOf([]).boundPct, null);
});

Deno.test("rowsOf() shows the first trial that was wrong, else the first", () => {
  const [a, b] = CATALOGUE;
  if (a === undefined || b === undefined) throw new Error("the catalogue is empty");
  const trials = [trial({ id: a.id, durationMs: 1 }), trial({ id: a.id, outcome: "no verdict" }), trial({ id: b.id })];
  const rows = rowsOf([a, b], trials);
  assertEquals(rows.map(({ trials: own, shown }) => [own.length, shown?.outcome]), [[2, "no verdict"], [1, "right"]]);
  assertEquals(rowsOf([a], [])[0]?.shown, undefined);
});
