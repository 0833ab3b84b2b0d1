/** What the verdict rules share: their input, their output, and how they report that something was not seen. */

import type { ServiceFigures } from "../figures/figures.ts";
import { type ContainerState, hasCompleted, type RunStarted } from "../model/evidence.ts";
import type { CycleEvidence, ServiceEvidence } from "../model/record.ts";
import type { ReasonCode } from "../model/settings.ts";

/** A reason before its level is known. */
export interface Finding {
  code: ReasonCode;
  text: string;
  service: string | null;
}

/** One service in one cycle. */
export interface Case {
  run: RunStarted;
  /** Whether its module is tested. */
  tested: boolean;
  cycle: CycleEvidence;
  seen: ServiceEvidence;
  figures: ServiceFigures;
}

export type Rule = (item: Case) => { code: ReasonCode; text: string }[];

/** What to do if the engine did not answer a question. */
export const AGAIN = "Check that the engine answers, and run it again";

/** `next`: what to do to get it. */
export function missing(what: string, next: string): { code: ReasonCode; text: string } {
  return { code: "metrics_missing", text: `${capitalized(what)}. ${next}` };
}

/**
 * Whether the module was selected. One that is only brought up for others needs no tests, and no figures that take
 * time.
 */
export function isTested({ selected }: RunStarted, module: string): boolean {
  return selected.includes(module);
}

/** Whether the service was running at the end, or done with its work if it is meant to end. */
export function isWell({ completes, lastLook }: ServiceEvidence): boolean {
  if (isRunning(lastLook)) return true;
  return completes === true && lastLook !== null && hasCompleted(lastLook);
}

export function isRunning(state: ContainerState | null): boolean {
  return state?.status === "running";
}

/** The exit code of its last end in the window; null if that was not seen. */
export function lastExitCode({ events, lastLook }: ServiceEvidence): number | null {
  const died = events.findLast(({ action }) => action === "die")?.exitCode;
  return died ?? (isRunning(lastLook) ? null : lastLook?.exitCode ?? null);
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
