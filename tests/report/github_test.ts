/** What a GitHub Actions job is told: commands on stderr, a summary in its file, and never another verdict. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { main } from "../../lib/cli/cli.ts";
import { tellGithub } from "../../lib/cli/github.ts";
import { tellResult } from "../../lib/cli/result.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { CycleVerdict, JudgedRun } from "../../lib/model/record.ts";
import { annotations } from "../../lib/report/github/annotations.ts";
import { stepSummary } from "../../lib/report/github/step_summary.ts";
import type { Baseline } from "../../lib/model/baseline.ts";
import type { RunStarted } from "../../lib/model/evidence.ts";
import { baselineOf } from "../fakes/baseline.ts";
import { cycleOf, moduleOf, runOf, seen } from "../fakes/evidence.ts";
import { fakeHost } from "../fakes/host.ts";
import { failingRun, interruptedRun, judged, reason, stableRun, verdict, warnRun } from "../fakes/records.ts";
import { commandsIn } from "../parsers/github.ts";
import { parseMarkdown } from "../parsers/markdown.ts";
import { jsonText } from "../fakes/texts.ts";

const HOW = { exitZero: false, color: false, json: false, quiet: false };

async function onGithub(
  run: JudgedRun,
  test: (told: { code: number; out: string; err: string; summary: string | null }) => void,
  { json = false, summary = "summary.md" as string | null, before = "" } = {},
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-github-" });
  try {
    const path = summary === null ? null : join(dir, summary);
    if (before !== "" && path !== null) await Deno.writeTextFile(path, before);
    const env = { GITHUB_ACTIONS: "true", ...(path === null ? {} : { GITHUB_STEP_SUMMARY: path }) };
    const host = fakeHost({ env, host: { files: denoHost().files } });
    const result = { judged: run, auditDir: "docs/audit/x", failure: run.evidence.failure };
    const code = await tellResult(host, { ...HOW, json }, result);
    const text = path === null ? null : await Deno.readTextFile(path).catch(() => null);
    test({ code, ...host.written, summary: text });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a reason is an annotation on stderr each, failures first, and stdout stays as it is", async () => {
  await onGithub(failingRun(), ({ code, err, out }) => {
    assertEquals(code, 1);
    assertEquals(commandsIn(err).map(({ name, properties }) => [name, properties["title"]]), [
      ["error", "hermes: oom_killed"],
      ["error", "hermes: tests_failed"],
      ["error", "spawner: dependency_failed"],
      ["error", "mcp: start_failed"],
      ["warning", "hermes: near_mem_limit"],
    ]);
    assertEquals(commandsIn(out), []);
  });
  await onGithub(failingRun(), ({ out }) => assertEquals(out, jsonText(failingRun())), { json: true });
  await onGithub(stableRun(), ({ err }) => assertEquals(err, ""));
});

Deno.test("without GITHUB_ACTIONS=true nothing is told", async () => {
  for (const env of [{}, { GITHUB_ACTIONS: "false", GITHUB_STEP_SUMMARY: "/nowhere/x" }]) {
    const host = fakeHost({ env });
    await tellResult(host, HOW, { judged: failingRun(), auditDir: "x", failure: null });
    assertEquals(host.written.err, "");
  }
});

Deno.test("annotations() tells how a run ended that did not come to its end", () => {
  const told = (run: JudgedRun) => commandsIn(annotations(run)).map(({ data, name }) => `${name} ${data}`);
  assertEquals(told(interruptedRun()), ["error Interrupted by SIGINT: only what was seen until then is judged"]);
  const failure = { exit: "environment" as const, what: "Docker is gone: 100 %", next: "Start it" };
  assertEquals(told(judged(runOf([], { failure, finished: false, leftBehind: ["Could not remove x"] }), [])), [
    "error Could not remove x",
    "error The run failed: Docker is gone: 100 %. Start it (exit code 3)",
  ]);
  assertEquals(told(judged(runOf([], { finished: false }), [])), [
    "error The run did not come to its end: it still goes on, or was killed; 0 cycles done",
  ]);
});

/** A good run beside an earlier one. */
function comparedRun(baseline: Baseline): JudgedRun {
  const run = stableRun();
  return judged({ ...run.evidence, run: { ...startedOf(run), baseline } }, run.modules);
}

function startedOf({ evidence: { run } }: JudgedRun): RunStarted {
  if (run === null) throw new Error("it did not start");
  return run;
}

const ELSEWHERE = baselineOf("switch", { ready_ms: [9] }, {
  host: { hostname: "\x1b[31mlab2", os: "linux", arch: "arm" },
});
const TOO_FEW = baselineOf("switch", { ready_ms: [9] });
const ENOUGH = baselineOf("switch", { ready_ms: Array.from({ length: 60 }, (_, at) => 9000 + at) });

Deno.test("annotations() warn where nothing was judged against the baseline", () => {
  const told = (baseline: Baseline) =>
    commandsIn(annotations(comparedRun(baseline))).map(({ data, name }) => `${name} ${data}`);
  assertMatch(
    told(ELSEWHERE).join("\n"),
    /^warning The run is not judged .*lab1.*Give --across-hosts to compare[^\n]*$/,
  );
  assertMatch(
    told(TOO_FEW).join("\n"),
    /^warning No figure could be judged against the baseline: 1 too few to tell[^\n]*$/,
  );
  assertEquals(told(ENOUGH), []);
});

Deno.test("--quiet does not hide that nothing was judged against the baseline", async () => {
  const said = async (baseline: Baseline, how: Partial<typeof HOW>) => {
    const host = fakeHost({ env: {} });
    await tellResult(host, { ...HOW, ...how }, { judged: comparedRun(baseline), auditDir: "x", failure: null });
    return host.written.err;
  };
  const text = await said(ELSEWHERE, { quiet: true });
  assertMatch(text, /^The run is not judged against the baseline: .*\\x1b\[31mlab2.*Give --across-hosts.*\n$/);
  assertMatch(await said(TOO_FEW, { quiet: true, json: true }), /^No figure could be judged .*: 1 too few to tell/);
  assertEquals(await said(ENOUGH, { quiet: true }), "");
});

Deno.test("annotations() are two hundred at most, and the last says how many there were", () => {
  const reasons = Array.from({ length: 150 }, (_, index) => [
    reason("slow_stop", `slow ${index}`),
    reason("exited", `gone ${index}`),
  ]).flat();
  const cycles: CycleVerdict[] = [{ cycle: 1, status: "FAIL", reasons }];
  const run = judged(runOf([moduleOf("switch", [cycleOf(1, [seen("switch")])])]), [verdict("switch", "FAIL", cycles)]);
  const commands = commandsIn(annotations(run));
  const having = (level: string) => commands.filter(({ name }) => name === level).length;
  assertEquals([having("error"), having("warning"), having("notice")], [150, 50, 1]);
  assertEquals(commands.at(-1)?.data, "100 more reasons in REPORT.json");
});

Deno.test("the summary is appended to what the step has there, failures first", async () => {
  await onGithub(failingRun(), ({ summary }) => {
    assert(summary?.startsWith("# Mine\n\n# VX11 Stability P0 Report\n"), summary ?? "");
    const { modules, tables } = parseMarkdown(summary ?? "");
    assertEquals(modules, ["❌ hermes", "❌ spawner", "❌ mcp"]);
    assertEquals(tables[0]?.map(([name]) => name), ["hermes", "spawner", "mcp", "shubniggurath"]);
    assertStringIncludes(summary ?? "", "The whole report is REPORT.md in `docs/audit/x`.");
  }, { before: "# Mine\n\n" });
  await onGithub(failingRun(), ({ code, err }) => assertEquals([code, err.includes("notice")], [1, false]), {
    summary: null,
  });
});

Deno.test("stepSummary() has what failed before what warned, whatever the order of the plan", () => {
  const [failing, warned] = [failingRun(), warnRun()];
  const evidence = { ...failing.evidence, modules: [...warned.evidence.modules, ...failing.evidence.modules] };
  const run = judged(evidence, [...warned.modules, ...failing.modules]);
  const { headings, modules } = parseMarkdown(stepSummary(run, { auditDir: "x", room: 1e6 }));
  assertEquals(headings, ["Summary", "Module Results", "The run"]);
  assertEquals(modules, ["❌ hermes", "❌ spawner", "❌ mcp", "⚠️ switch"]);
});

/** A thousand modules that failed, a long log each. */
function enormous(): JudgedRun {
  const names = Array.from({ length: 1000 }, (_, index) => `module${index}`);
  const tail = Array.from({ length: 30 }, (_, index) => `${index} ${"漢".repeat(300)}`);
  const evidence = runOf(
    names.map((name) => moduleOf(name, [cycleOf(1, [seen(name, { log: { path: "raw/x", tail } })])])),
  );
  return judged(
    evidence,
    names.map((name) =>
      verdict(name, "FAIL", [
        { cycle: 1, status: "FAIL", reasons: [reason("exited", `${name} is gone`)] },
      ])
    ),
  );
}

Deno.test("the summary is cut between two parts well before 1 MiB, with a note; what was there before counts", async () => {
  const run = enormous();
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  for (const before of ["", "x".repeat(400_000)]) {
    await onGithub(run, ({ summary }) => {
      const size = bytes(summary ?? "");
      assert(size > 400_000 && size <= 512 * 1024, `${size} bytes`);
      assertMatch(summary ?? "", /\*\*Cut here:\*\* \d+ parts left out, since GitHub accepts no more\. /);
      assertEquals(((summary ?? "").match(/^`{3,}/gm) ?? []).length % 2, 0, "no block is left open");
    }, { before });
  }
});

Deno.test("a summary that cannot be written is a notice, and the verdict stays", async () => {
  await onGithub(failingRun(), ({ code, err }) => {
    assertEquals(code, 1);
    const notice = commandsIn(err).find(({ name }) => name === "notice");
    assertMatch(notice?.data ?? "", /^Cannot append the summary to ".*nowhere\/summary\.md": .*No such file/);
  }, { summary: "nowhere/summary.md" });
  await onGithub(stableRun(), ({ code, err, summary }) => {
    assertEquals([code, summary?.length], [0, 600_000]);
    assertMatch(commandsIn(err)[0]?.data ?? "", /: it holds 600000 bytes already/);
  }, { before: "x".repeat(600_000) });
});

Deno.test("tellGithub() never throws", async () => {
  const openAppend = () => Promise.reject("no error object");
  const files = { ...denoHost().files, openAppend };
  const host = fakeHost({ env: { GITHUB_STEP_SUMMARY: "/tmp/x" }, host: { files } });
  await tellGithub(host, { judged: stableRun(), auditDir: "x" });
  assertMatch(host.written.err, /^::notice .*no error object/);
});

Deno.test("a run that could not begin is an annotation as well", async () => {
  const host = fakeHost({ args: ["--cycles", "x"], env: { GITHUB_ACTIONS: "true" } });
  assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 2);
  const [command] = commandsIn(host.written.err);
  assertEquals(command?.name, "error");
  assertMatch(command?.data ?? "", /^--cycles is "x", it must be a whole number/);
});

Deno.test("what keeps a run from beginning is told without the secrets of this program's own environment", async () => {
  const env = { GITHUB_ACTIONS: "true", REGISTRY_TOKEN: "tok-4711-xyzzy", AUTH_MODE: "prompt" };
  const host = fakeHost({ args: ["--config", "/p/tok-4711-xyzzy.yaml", "--mode", "low_power"], env });
  assertEquals(await main(host, { name: "vx11-stability", version: "0.1.0" }), 2);
  assertEquals(host.written.err.match(/tok-4711-xyzzy/g), null, host.written.err);
  assertEquals(host.written.err.match(/\[secret REGISTRY_TOKEN\]/g)?.length, 2, "as text and as an annotation");
});
