/** Ctrl+C and all other signals that would end the program: the first one ends the run in order, a second one at once. */

import { hasSignal } from "../proc/proc.ts";
import type { Host } from "../host/host.ts";
import { EXIT_CODES } from "../model/failure.ts";

export interface Interrupt {
  /** Aborted by the first interrupt, with the signal's name as the reason. */
  readonly signal: AbortSignal;
  readonly second: Promise<"second interrupt">;
  close(): void;
}

/** Each of these ends a program that does not listen for it, and would leave the containers behind. */
const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGXCPU"] as const;

/**
 * One Ctrl+C may arrive twice: from the terminal, and from a parent such as `deno task` or `npm run` that got it too and
 * passes it on. An interrupt this soon after the first one was not a second press.
 */
const SAME_PRESS_MS = 200;

export function listenForInterrupt(
  { clock, kernel, onSignal }: Pick<Host, "clock" | "kernel" | "onSignal">,
): Interrupt {
  const first = new AbortController();
  const second = Promise.withResolvers<"second interrupt">();
  let firstMs = 0;
  const take = (name: string) => () => {
    if (!first.signal.aborted) {
      firstMs = clock.mono();
      first.abort(name);
    } else if (clock.mono() - firstMs >= SAME_PRESS_MS) second.resolve("second interrupt");
  };
  // Under `nohup` SIGHUP is ignored, and must not end the program. A shell also makes a script's background job ignore SIGINT;
  // but a SIGINT that somebody sends to it is meant to end it.
  const isNohup = hasSignal(kernel.read("/proc/self/status") ?? "", "SigIgn", "SIGHUP");
  const closers = INTERRUPTS.filter((name) => name !== "SIGHUP" || !isNohup).map((name) => onSignal(name, take(name)));
  // At the limit of `ulimit -f` the kernel ends a program that does not listen: with a listener, the write fails with an error.
  closers.push(onSignal("SIGXFSZ", () => {}));
  return { signal: first.signal, second: second.promise, close: () => closers.forEach((close) => close()) };
}

/** A command that fails after an interrupt counts as interrupted, whatever the error. */
export async function interruptible(host: Host, work: (interrupt: Interrupt) => Promise<number>): Promise<number> {
  const interrupt = listenForInterrupt(host);
  try {
    return await work(interrupt);
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_CODES.interrupted.code;
    throw error;
  } finally {
    interrupt.close();
  }
}
