/** How busy the host is with other work: how long this program has to wait for a core. */

import type { Host } from "../host/host.ts";

/**
 * Times of the main thread since its start: on a core, and ready to run but without one. null if the kernel does not
 * say.
 */
export interface CoreTime {
  ranNs: number;
  waitedNs: number;
}

export function coreTime({ kernel }: Pick<Host, "kernel">): CoreTime | null {
  const [, ran, waited] = /^(\d+) (\d+) \d+$/.exec(kernel.read("/proc/self/schedstat")?.trim() ?? "") ?? [];
  return ran === undefined || waited === undefined ? null : { ranNs: Number(ran), waitedNs: Number(waited) };
}

/** Share of the time in which it could have used a core and had none, in percent; null if it had nothing to do. */
export function waitPct(before: CoreTime | null, after: CoreTime | null): number | null {
  if (before === null || after === null) return null;
  const waited = after.waitedNs - before.waitedNs;
  const wanted = after.ranNs - before.ranNs + waited;
  return wanted <= 0 ? null : Math.round(waited / wanted * 1000) / 10;
}
