/** A run with a time to take: how many cycles it has, what ends it, what it says, and its reports while it goes on. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { judgeBy, readEvidence } from "../../lib/audit/rejudge.ts";
import type { RunConfig } from "../../lib/model/config.ts";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { readResumable } from "../../lib/run/before/resume.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { AUDIT_DIR, verdictOn, type World, world } from "./harness.ts";

const TOOL = { name: "vx11-stability", version: "0.1.0" };

/** Each cycle of switch takes a good minute. */
function soaking(config: Partial<RunConfig>): World {
  const thresholds = { probe_interval_ms: 1000, probe_idle_interval_ms: 1000, sample_interval_ms: 1000 };
  return world({ config: { soakSec: 60, ...config }, thresholds });
}

function lines<Type extends JournalLine["type"]>(world: World, type: Type) {
  return world.journal().filter((line): line is Extract<JournalLine, { type: Type }> => line.type === type);
}

function reportOf({ files }: World) {
  return JSON.parse(files.get(`${AUDIT_DIR}/REPORT.json`) ?? "null");
}

const RUNS: { what: string; config: Partial<RunConfig>; cycles: number; by: string; says: string }[] = [
  {
    what: "without a number of cycles begins none after its time, and finishes the last one",
    config: { cycles: null, forSec: 130 },
    cycles: 3,
    by: "time",
    says: "The run ended since its time, 2m10s, was over: after 3 cycles",
  },
  {
    what: "has one cycle at least",
    config: { cycles: null, forSec: 1 },
    cycles: 1,
    by: "time",
    says: "The run ended since its time, 1s, was over: after 1 cycle",
  },
  {
    what: "ends with its time if that is over before its cycles",
    config: { cycles: 9, forSec: 70 },
    cycles: 2,
    by: "time",
    says: "The run ended since its time, 1m10s, was over: after 2 cycles of 9",
  },
  {
    what: "ends with its cycles if they are done before its time",
    config: { cycles: 2, forSec: 3600 },
    cycles: 2,
    by: "cycles",
    says: "The run ended with its 2 cycles, before its time of 1h was over",
  },
];
for (const { by, config, cycles, says, what } of RUNS) {
  Deno.test(`a run with --for ${what}`, async () => {
    const it = soaking(config);
    const result = await it.run();
    assertEquals(verdictOn(result, "switch"), "PASS");
    assertEquals(lines(it, "cycle_finished").length, cycles);
    assertEquals(it.engine.running(), [], "the core goes down in the last cycle");
    const report = reportOf(it);
    assertEquals([report.cycles, report.ended_by, report.settings.for_sec], [cycles, by, config.forSec]);
    assertEquals(report.modules.switch.cycle_results.length, cycles);
    assert(report.notices.includes(says), report.notices.join("\n"));
    assert(it.files.get(`${AUDIT_DIR}/REPORT.md`)?.includes(`**Cycles:** ${cycles}\n`));
    const again = judgeBy(await readEvidence(it.host, AUDIT_DIR, "judge"), null);
    assertEquals(again, result.judged, "judged from its journal, it is the same");
  });
}

Deno.test("a run without --for says nothing of a time", async () => {
  const it = world();
  await it.run();
  const report = reportOf(it);
  assertEquals([report.ended_by, report.settings.for_sec, report.notices], [undefined, undefined, []]);
});

Deno.test("a run with --for that is interrupted gives no PASS, and says how many cycles were seen", async () => {
  const it = soaking({ cycles: null, forSec: 3600 });
  let tests = 0;
  it.onTest = () => ++tests === 3 ? it.interrupt.abort("SIGINT") : undefined;
  const { judged } = await it.run();
  assertEquals(judged.modules.map(({ skipped, status }) => [status, skipped]), [
    ["SKIP", "Only 2 cycles seen: the run was interrupted by SIGINT"],
  ]);
  assertEquals([reportOf(it).cycles, reportOf(it).ended_by], [3, null]);
});

/** A run with a time to take, which ends in its fourth cycle. */
const QUICK = {
  config: { cycles: null, forSec: 0.3 },
  thresholds: { min_probes: 10, probe_interval_ms: 10, sample_interval_ms: 50 },
};

/** A day later, another process goes on with what the first one left. */
async function goneOnWith({ clock, engine, files }: World): Promise<{ world: World; cycles: number | null }> {
  engine.disconnect();
  const second = world({ ...QUICK, pid: 99, clock: autoClock(clock.mono() + 86_400_000), engine, files });
  const { judged } = await second.run(await readResumable(second.host, AUDIT_DIR, TOOL));
  const { evidence, modules } = judged;
  assertEquals([evidence.finished, modules[0]?.status], [true, "PASS"]);
  assertEquals(judgeBy(await readEvidence(second.host, AUDIT_DIR, "judge"), null), judged);
  return { world: second, cycles: evidence.run?.cycles ?? null };
}

Deno.test("a run with --for that is resumed counts the time of all its parts, and not the time between them", async () => {
  for (const at of [100, 340]) {
    const first = world(QUICK);
    assertEquals(await first.killedAt(at), false);
    const { world: second, cycles } = await goneOnWith(first);
    const last = lines(second, "last_cycle");
    assertEquals(last.map(({ cycle }) => cycle), [cycles], `killed at ${at} ms`);
    assert((last[0]?.ms ?? 0) >= 300, "all of its time is taken");
    assert((cycles ?? 0) > 1, "the day between its parts is not counted");
  }
});

Deno.test("a run with --for that was killed in what it knew to be its last cycle begins no other one", async () => {
  const first = world(QUICK);
  await first.run();
  const path = `${AUDIT_DIR}/journal.ndjson`;
  const kept = first.files.get(path)?.split("\n") ?? [];
  const end = kept.findIndex((line) => line.includes('"last_cycle"'));
  first.files.set(path, kept.slice(0, end + 1).join("\n") + "\n");
  const { world: second, cycles } = await goneOnWith(first);
  assertEquals([cycles, lines(second, "last_cycle").length], [4, 1]);
  assertEquals(lines(second, "cycle_finished").map(({ cycle }) => cycle), [1, 2, 3, 4]);
});

Deno.test("a run writes its reports every five minutes between two cycles, marked as not at their end", async () => {
  const it = soaking({ cycles: 12 });
  const writes: { ms: number; report: ReturnType<typeof reportOf> }[] = [];
  let before: string | undefined;
  it.onTest = () => {
    const text = it.files.get(`${AUDIT_DIR}/REPORT.json`);
    if (text === undefined || text === before) return;
    before = text;
    writes.push({ ms: it.clock.mono(), report: JSON.parse(text) });
  };
  const { judged } = await it.run();
  assertEquals(judged.modules[0]?.status, "PASS");
  assertEquals(writes.map(({ report }) => report.modules.switch.cycle_results.length), [5, 10]);
  for (const { report } of writes) {
    assertEquals([report.finished, report.verdict.status, report.modules.switch.status], [false, "WARN", "SKIP"]);
    assertMatch(report.verdict.endings[0].text, /^The run did not come to its end: it still goes on, or was killed; /);
  }
  assertEquals(reportOf(it).verdict.status, "PASS");
});
