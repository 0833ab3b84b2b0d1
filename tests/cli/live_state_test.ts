import { assertEquals } from "@std/assert";
import { advance, interrupted, isBusy, over, remainingMs, totalOf } from "../../lib/cli/live/state.ts";
import { cycle, memory, phase, started, stateAfter, type TimedEvent, verdict } from "./live_events.ts";

const TWO = started(["switch", "hermes"], 3);

Deno.test("advance() knows nothing before the run has started", () => {
  assertEquals(advance(null, { type: "notice", text: "An earlier run had been killed" }, 5), null);
});

Deno.test("advance() keeps the phases that go on, and counts a module's time from its own work on", () => {
  const events: TimedEvent[] = [
    [0, TWO],
    [10, cycle(1, 3)],
    [20, phase("switch", "dependencies")],
    [50, phase("switch", "dependencies", true)],
    [60, phase("switch", "start")],
    [70, phase("switch", "start", true)],
    [80, phase("switch", "probes")],
    [90, phase("switch", "tests")],
  ];
  const at = (count: number) => stateAfter(events.slice(0, count)).modules.get("switch");
  assertEquals([at(3)?.phases, at(3)?.startedMs], [["dependencies"], null]);
  assertEquals([at(6)?.phases, at(6)?.startedMs], [[], 60]);
  assertEquals([at(8)?.phases, at(8)?.startedMs], [["probes", "tests"], 60]);
  const tested = stateAfter([...events, [99, phase("switch", "tests", true)]]);
  assertEquals(tested.modules.get("switch")?.phases, ["probes"]);
});

Deno.test("advance() counts no time of a module that waits for its turn, and it is not busy", () => {
  const events: TimedEvent[] = [[0, TWO], [10, phase("switch", "slot")]];
  const waiting = stateAfter(events).modules.get("switch");
  assertEquals([waiting?.startedMs, waiting !== undefined && isBusy(waiting)], [null, false]);
  const going = stateAfter([...events, [20, phase("switch", "start")]]).modules.get("switch");
  assertEquals([going?.startedMs, going !== undefined && isBusy(going)], [20, true]);
});

Deno.test("advance() holds the newest sample of each service until the verdict", () => {
  const sampled: TimedEvent[] = [[0, TWO], [1, memory("switch", "a", 1)], [2, memory("switch", "b", 5)]];
  const state = stateAfter([...sampled, [3, memory("switch", "a", 2)]]);
  assertEquals([...state.modules.get("switch")?.memory ?? []], [["a", 2 * 2 ** 20], ["b", 5 * 2 ** 20]]);
  const judged = stateAfter([...sampled, [4, verdict("switch", "FAIL", 900)]]);
  assertEquals(judged.modules.get("switch")?.memory.size, 0);
  assertEquals(judged.modules.get("switch")?.result, { status: "FAIL", code: "tests_failed", tookMs: 900 });
  assertEquals(judged.judged, 1);
});

Deno.test("advance() begins each cycle anew, but for what is skipped in all of them", () => {
  const state = stateAfter([
    [0, TWO],
    [1, { type: "skipped", module: "hermes", why: "it is not there" }],
    [2, cycle(1, 3)],
    [3, phase("baseline", "start")],
    [4, verdict("switch", "PASS")],
    [5, cycle(2, 3)],
  ]);
  assertEquals([...state.modules.values()].map(({ name, result }) => [name, result?.status ?? null]), [
    ["switch", null],
    ["hermes", "SKIP"],
  ]);
  assertEquals([state.judged, totalOf(state), state.cycle], [1, 3, 2]);
});

Deno.test("advance() says what was tried and did not become ready, and whether that still holds", () => {
  const up = (why: string | null) => ({ type: "up" as const, module: "switch", afterMs: 1, why });
  assertEquals(stateAfter([[0, TWO], [1, up("no answer")]]).modules.get("switch")?.notReady, true);
  assertEquals(stateAfter([[0, TWO], [1, up("no answer")], [2, up(null)]]).modules.get("switch")?.notReady, false);
});

const ETA: { name: string; events: TimedEvent[]; nowMs: number; left: number | null }[] = [
  { name: "nothing before a whole cycle", events: [[0, TWO], [100, cycle(1, 3)]], nowMs: 5000, left: null },
  {
    name: "the mean of one cycle, without what came before it",
    events: [[0, TWO], [100, cycle(1, 3)], [1100, cycle(2, 3)]],
    nowMs: 1400,
    left: 700 + 1000,
  },
  {
    name: "the mean of two",
    events: [[0, TWO], [0, cycle(1, 3)], [1000, cycle(2, 3)], [4000, cycle(3, 3)]],
    nowMs: 4500,
    left: 1500,
  },
  {
    name: "the later ones in full where this one takes longer",
    events: [[0, TWO], [0, cycle(1, 3)], [1000, cycle(2, 3)]],
    nowMs: 9000,
    left: 1000,
  },
  {
    name: "nothing where the last one takes longer",
    events: [[0, TWO], [0, cycle(1, 3)], [1000, cycle(2, 3)], [2000, cycle(3, 3)]],
    nowMs: 3000,
    left: null,
  },
  {
    name: "nothing while the run is being ended",
    events: [[0, TWO], [0, cycle(1, 3)], [1000, cycle(2, 3)], [1100, { type: "stopping", containers: ["a"] }]],
    nowMs: 1200,
    left: null,
  },
];

const HOUR = 3_600_000;
const DAY = started(["switch"], null, { forSec: 86_400 });
ETA.push({
  name: "the whole cycles that begin before the time is over",
  events: [[0, DAY], [0, cycle(1, null)], [HOUR, cycle(2, null)]],
  nowMs: 1.5 * HOUR,
  left: 22.5 * HOUR,
}, {
  name: "the rest of the last one when the time is over",
  events: [[0, started(["switch"], null, { forSec: 5000 })], [0, cycle(1, null)], [HOUR, cycle(2, null)]],
  nowMs: 1.5 * HOUR,
  left: 0.5 * HOUR,
}, {
  name: "by the cycles if they are done before the time",
  events: [[0, started(["switch"], 3, { forSec: 86_400 })], [0, cycle(1, 3)], [HOUR, cycle(2, 3)]],
  nowMs: 1.5 * HOUR,
  left: 1.5 * HOUR,
}, {
  name: "without the time that was spent before the run was resumed",
  events: [[0, started(["switch"], null, { forSec: 86_400, spentMs: 12 * HOUR })], [0, cycle(7, null)], [
    HOUR,
    cycle(8, null),
  ]],
  nowMs: 1.5 * HOUR,
  left: 10.5 * HOUR,
});

for (const { name, events, nowMs, left } of ETA) {
  Deno.test(`remainingMs() is ${name}`, () => assertEquals(remainingMs(stateAfter(events), nowMs), left));
}

Deno.test("interrupted() and over() end the run's time, and over() what goes on", () => {
  const busy = stateAfter([[0, TWO], [1, phase("switch", "tests")], [2, phase("baseline", "look")]]);
  assertEquals(interrupted(busy).stage, "ending");
  const left = over(interrupted(busy));
  assertEquals([left.stage, [...left.modules.keys()]], ["over", ["switch", "hermes"]]);
  assertEquals(left.modules.get("switch")?.phases, []);
});

Deno.test("over() says what went wrong worst in any cycle", () => {
  const events: TimedEvent[] = [
    [0, started(["a", "b", "c", "d"], 3)],
    ...(["PASS", "WARN", "FAIL", "PASS"] as const).map((status, index): TimedEvent => [
      1,
      verdict("abcd"[index] ?? "", status, 10),
    ]),
    [2, cycle(2, 3)],
    ...["a", "b", "c"].map((name): TimedEvent => [3, verdict(name, "PASS", 20)]),
    [4, cycle(3, 3)],
    [5, verdict("b", "FAIL", 30)],
    [5, verdict("c", "WARN", 30)],
    [5, verdict("a", "PASS", 30)],
  ];
  const left = [...over(stateAfter(events)).modules.values()];
  assertEquals(left.map(({ result }) => [result?.status, result?.tookMs]), [
    ["PASS", 30],
    ["FAIL", 30],
    ["FAIL", 10],
    [undefined, undefined],
  ]);
});
