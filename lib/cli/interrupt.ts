/** Ctrl+C, SIGTERM and a terminal that went away, in two stages: the first asks the run to end in order, the second ends it at once. */

import type { Host } from "../host/host.ts";

export interface Interrupt {
  /** Aborted by the first one, with the signal's name as the reason. */
  readonly signal: AbortSignal;
  readonly second: Promise<"second interrupt">;
  close(): void;
}

const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function listenForInterrupt(host: Pick<Host, "onSignal">): Interrupt {
  const first = new AbortController();
  const second = Promise.withResolvers<"second interrupt">();
  const take = (name: string) => () => first.signal.aborted ? second.resolve("second interrupt") : first.abort(name);
  const closers = INTERRUPTS.map((name) => host.onSignal(name, take(name)));
  return { signal: first.signal, second: second.promise, close: () => closers.forEach((close) => close()) };
}
