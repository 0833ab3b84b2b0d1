/** Runs' events for the tests of the live view, and the state after them. */

import { advance, type LiveState } from "../../lib/cli/live/state.ts";
import type { Phase } from "../../lib/model/evidence.ts";
import type { Progress } from "../../lib/model/progress.ts";
import type { Status } from "../../lib/model/outcome.ts";
import { reason } from "../fakes/records.ts";

export type TimedEvent = [ms: number, event: Progress];

type Started = Extract<Progress, { type: "started" }>;

export function started(modules: string[], cycles: number | null = 1, more: Partial<Started> = {}): Progress {
  const { auditDir, engine, mode } = { mode: "low_power", engine: "docker 28", auditDir: "docs/audit/x" };
  return { type: "started", modules, cycles, mode, engine, auditDir, spentMs: 0, ...more };
}

export function phase(module: string, phase: Phase, done = false): Progress {
  return { type: "phase", module, cycle: 1, phase, done };
}

export function cycle(cycle: number, cycles: number | null): Progress {
  return { type: "cycle", cycle, cycles };
}

export function memory(module: string, service: string, mib: number): Progress {
  return { type: "memory", module, service, bytes: mib * 2 ** 20 };
}

export function verdict(module: string, status: Status, durationMs = 1000, why = "it went wrong"): Progress {
  const reasons = status === "PASS" ? [] : [reason("tests_failed", why)];
  return { type: "verdict", module, tested: true, verdict: { cycle: 1, status, reasons }, durationMs };
}

export function stateAfter(events: readonly TimedEvent[]): LiveState {
  const state = events.reduce<LiveState | null>((state, [ms, event]) => advance(state, event, ms), null);
  if (state === null) throw new Error("the first event is to be that the run started");
  return state;
}
