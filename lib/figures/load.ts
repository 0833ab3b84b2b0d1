/**
 * How other work on the host changes the times of a run. No test over the cycles of two runs can distinguish that from
 * a change of the services, so it is measured: by how long the harness itself had to wait for a core. Pure.
 */

import type { FigureName, RunFigures } from "../model/baseline.ts";
import { median } from "./stats.ts";

/** The figures that are higher on a busy host; mean CPU too, since what waited for a core finds its caches cold. */
const MOVED_BY_LOAD: readonly FigureName[] = ["ready_ms", "p95_ms", "cpu_mean_pct", "stop_ms"];

/**
 * This share of a service's time is taken to be work, which takes longer in proportion. The rest is waiting for other
 * things.
 */
const WORK_SHARE = 0.5;

/** How many times as long the same work took in the later run for want of a core; 1 if that is not known of both. */
export function loadRatio(before: RunFigures, after: RunFigures): number {
  const [old, now] = [median(before.waitPcts), median(after.waitPcts)];
  if (old === undefined || now === undefined) return 1;
  return Math.max(1, 100 - old) / Math.max(1, 100 - now);
}

/** The ratio for a figure that load moves, 1 for any other. */
export function loadOn(figure: FigureName, ratio: number): number {
  return MOVED_BY_LOAD.includes(figure) ? ratio : 1;
}

/** By how much load alone may have moved the figure in the direction of its change. */
export function movedByLoad(before: number, change: number, ratio: number): number {
  const share = change >= 0 ? ratio - 1 : 1 - ratio;
  return Math.max(0, share) * WORK_SHARE * Math.abs(before);
}

/** Whether the loads of the two runs differ so much that their times are not judged. */
export function isOverloaded(ratio: number, busyPct: number): boolean {
  return Math.max(ratio, 1 / ratio) > 1 + busyPct / 100;
}

/** Of two runs of which it is known how long a core had to be waited for. */
export function loadText(before: RunFigures, after: RunFigures): string {
  const shares = [before, after].map(({ waitPcts }) => `${(median(waitPcts) as number).toFixed(0)} %`);
  return "the host was busier in one of the runs: this program waited for a core " +
    `${shares[0]} of the time before, and ${shares[1]} after`;
}
