/** Ctrl+C, SIGTERM and a terminal that went away, in two stages: the first asks the run to end in order, the second ends it at once. */

import type { Host } from "../host/host.ts";

export interface Interrupt {
  /** Aborted by the first one, with the signal's name as the reason. */
  readonly signal: AbortSignal;
  readonly second: Promise<"second interrupt">;
  close(): void;
}

const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * One Ctrl+C may arrive twice: from the terminal, and from a parent such as `deno task` or `npm run` that had it too and
 * hands it on. What comes this soon after the first one was not pressed again.
 */
const SAME_PRESS_MS = 200;

export function listenForInterrupt({ clock, onSignal }: Pick<Host, "clock" | "onSignal">): Interrupt {
  const first = new AbortController();
  const second = Promise.withResolvers<"second interrupt">();
  let firstMs = 0;
  const take = (name: string) => () => {
    if (!first.signal.aborted) {
      firstMs = clock.mono();
      first.abort(name);
    } else if (clock.mono() - firstMs >= SAME_PRESS_MS) second.resolve("second interrupt");
  };
  const closers = INTERRUPTS.map((name) => onSignal(name, take(name)));
  return { signal: first.signal, second: second.promise, close: () => closers.forEach((close) => close()) };
}
