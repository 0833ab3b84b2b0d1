/** Whether two runs can be compared at all, and what of them differs besides the services. Pure. */

import type { RunFigures } from "../model/baseline.ts";

/** null where they can. Figures of two hosts, or of two engines, say which host is the faster. */
export function whyNotComparable(before: RunFigures, after: RunFigures, acrossHosts: boolean): string | null {
  if (before.engine !== after.engine) {
    return `the runs are of different engines, ${before.engine ?? "unknown"} and ${after.engine ?? "unknown"}`;
  }
  if (acrossHosts || hostText(before) === hostText(after)) return null;
  return `the runs are of different hosts, ${hostText(before)} and ${hostText(after)}`;
}

/** What to do where they cannot; empty where nothing helps. */
export function comparableRemedy(before: RunFigures, after: RunFigures): string {
  return before.engine === after.engine ? "Give --across-hosts to compare them all the same" : "";
}

function hostText({ host }: RunFigures): string {
  return host === null ? "unknown" : `${host.hostname} (${host.os}, ${host.arch})`;
}

/** What may move a figure although no service has changed, a sentence each. */
export function differences(before: RunFigures, after: RunFigures): string[] {
  const asked: [string, string | number | null, string | number | null][] = [
    ["Mode", before.mode, after.mode],
    ["Modules at the same time (--jobs)", before.jobs, after.jobs],
    ["Soak in seconds", before.soakSec, after.soakSec],
    ["Version of vx11-stability", before.version, after.version],
  ];
  return asked.filter(([, old, now]) => old !== now)
    .map(([what, old, now]) => `${what}: ${old ?? "unknown"} → ${now ?? "unknown"}`);
}
