import { assertEquals } from "@std/assert";
import { marksOf } from "../../lib/report/html/marks.ts";
import type { ServiceEvidence } from "../../lib/model/record.ts";
import { answers, cycleOf, event, look, moduleOf, noAnswer, runOf, sample, seen } from "../fakes/evidence.ts";

/** The fakes' run begins at 21:50:59.435; their first window lasts from 1000 to 4000 ms. */
function marks(over: Partial<ServiceEvidence>) {
  const run = runOf([moduleOf("db", [cycleOf(1, [seen("db", over)])])], { startedAt: "2025-12-22T21:50:59.000Z" });
  return marksOf(run).map(({ endMs, kind, ms, what }) => ({ kind, ms, endMs, what }));
}

const at = (time: string) => ({ time: `2025-12-22T${time}Z` });

Deno.test("marksOf() has nothing of a module that is well", () => {
  assertEquals(marks({}), []);
});

Deno.test("marksOf() sets a kill for memory where the engine's event says", () => {
  const over = {
    events: [event("db", "start"), event("db", "oom", at("21:51:01.500"))],
    lastLook: look("db", { oomKilled: true }),
  };
  const what = "killed for memory, a child (oom event, OOMKilled flag)";
  assertEquals(marks(over), [{ kind: "oom", ms: 2500, endMs: 2500, what }]);
});

Deno.test("marksOf() sets a kill without an event where a trace of it was seen", () => {
  const names = { containerId: "db-1", service: "db", pid: 77, task: "tail", trace: "it was killed" };
  const what = "killed for memory, a child (kernel log)";
  assertEquals(marks({ kills: [{ ...names, by: "kernel log", ms: 2500 }] }), [
    { kind: "oom", ms: 2500, endMs: 2500, what },
  ]);
});

Deno.test("marksOf() sets a kill without an event at the sample that counted it, or at the window's end", () => {
  const samples = [0, 0, 1, 1].map((oomKills, i) => sample("db", 1000 + i * 500, { oomKills }));
  assertEquals(marks({ samples }).map(({ ms }) => ms), [2000]);
  assertEquals(marks({ lastLook: look("db", { oomKilled: true }) }).map(({ ms }) => ms), [4000]);
});

Deno.test("marksOf() marks each further start, and a counter without events at the window's end", () => {
  const events = [event("db", "start"), event("db", "die"), event("db", "start", at("21:51:02.000"))];
  assertEquals(marks({ events }).map(({ kind, ms }) => ({ kind, ms })), [{ kind: "restart", ms: 3000 }]);
  const counted = marks({ events: [], lastLook: look("db", { restartCount: 2 }) });
  assertEquals(counted, [{ kind: "restart", ms: 4000, endMs: 4000, what: "restarted (restart count rose by 2)" }]);
});

Deno.test("marksOf() brings a moment of another clock, or an unreadable one, into the window", () => {
  const oom = (time: string) =>
    marks({ events: [event("db", "start"), event("db", "oom", { time })] }).map(({ ms }) => ms);
  assertEquals(oom("2025-12-22T23:00:00Z"), [4000]);
  assertEquals(oom("2025-12-22T20:00:00Z"), [1000]);
  assertEquals(oom("yesterday"), [4000]);
});

Deno.test("marksOf() joins failed probes that are close, and says why the first failed", () => {
  const failed = [2000, 2100, 3900].map((ms) => noAnswer(ms === 2100 ? "timeout" : "refused", { ms }));
  assertEquals(marks({ probes: [...answers(1), ...failed] }), [
    { kind: "probe", ms: 2000, endMs: 2100, what: "2 probes failed (refused)" },
    { kind: "probe", ms: 3900, endMs: 3900, what: "1 probe failed (refused)" },
  ]);
});
