/** A container that was seen dying is not well because the last look came a moment before its end. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { event, look, stopped } from "../fakes/evidence.ts";
import { type Change, db, judgeDb, short } from "../run/judging.ts";

const started = [event("db", "create"), event("db", "start")];
const at = (sec: number) => ({ time: `2025-12-22T21:52:0${sec}.000Z` });
const kill = (signal: number | null) => event("db", "kill", { ...at(1), signal });
const die = (exitCode: number) => event("db", "die", { ...at(2), exitCode });
const destroyed = event("db", "destroy", at(3));
const other = { containerId: "db-2", container: "vx11-db-2" };

const CASES: [what: string, seen: Change, expected: string, text?: string][] = [
  ["die", { events: [...started, die(137)] }, "FAIL exited", "ended with exit code 137 (SIGKILL) as its window ended"],
  ["destroy alone", { events: [...started, destroyed] }, "FAIL exited", '"db" ended as its window ended'],
  ["kill, die, destroy", { events: [...started, kill(9), die(137), destroyed] }, "FAIL exited", "exit code 137"],
  ["the end before the signal's event", { events: [...started, die(137), kill(9)] }, "FAIL exited", "exit code 137"],
  ["SIGTERM without an end", { events: [...started, kill(15)] }, "WARN metrics_missing", "was sent SIGTERM, not by"],
  ["an unnamed signal without an end", { events: [...started, kill(null)] }, "WARN metrics_missing", "sent a signal,"],
  [
    "its own stop signal",
    {
      events: [...started, kill(3)],
      lastLook: look("db", { stopSignal: 3 }),
    },
    "WARN metrics_missing",
    "was sent SIGQUIT",
  ],
  ["a signal that ends nothing", { events: [...started, kill(1)] }, "PASS"],
  ["a restart", { events: [...started, kill(15), die(143), event("db", "start", at(3))] }, "FAIL restarted"],
  ["a later start that only the look saw", {
    events: [...started, die(1)],
    lastLook: look("db", { startedAt: at(3).time }),
  }, "FAIL restarted"],
  [
    "an end that the look saw",
    {
      events: [...started, die(1)],
      lastLook: look("db", { status: "exited", pid: null, exitCode: 1 }),
    },
    "FAIL exited",
    "was not running at the end",
  ],
  ["a replaced one", { events: [...started, die(143)], lastLook: look("db", { id: "db-2" }) }, "FAIL restarted"],
  ["the container that the run's own start replaced", {
    events: [event("db", "die", { ...other, exitCode: 143 }), event("db", "destroy", other), ...started],
  }, "PASS"],
  ["a job that is done", { events: [...started, die(0)], completes: true }, "PASS"],
  ["a job that failed", { events: [...started, die(1)], completes: true }, "FAIL exited"],
  [
    "another one of several",
    {
      several: true,
      events: [...started, event("db", "start", other), event("db", "die", { ...other, exitCode: 1 })],
    },
    "FAIL exited",
    'Container vx11-db-2 of "db" ended with exit code 1',
  ],
  [
    "another one of several, in place",
    {
      several: true,
      inPlace: true,
      events: [event("db", "die", { ...other, exitCode: 1 })],
    },
    "FAIL exited",
    "Container vx11-db-2",
  ],
  [
    "after the window",
    { stop: stopped("db", { endedBefore: true, exitCode: 137 }) },
    "FAIL exited",
    "right after its window",
  ],
  ["after the window, as a job", { completes: true, stop: stopped("db", { endedBefore: true }) }, "PASS"],
];

for (const [what, seen, expected, text = ""] of CASES) {
  Deno.test(`judge() of a container that still ran at the last look: ${what}`, () => {
    const verdict = judgeDb([db(seen)]);
    assertEquals(short(verdict), expected);
    assertStringIncludes(verdict.reasons[0]?.text ?? "", text);
  });
}
