/**
 * Whether a process ends on a stop signal. As PID 1 of its container it does not until it has set up a handler: a
 * process that is stopped before that has not ignored the signal, it could not receive it.
 */

import { hasSignal, readProcess } from "../../proc/proc.ts";
import { type Restarts, restartsOf } from "../../figures/incidents.ts";
import { waitReady } from "../../health/wait.ts";
import { anySignal } from "../../host/any_signal.ts";
import { FairTimer } from "../../host/fair.ts";
import type { Host } from "../../host/host.ts";
import type { ContainerState } from "../../model/evidence.ts";
import type { RunContext } from "../context.ts";
import { findCycle } from "../../record/fold.ts";
import type { Check } from "../window/check.ts";
import { waiting } from "../window/readiness.ts";
import type { Unit } from "../units.ts";

const LOOK_MS = 50;
/**
 * A process that does nothing for this long is not about to set up a handler: it is `sleep`, or a shell that waits for
 * its child.
 */
const IDLE_MS = 1000;

/** By `/proc/PID/status`: whether SIGTERM is caught, waited for, or ends it by default. */
export function heedsTerm(status: string): boolean {
  // An init such as tini blocks its signals, and waits for them itself.
  if (hasSignal(status, "SigCgt", "SIGTERM") || hasSignal(status, "SigBlk", "SIGTERM")) return true;
  const isFirst = /^NSpid:.*\s1$/m.test(status);
  return !isFirst && !hasSignal(status, "SigIgn", "SIGTERM");
}

/**
 * Resolves when a service that was not seen ready since its last start can be stopped: it has set up its handler, has
 * ended, or is ready without one; its limit for becoming ready is over; or there is nothing left that would show that
 * it is still starting. Resolves at once if the kernel does not say, or if the user interrupts. Resolves to false if
 * its page has not answered and it still has no handler: then it cannot receive the stop signal, and its stop shows
 * nothing about it.
 */
export async function untilHeeds(context: RunContext, unit: Unit, state: ContainerState): Promise<boolean> {
  const { engine, host, journal, signal } = context;
  const { module, window } = unit;
  const cycle = findCycle(journal.evidence, module, window.cycle);
  const seen = cycle?.services.find(({ service }) => service === state.service);
  const { health, pid } = seen?.lastLook ?? state;
  // A service that was started again in the window may have been ready before that, and be starting now.
  const isAgain = seen !== undefined && isStartedAgain(restartsOf(seen));
  const isReady = (seen !== undefined && seen.ready !== null && !isAgain) || health === "healthy";
  if (!engine.isLocal || pid === null || isReady || !isDeaf(host, pid)) return true;
  const leftMs = limitLeftMs(context, seen?.lastLook ?? state, isAgain ? null : cycle?.openedMs ?? 0);
  const over = new AbortController();
  const answers = untilReadyOrLate(context, unit, state.service, leftMs, anySignal([over.signal, signal]))
    .finally(() => over.abort());
  const hasPage = probedOf(window, state.service).length > 0;
  const isIdle = hasPage || health !== null ? () => false : idleness(host, pid);
  const stop = anySignal([over.signal, signal]);
  while (!stop.aborted && isDeaf(host, pid) && !isIdle()) {
    await host.clock.sleep(LOOK_MS, stop).catch(() => {});
  }
  over.abort();
  const status = host.kernel.read(`/proc/${pid}/status`) ?? "";
  return await answers || !hasPage || !isDeaf(host, pid) || hasSignal(status, "SigIgn", "SIGTERM");
}

/** The service's checks, without those that the engine's events report. */
function probedOf({ checks }: Unit["window"], service: string): Check[] {
  return checks.filter(({ declared, watched }) => declared.service === service && watched !== "events");
}

function isDeaf({ kernel }: Pick<Host, "kernel">, pid: number): boolean {
  const status = kernel.read(`/proc/${pid}/status`);
  return status !== null && /^State:/m.test(status) && !/^State:\s+[ZX]/m.test(status) && !heedsTerm(status);
}

function isStartedAgain({ count, replaced }: Restarts): boolean {
  return count > 0 || replaced;
}

/**
 * What is left of its limit for becoming ready, counted from its module's start at `openedMs`, or from its own start if
 * that was earlier. If `openedMs` is null, only from its own start.
 */
function limitLeftMs({ config, host, journal }: RunContext, state: ContainerState, openedMs: number | null): number {
  const { startPeriodMs = 0, startedAt } = state;
  const upMs = startedAt === null ? 0 : host.clock.wall() - Date.parse(startedAt);
  const sinceMs = openedMs === null ? upMs : Math.max(journal.elapsedMs() - openedMs, upMs);
  return Math.max(0, config.timeoutSec * 1000 + startPeriodMs - sinceMs);
}

/**
 * Resolves to true when all its checks pass, if it has any; to false when `ms` are over as a fair limit, or when the
 * signal aborts.
 */
async function untilReadyOrLate(
  context: RunContext,
  { window }: Unit,
  service: string,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  const checks = probedOf(window, service);
  if (checks.length === 0) {
    await new FairTimer(context.host).reaches(ms, signal);
    return false;
  }
  const hopeless = new AbortController().signal;
  const waits = checks.map((check) =>
    waitReady(check.host, { ...waiting(context, check), timeoutMs: ms, signal, hopeless })
  );
  try {
    return (await Promise.all(waits)).every(({ ready }) => ready);
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}

/** Whether it has slept for `IDLE_MS` without using a core; never true if the kernel does not say. */
function idleness({ clock, kernel }: Pick<Host, "clock" | "kernel">, pid: number): () => boolean {
  let ticks = -1;
  let since = clock.mono();
  return () => {
    const proc = readProcess(kernel, pid);
    if (proc === null || proc.state !== "S" || proc.ticks !== ticks) since = clock.mono();
    ticks = proc?.ticks ?? -1;
    return clock.mono() - since >= IDLE_MS;
  };
}
