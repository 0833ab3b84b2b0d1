/** A run that goes on after it was cut short: what was done is not done again, and nothing that was seen is lost. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { RunConfig } from "../../lib/model/config.ts";
import { Failure } from "../../lib/model/failure.ts";
import type { JournalLine } from "../../lib/model/evidence.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import type { RunResult } from "../../lib/run/run.ts";
import { readResumable } from "../../lib/run/before/resume.ts";
import { judgeBy, readEvidence } from "../../lib/audit/rejudge.ts";
import { rechained } from "../fakes/journal.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { AUDIT_DIR, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

const TOOL = { name: "vx11-stability", version: "0.1.0" };

/** Two modules that do not need each other, each some 100 ms a cycle. */
function options(more: Partial<WorldOptions> = {}): WorldOptions {
  return {
    ...more,
    tests: { "test_shub_a.py": 0, ...more.tests },
    config: { selected: ["switch", "shubniggurath"], cycles: 2, ...more.config },
    thresholds: { min_probes: 10, probe_interval_ms: 10 },
  };
}

/** Another process of the same host on what the first one left. */
function next(first: World, more: Partial<WorldOptions> = {}): World {
  const { clock, engine, files } = first;
  engine.disconnect();
  return world(options({ pid: 99, clock: autoClock(clock.mono() + 60_000), engine, files, ...more }));
}

async function resume(next: World): Promise<RunResult> {
  return await next.run(await readResumable(next.host, AUDIT_DIR, TOOL));
}

function lines<Type extends JournalLine["type"]>(world: World, type: Type) {
  return world.journal().filter((line): line is Extract<JournalLine, { type: Type }> => line.type === type);
}

/** `cycle module file` of each test file that was run, in order. */
function tested(world: World): string[] {
  return lines(world, "test").map(({ cycle, file, module }) => `${cycle} ${module} ${file}`);
}

function statuses({ alsoRun, modules }: JudgedRun): string[] {
  return [...modules, ...alsoRun].map(({ name, status }) => `${name} ${status}`);
}

Deno.test("resume: at whatever moment a run was killed, no finished module cycle is repeated, and the verdicts are the same", async () => {
  const whole = world(options());
  const { judged } = await whole.run();
  const length = lines(whole, "run_finished")[0]?.ms ?? 0;
  const verdicts = statuses(judged);
  assertEquals(verdicts, ["switch PASS", "shubniggurath PASS", "baseline PASS"]);
  let cut = 0;
  for (let at = 1; at < length; at += 31) {
    const first = world(options());
    assertEquals(await first.killedAt(at), false);
    if (!first.files.has(`${AUDIT_DIR}/journal.ndjson`)) continue;
    const finished = lines(first, "cycle_finished").length;
    const before = tested(first);
    const second = next(first);
    const result = await resume(second);
    assertEquals(statuses(result.judged), verdicts, `killed at ${at} ms`);
    assert(result.judged.evidence.finished);
    assertEquals(second.engine.running(), whole.engine.running(), `left running after a kill at ${at} ms`);
    // Each module of each cycle once, but for the one that was cut short.
    const counts = Map.groupBy(tested(second), (each) => each);
    const twice = [...counts.values()].filter(({ length }) => length > 1);
    assert(twice.length <= 1, `killed at ${at} ms: ${[...twice.flat()]}`);
    assert(twice.every(([each = ""]) => Number(each.split(" ")[0]) === finished + 1));
    assertEquals(counts.size, 4);
    assertEquals(tested(second).slice(0, before.length), before);
    if (twice.length > 0) cut++;
    const again = judgeBy(await readEvidence(second.host, AUDIT_DIR, "judge"), null);
    assertEquals(again, result.judged);
  }
  assert(cut > 0);
});

Deno.test("resume: a run that was interrupted goes on, and says so", async () => {
  const first = world(options());
  first.onTest = (file) => file === "test_shub_a.py" ? first.interrupt.abort("SIGINT") : undefined;
  await first.run();
  const second = next(first);
  const result = await resume(second);
  assertEquals([verdictOn(result, "switch"), verdictOn(result, "shubniggurath")], ["PASS", "PASS"]);
  const { parts = [], interrupted, modules } = result.judged.evidence;
  assertEquals([interrupted, parts.map(({ after }) => after)], [null, [null, "SIGINT"]]);
  assertEquals(modules.find(({ name }) => name === "shubniggurath")?.cutShort?.map(({ cycle }) => cycle), [1]);
  const report = JSON.parse(second.files.get(`${AUDIT_DIR}/REPORT.json`) ?? "");
  assertEquals(report.modules.shubniggurath.cut_short.length, 1);
  assertEquals(report.modules.switch.cut_short, undefined);
  assertEquals(report.parts.map((part: { after: string | null }) => part.after), [null, "SIGINT"]);
  const markdown = second.files.get(`${AUDIT_DIR}/REPORT.md`) ?? "";
  assertStringIncludes(
    markdown,
    "after it had been cut short by SIGINT; begun anew: shubniggurath (cycle 1), baseline (cycle 1)",
  );
  assertEquals(markdown.includes("## Parts"), false);
});

Deno.test("resume: what was bad in a cycle that was cut short counts, whatever its second attempt came to", async () => {
  const first = world(options({ tests: { "test_shub_a.py": 1, "test_shub_b.py": 0 } }));
  first.onTest = (file) => file === "test_shub_b.py" ? first.interrupt.abort("SIGINT") : undefined;
  await first.run();
  const result = await resume(next(first, { tests: { "test_shub_a.py": 0, "test_shub_b.py": 0 } }));
  assertEquals([verdictOn(result, "switch"), verdictOn(result, "shubniggurath")], ["PASS", "FAIL tests_failed"]);
  const [text = ""] =
    result.judged.modules.find(({ name }) => name === "shubniggurath")?.reasons.map(({ text }) => text) ??
      [];
  assertStringIncludes(text, "Cycle 1, which was cut short and begun anew: test_shub_a.py: 1 of 3 tests failed");
});

Deno.test("resume: a module that failed and was done is not begun anew", async () => {
  const first = world(options({ tests: { "test_switch_a.py": 1 } }));
  first.onTest = (file) => file === "test_shub_a.py" ? first.interrupt.abort("SIGINT") : undefined;
  await first.run();
  const second = next(first, { tests: { "test_switch_a.py": 1 } });
  const result = await resume(second);
  assertEquals(verdictOn(result, "switch"), "FAIL tests_failed");
  assertEquals(tested(second).filter((each) => each === "1 switch test_switch_a.py").length, 1);
});

Deno.test("resume: of a run that was cut short twice, all parts are in the record", async () => {
  const first = world(options());
  await first.killedAt(150);
  const second = next(first);
  second.onTest = (file) => file === "test_shub_a.py" ? second.interrupt.abort("SIGTERM") : undefined;
  await resume(second);
  const third = next(second, { pid: 111 });
  const result = await resume(third);
  assertEquals(result.judged.evidence.parts?.map(({ after }) => after), [null, "a kill", "SIGTERM"]);
  assertEquals(result.judged.modules.map(({ status }) => status), ["PASS", "PASS"]);
  const ms = third.journal().map((line) => line.ms);
  assertEquals(ms, ms.toSorted((a, b) => a - b), "times go on");
});

Deno.test("resume: the extracts have what the journal has, and no half line", async () => {
  const first = world(options());
  await first.killedAt(250);
  for (const name of ["samples.ndjson", "events.ndjson"]) {
    first.files.set(`${AUDIT_DIR}/${name}`, (first.files.get(`${AUDIT_DIR}/${name}`) ?? "").slice(0, -20));
  }
  const second = next(first);
  await resume(second);
  const extract = (name: string) =>
    (second.files.get(`${AUDIT_DIR}/${name}`) ?? "").trimEnd().split("\n").map((line) => JSON.parse(line));
  const of = (...types: string[]) => second.journal().filter(({ type }) => types.includes(type));
  assertEquals(extract("samples.ndjson"), of("sample", "sample_missing", "probe"));
  assertEquals(extract("events.ndjson"), of("event", "gap"));
});

Deno.test("resume: on another boot, figures are told apart", async () => {
  const first = world(options({ config: { cycles: 3 } }));
  first.onTest = (file) =>
    file === "test_shub_a.py" && lines(first, "cycle_finished").length > 0
      ? first.interrupt.abort("SIGINT")
      : undefined;
  await first.run();
  const second = next(first, { config: { cycles: 3 } });
  second.boot = "boot-2";
  const result = await resume(second);
  const found = result.judged.evidence.modules.find(({ name }) => name === "shubniggurath");
  assertEquals(found?.cycles.map(({ part, stratum }) => [part, stratum]), [[undefined, undefined], [1, 1], [1, 1]]);
  const markdown = second.files.get(`${AUDIT_DIR}/REPORT.md`) ?? "";
  assertStringIncludes(markdown, "and the host had been started again");
  assertStringIncludes(markdown, "| 1 | lab1 | shubniggurath | 1 |");
  assertStringIncludes(markdown, "| 2 | lab1 | shubniggurath | 2 |");
});

Deno.test("resume: side by side as well", async () => {
  const config = { jobs: 2, selected: ["switch", "hermes", "shubniggurath"] };
  const whole = world(options({ config }));
  await whole.run();
  const length = lines(whole, "run_finished")[0]?.ms ?? 0;
  for (let at = 3; at < length; at += 41) {
    const first = world(options({ config }));
    await first.killedAt(at);
    if (!first.files.has(`${AUDIT_DIR}/journal.ndjson`)) continue;
    const result = await resume(next(first, { config }));
    assertEquals(result.judged.modules.map(({ status }) => status), ["PASS", "PASS", "PASS"], `killed at ${at} ms`);
  }
});

const CHANGES: [what: string, change: (first: World) => Partial<WorldOptions>, said: string][] = [
  ["an option", () => ({ config: { soakSec: 3 } }), "option soakSec, 0 before and 3 now"],
  [
    "which modules",
    () => ({ config: { selected: ["switch"] } }),
    'option modules, ["switch","shubniggurath"] before and ["switch"] now',
  ],
  ["a test file", () => {
    return { tests: { "test_switch_new.py": 0 } };
  }, 'test file "test_switch_new.py"'],
  ["a service", ({ engine }) => {
    const spec = engine.services.get("switch");
    if (spec !== undefined) engine.services.set("switch", { ...spec, declared: "other" });
    return {};
  }, 'service "switch"'],
  ["the map", () => {
    const { settings } = world().config;
    const modules = new Map(settings.modules);
    const spec = modules.get("switch");
    if (spec !== undefined) modules.set("switch", { ...spec, health: [] });
    return { config: { settings: { ...world(options()).config.settings, modules } } };
  }, 'module "switch"'],
  ["a command", () => ({ config: commanded(["npm", "test"]) }), 'module "switch"'],
];

/** The module `switch` with a command that counts as a test. */
function commanded(run: string[]): Partial<RunConfig> {
  const { settings } = world(options()).config;
  const modules = new Map(settings.modules);
  const spec = modules.get("switch");
  const command = { name: "smoke", run, cwd: ".", env: {}, timeoutSec: null, junit: null };
  if (spec !== undefined) modules.set("switch", { ...spec, moreTests: { commands: [command] } });
  return { settings: { ...settings, modules } };
}

Deno.test("resume: a run with commands goes on, unless a word of one has changed", async () => {
  const first = world(options({ config: commanded(["npm", "test"]) }));
  await first.killedAt(150);
  await assertRejects(
    () => resume(next(first, options({ config: commanded(["npm", "run", "test"]) }))),
    Failure,
    'module "switch"',
  );
  const { judged } = await resume(next(first, options({ config: commanded(["npm", "test"]) })));
  assertEquals(statuses(judged), ["switch PASS", "shubniggurath PASS", "baseline PASS"]);
});

for (const [what, change, said] of CHANGES) {
  Deno.test(`resume: refused if ${what} changed since the run began`, async () => {
    const first = world(options());
    await first.killedAt(150);
    const second = next(first, change(first));
    const failure = await assertRejects(() => resume(second), Failure);
    assertEquals(failure.data.exit, "usage");
    assertStringIncludes(failure.data.what, `something has changed since the run began: ${said}`);
    assertEquals(lines(second, "resumed").length, 0);
  });
}

Deno.test("resume: refused of a run that came to its end, of a demonstration, of another version, and without a request", async () => {
  const refused = async (world: World, tool = TOOL) => {
    const failure = await assertRejects(() => readResumable(world.host, AUDIT_DIR, tool), Failure);
    return failure.data.what;
  };
  const whole = world(options());
  await whole.run();
  assertStringIncludes(await refused(whole), "the run came to its end");
  const demo = world(options({ config: { demo: { faults: [] } } }));
  await demo.killedAt(150);
  assertStringIncludes(await refused(demo), "it is a demonstration");
  const killed = world(options());
  await killed.killedAt(150);
  assertStringIncludes(
    await refused(killed, { ...TOOL, version: "9.9.9" }),
    "version 0.1.0 began it, and this is 9.9.9",
  );
  const path = `${AUDIT_DIR}/journal.ndjson`;
  const lineOf = (text: string) => text.split("\n").filter((line) => !line.includes('"type":"request"')).join("\n");
  killed.files.set(path, rechained(lineOf(killed.files.get(path) ?? "")));
  assertStringIncludes(await refused(killed), "does not say how it was called");
});

Deno.test("resume: refused while the run is going on", async () => {
  const first = world(options());
  await first.killedAt(150);
  const second = next(first);
  second.alive.add(77);
  const failure = await assertRejects(() => resume(second), Failure);
  assertStringIncludes(failure.data.what, "Another run is at work");
});
