/** How a service ended when it was asked to. What is bad, the verdict says. */

import type { StopOutcome } from "../model/evidence.ts";

export const SIGTERM = 15;
/** The exit code of what SIGKILL ended; a service may also choose it itself. */
export const SIGKILL_EXIT = 128 + 9;

/** The number of the signal that asked it to stop. */
export function stopSignalOf({ signal = SIGTERM }: Pick<StopOutcome, "signal">): number {
  return signal;
}

/**
 * Whether what ended by itself after its stop signal says that all was well: 0, or the code of that very signal. Nothing is
 * said of one that had to be killed, that has not stopped, or whose code is not known.
 */
export function isUnclean(
  outcome: Pick<StopOutcome, "error" | "exitCode" | "killed" | "signal" | "verified">,
): boolean {
  const { error, exitCode, killed, verified } = outcome;
  if (error !== null || !verified || killed || exitCode === null) return false;
  return exitCode !== 0 && exitCode !== 128 + stopSignalOf(outcome);
}
