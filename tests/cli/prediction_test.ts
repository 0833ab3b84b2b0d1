/** `plan --from`: what is told of an earlier run's times, and what is refused. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { main } from "../../lib/cli/cli.ts";
import { reportOf } from "../../lib/report/json/json.ts";
import { SpawnError } from "../../lib/host/host.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { fakeHost } from "../fakes/host.ts";
import { coreOf, cycleOf, moduleOf, runOf, runStarted } from "../fakes/evidence.ts";
import { judged, stableRun } from "../fakes/records.ts";
import { jsonText } from "../fakes/texts.ts";
import { readableJson } from "../../lib/report/json/compact.ts";

const REPORT = jsonText(stableRun());
const RUN = "/work/docs/audit/run";
const FILES = {
  [`${RUN}/REPORT.json`]: REPORT,
  "/work/killed/journal.ndjson": "",
  "/work/empty/x": "",
  "/work/untimed.json": JSON.stringify({ ...JSON.parse(REPORT), timing: undefined }),
  "/work/python.json": '{"modules_tested":["a"],"modules":{"a":{"status":"PASS"}}}',
  "/work/other.json": '{"name":"something else"}',
  "/work/list.json": "[1,2]",
  "/work/half.json": REPORT.slice(0, 2000),
  "/work/newer.json": JSON.stringify({ ...JSON.parse(REPORT), schema_version: 99 }),
  "/work/odd.json": JSON.stringify({ ...JSON.parse(REPORT), timing: { modules: [{ name: 7 }] } }),
};

/** A host without docker. */
const NO_DOCKER = {
  clock: autoClock(),
  spawn() {
    throw new SpawnError("not found", "no docker");
  },
};

async function plan(...args: string[]) {
  const host = fakeHost({ args: ["plan", ...args], files: FILES, host: NO_DOCKER });
  const code = await main(host, { name: "vx11-stability", version: "0.1.0" });
  return { code, ...host.written };
}

Deno.test("plan --from says the critical path and the sum after the plan", async () => {
  const { code, err, out } = await plan("--modules", "hermes,switch", "--from", "docs/audit/run");
  assertEquals([code, err], [0, ""]);
  const [before, after] = out.split("Nothing was touched.\n");
  assertEquals(before, (await plan("--modules", "hermes,switch")).out.split("Nothing was touched.\n")[0]);
  assertEquals(
    after,
    `
Predicted from ${RUN}/REPORT.json (1 cycle, medians), for 1 cycle:
  one module after the other 16.6 s, side by side as far as dependencies allow 14.6 s
  critical path: baseline start 931 ms → ready 8 ms → switch start 400 ms → ready 312 ms → hermes ready 3 ms → tests 12.8 s → switch stop 210 ms
`,
  );
});

Deno.test("plan --from takes a report by its name as well", async () => {
  const by = (path: string) => plan("--modules", "switch", "--from", path);
  assertEquals(await by(`${RUN}/REPORT.json`), await by(RUN));
});

Deno.test("plan --from counts the cycles and the soak of the plan", async () => {
  const { out } = await plan("--modules", "switch", "--cycles", "3", "--soak-sec", "10", "--from", RUN);
  // The core once, and three times what it takes to be ready, switch, and its soak.
  assertStringIncludes(out, "medians), for 3 cycles:\n  one module after the other 39.7 s,");
  assertStringIncludes(out, "\n  critical path of the first cycle: baseline start 931 ms → ");
});

Deno.test("plan --from predicts one cycle of a run that ends by time", async () => {
  const { out } = await plan("--modules", "switch", "--for", "24h", "--from", RUN);
  assertStringIncludes(out, "medians), for each of the cycles that begin within 24h:\n  one module after the other ");
  const limited = (await plan("--modules", "switch", "--for", "24h", "--cycles", "3", "--from", RUN)).out;
  assertStringIncludes(limited, "medians), for 3 cycles, or as many as begin within 24h:\n");
});

Deno.test("plan --from names what it cannot know", async () => {
  const { out } = await plan("--modules", "hermes,baseline,mcp,shubniggurath", "--from", RUN);
  assertStringIncludes(out, "\n  Not in that record, and left out: mcp, shubniggurath\n");
  assertStringIncludes(out, "\n  Not tested in that record, so without probes and tests: baseline\n");
});

Deno.test("plan --from predicts nothing from a record of other modules", async () => {
  const report = reportOf(judged(runOf([moduleOf("other", [cycleOf(1, [])])]), []));
  const host = fakeHost({
    host: NO_DOCKER,
    args: ["plan", "--modules", "switch", "--from", "r.json"],
    files: { "/work/r.json": readableJson(report) },
  });
  assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 0);
  assertStringIncludes(host.written.out, "medians): nothing, it has none of these modules\n");
  assertStringIncludes(host.written.out, "left out: baseline, switch\n");
});

Deno.test("plan --from --json has the same as a value", async () => {
  const value = async (...args: string[]) => JSON.parse((await plan("--json", "--modules", "switch,mcp", ...args)).out);
  const { prediction, ...rest } = await value("--from", RUN);
  assertEquals(rest, await value(), "without it the plan is as it was");
  assertEquals(prediction, {
    from: `${RUN}/REPORT.json`,
    from_cycles: 1,
    // With hermes, which is brought up for mcp.
    sum_ms: 3864,
    critical_ms: 3860.7,
    critical_path: [
      ["baseline", "start", 930.5],
      ["baseline", "ready", 7.9],
      ["switch", "start", 400],
      ["switch", "ready", 312.3],
      ["switch", "probes", 2000],
      ["switch", "stop", 210],
    ].map(([module, phase, duration_ms]) => ({ module, phase, duration_ms })),
    unknown_modules: ["mcp"],
    untested_modules: [],
  });
});

Deno.test("plan --from shows no control character of a record", async () => {
  const run = runStarted({ selected: ["switch"], services: {}, dependsOn: { baseline: [], switch: [] } });
  const report = reportOf(judged(runOf([moduleOf("switch", [cycleOf(1, [])]), coreOf(1)], { run }), []));
  const args = ["plan", "--modules", "switch", "--from", "r\x1b.json"];
  const host = fakeHost({ args, files: { "/work/r\x1b.json": readableJson(report) }, host: NO_DOCKER });
  assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 0);
  assertStringIncludes(host.written.out, "Predicted from /work/r\\x1b.json ");
});

const NAME_ONE = /\nName the folder of a run, such as docs\/audit\/vx11_stability_\w+, or its REPORT\.json\n$/;
const REFUSED: [string, RegExp, RegExp][] = [
  ["nowhere", /Cannot predict from "\/work\/nowhere": there is no such file or folder/, NAME_ONE],
  ["empty", /Cannot predict from "\/work\/empty": it has no REPORT\.json/, NAME_ONE],
  ["killed", /it has no REPORT\.json/, /\nWrite it from the journal: vx11-stability judge "\/work\/killed"\n$/],
  ["untimed.json", /its `timing` is not as this program writes it/, NAME_ONE],
  ["other.json", /it is not the report of a run/, NAME_ONE],
  ["list.json", /it is not the report of a run/, NAME_ONE],
  ["half.json", /it is not JSON \(/, NAME_ONE],
  ["newer.json", /it has schema version 99, and this program reads 2/, NAME_ONE],
  ["odd.json", /its `timing` is not as this program writes it/, NAME_ONE],
  ["python.json", /it is of the Python harness, which did not record/, NAME_ONE],
];
for (const [path, why, next] of REFUSED) {
  Deno.test(`plan --from refuses ${path} as wrong usage`, async () => {
    const { code, err, out } = await plan("--from", path);
    assertEquals([code, out], [2, ""]);
    assertMatch(err, why);
    assertMatch(err, next);
  });
}

Deno.test("plan --from says why a record cannot be read", async () => {
  const files = { ...fakeHost().files, kind: () => Promise.reject(new Error("Permission denied (os error 13)")) };
  const host = fakeHost({ args: ["plan", "--from", "/root/run"], host: { ...NO_DOCKER, files } });
  assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 2);
  assertStringIncludes(host.written.err, 'Cannot predict from "/root/run": Permission denied (os error 13)\n');
});
