/** What the verdict rules share: what one is given, what it gives, and how it says that something was not seen. */

import type { ServiceFigures } from "../figures/figures.ts";
import type { ContainerState, RunStarted } from "../model/evidence.ts";
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

/** What to do where the engine did not answer a question. */
export const AGAIN = "Check that the engine answers, and run it again";

/** `next`: what to do to have it. */
export function missing(what: string, next: string): { code: ReasonCode; text: string } {
  return { code: "metrics_missing", text: `${capitalized(what)}. ${next}` };
}

/** Whether it was selected; what is only brought up for others is not asked for tests, nor for figures that take their time. */
export function isTested({ selected }: RunStarted, module: string): boolean {
  return selected.includes(module);
}

/** Running at the end, or done with its work where it is to end. */
export function isWell({ oneShot }: RunStarted, { service, lastLook }: ServiceEvidence): boolean {
  if (isRunning(lastLook)) return true;
  return oneShot.includes(service) && lastLook?.status === "exited" && lastLook.exitCode === 0;
}

export function isRunning(state: ContainerState | null): boolean {
  return state?.status === "running";
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
