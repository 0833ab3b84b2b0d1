/** Whether two runs can be compared at all, and what else differs than the services. Pure. */

import type { RunFigures } from "../model/baseline.ts";
import type { Comparison } from "./comparison.ts";

/** null if they can. Between two hosts, or two engines, figures only show which host is faster. */
export function whyNotComparable(before: RunFigures, after: RunFigures, acrossHosts: boolean): string | null {
  if (before.engine !== after.engine) {
    return `the runs are of different engines, ${before.engine ?? "unknown"} and ${after.engine ?? "unknown"}`;
  }
  if (acrossHosts || hostText(before) === hostText(after)) return null;
  return `the runs are of different hosts, ${hostText(before)} and ${hostText(after)}`;
}

/** What to do if they cannot; empty if nothing helps. */
export function comparableRemedy(before: Pick<RunFigures, "engine">, after: Pick<RunFigures, "engine">): string {
  return before.engine === after.engine ? "Give --across-hosts to compare them anyway" : "";
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
    .map(([what, old, now]) => `${what}: ${old ?? "unknown"} → ${now ?? "unknown"}`)
    .concat(endings(before, after));
}

/**
 * Which services' figures are left out, since a container that ran before has other figures than one that was just
 * started.
 */
export function inPlaceText(before: RunFigures, after: RunFigures): string | null {
  const of = (which: string, { modules }: RunFigures) => {
    const services = [...new Set(modules.flatMap(({ inPlace }) => inPlace))];
    return services.length === 0 ? [] : [`${services.join(", ")} (${which} run)`];
  };
  const parts = [...of("earlier", before), ...of("later", after)];
  return parts.length === 0
    ? null
    : `Services that ran already and were tested in place have no figures here: ${parts.join("; ")}`;
}

/** Also reported if both were cut short in the same way: neither has all its figures. */
function endings(before: RunFigures, after: RunFigures): string[] {
  const [old, now] = [before.cutShort, after.cutShort];
  if (old === null && now === null) return [];
  const whole = "came to its end";
  return [`End of the run: ${old ?? whole} → ${now ?? whole}`];
}

/** Why it cannot be said that nothing got worse, although the runs can be compared; null if it can. */
export function whyNoAnswer(
  { after, inPlace, modules }: Pick<Comparison, "after" | "inPlace" | "modules">,
): string | null {
  const { cutShort } = after;
  if (cutShort !== null) return `the later run ${cutShort.startsWith("interrupted") ? "was " : ""}${cutShort}`;
  const seen = modules.some(({ figures }) => figures.some(({ judgement }) => judgement !== "missing"));
  if (seen) return null;
  return inPlace === null ? "no figure is in both runs" : `no figure is in both runs. ${inPlace}`;
}
