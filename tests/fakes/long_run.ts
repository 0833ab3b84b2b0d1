/** Runs of nine modules as real ones leave them: windows of seconds one after the other, noise, and trouble here and there. */

import { judge } from "../../lib/judge/verdict.ts";
import type { CycleEvidence, JudgedRun } from "../../lib/model/record.ts";
import { cycleOf, event, look, MIB, moduleOf, noAnswer, runOf, runStarted, sample, seen, testRun } from "./evidence.ts";
import { random } from "./random.ts";

export const NINE_MODULES =
  "switch hermes spawner hormiguero mcp manifestator operator-backend operator-frontend shubniggurath".split(" ");

const CYCLE_MS = 40_000;
const TURN_MS = 4000;
const BEGAN = Date.parse("2025-12-22T21:50:59.435Z");

export interface LongRunOptions {
  modules?: readonly string[];
  /** MiB a cycle, of the second module. */
  leak?: number;
  /** Of each window. */
  probes?: number;
  samples?: number;
  /** Every so many cycles, every third module is killed for memory. */
  killEvery?: number;
}

export function longRun(cycles: number, options: LongRunOptions = {}): JudgedRun {
  const { killEvery = 10, leak = 0, modules = NINE_MODULES, probes = 30, samples = 15 } = options;
  const next = random(1);
  const evidence = modules.map((name, place) =>
    moduleOf(
      name,
      Array.from({ length: cycles }, (_, index) =>
        windowOf({
          name,
          cycle: index + 1,
          began: index * CYCLE_MS + place * TURN_MS + 1000,
          killed: place % 3 === 0 && (index + 1) % killEvery === 0,
          grown: place === 1 ? leak * index : 0,
          probes,
          samples,
          next,
        })),
    )
  );
  const none = Object.fromEntries(modules.map((name) => [name, []]));
  const services = Object.fromEntries(modules.map((name) => [name, [name]]));
  const run = runOf(evidence, { durationMs: cycles * CYCLE_MS });
  run.run = runStarted({ selected: [...modules], cycles, services, dependsOn: none, core: [], jobs: 1 });
  return judge(run);
}

interface Window {
  name: string;
  cycle: number;
  began: number;
  killed: boolean;
  /** MiB above the first cycle. */
  grown: number;
  probes: number;
  samples: number;
  next: () => number;
}

function windowOf({ began, cycle, grown, killed, name, next, probes, samples }: Window): CycleEvidence {
  const at = (index: number) => began + 700 + index * 2000 / probes;
  const isDown = (index: number) => killed && Math.abs(index - probes / 2) < 2;
  const service = seen(name, {
    probes: Array.from(
      { length: probes },
      (_, index) =>
        isDown(index)
          ? noAnswer("connection refused", { ms: at(index), latencyMs: 1 })
          : { ms: at(index), ok: true, latencyMs: Math.round(next() ** 6 * 900) / 10 + 0.8, status: 200, error: null },
    ),
    samples: Array.from({ length: samples }, (_, index) =>
      sample(name, began + index * 3000 / samples, {
        memBytes: Math.round((20 + 6 * Math.sin(index / 3) + next() + grown) * MIB),
        cpuUsec: 100_000 + index * 30_000 + Math.round(next() * 20_000),
      })),
    lastLook: look(name, killed ? { status: "exited", exitCode: 137, oomKilled: true } : {}),
    events: [
      event(name, "create"),
      event(name, "start"),
      ...(killed ? [event(name, "oom", { time: new Date(BEGAN + began + 1700).toISOString() })] : []),
    ],
    log: {
      path: `raw/${name}_vx11-${name}.cycle${cycle}.log`,
      tail: Array.from({ length: 15 }, (_, line) => `2025-12-22T21:51:00Z INFO ${name} GET /health 200 in ${line} ms`),
    },
  });
  const tests = [`test_${name}_health.py`, `test_${name}_tools.py`];
  return cycleOf(cycle, [service], {
    openedMs: began,
    closedMs: began + 3000,
    testFiles: tests,
    tests: tests.map((file) => testRun(file)),
    phases: [
      { phase: "start", startMs: began, durationMs: 400 },
      { phase: "ready", startMs: began + 400, durationMs: 300 },
      { phase: "probes", startMs: began + 700, durationMs: 2000 },
      { phase: "tests", startMs: began + 700, durationMs: 900 },
      { phase: "stop", startMs: began + 3000, durationMs: 210 },
    ],
  });
}
