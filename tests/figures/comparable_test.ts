/** Whether two runs compare, and the sentences about what differs besides the services. */

import { assertEquals } from "@std/assert";
import {
  comparableRemedy,
  differences,
  inPlaceText,
  whyNoAnswer,
  whyNotComparable,
} from "../../lib/figures/comparable.ts";
import { limitsOf } from "../../lib/figures/against_baseline.ts";
import { compareRuns } from "../../lib/figures/compare.ts";
import type { RunFigures } from "../../lib/model/baseline.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { figuresOf } from "../fakes/baseline.ts";

const run = (over: Partial<RunFigures> = {}, series: Record<string, number[]> = {}) => figuresOf("db", series, over);

Deno.test("whyNotComparable() names both engines and both hosts, also one that is unknown", () => {
  assertEquals(whyNotComparable(run(), run(), false), null);
  assertEquals(
    whyNotComparable(run({ engine: null }), run(), true),
    "the runs are of different engines, unknown and compose",
  );
  assertEquals(
    whyNotComparable(run(), run({ engine: null }), true),
    "the runs are of different engines, compose and unknown",
  );
  assertEquals(
    whyNotComparable(run({ host: null }), run(), false),
    "the runs are of different hosts, unknown and lab1 (linux, x86_64)",
  );
  assertEquals(whyNotComparable(run({ host: null }), run(), true), null);
});

Deno.test("comparableRemedy() offers --across-hosts for two hosts, and nothing for two engines", () => {
  assertEquals(
    comparableRemedy({ engine: "compose" }, { engine: "compose" }),
    "Give --across-hosts to compare them anyway",
  );
  assertEquals(comparableRemedy({ engine: "compose" }, { engine: "process" }), "");
});

Deno.test("inPlaceText() names each service once, by its run", () => {
  const modules = (inPlace: string[]) => ({
    modules: [1, 2].map((nr) => ({ name: `m${nr}`, status: null, services: [], inPlace, tests: {} })),
  });
  const text = "Services that ran already and were tested in place have no figures here: ";
  assertEquals(inPlaceText(run(), run()), null);
  assertEquals(inPlaceText(run(modules(["db", "web"])), run()), `${text}db, web (earlier run)`);
  assertEquals(
    inPlaceText(run(modules(["db"])), run(modules(["web"]))),
    `${text}db (earlier run); web (later run)`,
  );
});

Deno.test("differences() says what is unknown, and how each run ended if one was cut short", () => {
  assertEquals(differences(run({ jobs: null }), run()), ["Modules at the same time (--jobs): unknown → 1"]);
  assertEquals(differences(run(), run({ jobs: null })), ["Modules at the same time (--jobs): 1 → unknown"]);
  const cut = run({ cutShort: "interrupted by SIGINT" });
  assertEquals(differences(cut, run()), ["End of the run: interrupted by SIGINT → came to its end"]);
  assertEquals(differences(run(), cut), ["End of the run: came to its end → interrupted by SIGINT"]);
  assertEquals(differences(cut, cut), ["End of the run: interrupted by SIGINT → interrupted by SIGINT"]);
  assertEquals(differences(run(), run()), []);
});

Deno.test("whyNoAnswer() is null if a figure is in both runs and the later one came to its end", () => {
  const why = (before: RunFigures, after: RunFigures) =>
    whyNoAnswer(compareRuns(before, after, limitsOf(defaultThresholds()), false));
  const some = run({}, { ready_ms: [1000] });
  assertEquals(why(some, some), null);
  assertEquals(why(some, { ...some, cutShort: "interrupted by SIGINT" }), "the later run was interrupted by SIGINT");
  assertEquals(why(some, { ...some, cutShort: "failed: the disk is full" }), "the later run failed: the disk is full");
  assertEquals(why({ ...some, cutShort: "failed: the disk is full" }, some), null);
  assertEquals(why(some, run()), "no figure is in both runs");
  assertEquals(
    why(run({ modules: [{ name: "db", status: null, services: [], inPlace: ["db"], tests: {} }] }), some),
    "no figure is in both runs. Services that ran already and were tested in place have no figures here: db (earlier run)",
  );
});
