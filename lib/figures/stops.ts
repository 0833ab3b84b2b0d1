/** How a service ended when it was asked to. The verdict says what is bad. */

import type { StopOutcome } from "../model/evidence.ts";

export const SIGTERM = 15;
export const SIGKILL = 9;
/** The exit code of what SIGKILL ended; a service may also choose it itself. */
export const SIGKILL_EXIT = 128 + SIGKILL;

/** The number of the signal that asked it to stop. */
export function stopSignalOf({ signal = SIGTERM }: Pick<StopOutcome, "signal">): number {
  return signal;
}

/**
 * Whether a service that ended by itself after its stop signal gave a bad exit code: neither 0 nor the code of that
 * very signal. False if it had to be killed, has not stopped, or its code is not known.
 */
export function isUnclean(
  outcome: Pick<StopOutcome, "error" | "exitCode" | "killed" | "signal" | "verified">,
): boolean {
  const { error, exitCode, killed, verified } = outcome;
  if (error !== null || !verified || killed || exitCode === null) return false;
  return exitCode !== 0 && exitCode !== 128 + stopSignalOf(outcome);
}
