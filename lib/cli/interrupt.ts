/** Ctrl+C and all other signals that would end the program, in two stages: the first asks the run to end in order, the second ends it at once. */

import { hasSignal } from "../proc/proc.ts";
import type { Host } from "../host/host.ts";
import { EXIT_CODES } from "../model/failure.ts";

export interface Interrupt {
  /** Aborted by the first one, with the signal's name as the reason. */
  readonly signal: AbortSignal;
  readonly second: Promise<"second interrupt">;
  close(): void;
}

/** Each of these ends a program that does not listen, and the containers would be left. */
const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGXCPU"] as const;

/**
 * One Ctrl+C may arrive twice: from the terminal, and from a parent such as `deno task` or `npm run` that had it too and
 * hands it on. What comes this soon after the first one was not pressed again.
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
  // `nohup` has it ignore SIGHUP, which must not end it then. Of a script's job in the background a shell does so with SIGINT,
  // too; but whoever sends that one by hand means it.
  const isNohup = hasSignal(kernel.read("/proc/self/status") ?? "", "SigIgn", "SIGHUP");
  const closers = INTERRUPTS.filter((name) => name !== "SIGHUP" || !isNohup).map((name) => onSignal(name, take(name)));
  // At the limit of `ulimit -f` the kernel else ends the program: heard, the write fails, and is told as one that did.
  closers.push(onSignal("SIGXFSZ", () => {}));
  return { signal: first.signal, second: second.promise, close: () => closers.forEach((close) => close()) };
}

/** Whatever an interrupted command fails with, it was interrupted. */
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
