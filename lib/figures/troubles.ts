/**
 * When something went wrong with a service, from all evidence that has a moment: events, samples and probes. Whether it
 * went wrong at all is for the rules, which know more: what only two looks show has no moment, and is not here.
 */

import { pagesOf, type ServiceEvidence } from "../model/record.ts";
import { numbersOf } from "../model/rows.ts";
import { countedKills } from "./incidents.ts";

/** The code of the rule for services. */
export type TroubleCode = "oom_killed" | "restarted" | "exited" | "unhealthy" | "health_lost";

export interface Trouble {
  code: TroubleCode;
  /** On the run's clock; `toMs` is infinite if it did not end. */
  fromMs: number;
  toMs: number;
}

export function troublesOf(seen: ServiceEvidence): Trouble[] {
  return [...kills(seen), ...downs(seen), ...unhealthySpans(seen), ...unanswered(seen)];
}

function kills(seen: ServiceEvidence): Trouble[] {
  const told = seen.events.filter(({ action }) => action === "oom");
  return [...told, ...countedKills(seen)].map(({ ms }) => ({ code: "oom_killed", fromMs: ms, toMs: ms }));
}

/**
 * From each end to the next start. The very first start is no trouble; a later one without an end before it may be of a
 * new container.
 */
function downs({ events, inPlace }: ServiceEvidence): Trouble[] {
  const found: Trouble[] = [];
  let downMs: number | null = null;
  let wasUp = inPlace;
  for (const { action, ms } of events) {
    if (action === "die") downMs ??= ms;
    if (action !== "start") continue;
    if (wasUp || downMs !== null) found.push({ code: "restarted", fromMs: downMs ?? ms, toMs: ms });
    wasUp = true;
    downMs = null;
  }
  if (downMs === null) return found;
  return [...found, ...(["exited", "restarted"] as const).map((code) => ({ code, fromMs: downMs, toMs: Infinity }))];
}

function unhealthySpans({ events }: ServiceEvidence): Trouble[] {
  const found: Trouble[] = [];
  for (const { action, ms } of events) {
    const last = found.at(-1);
    if (action === "unhealthy") found.push({ code: "unhealthy", fromMs: ms, toMs: Infinity });
    if (action === "healthy" && last?.toMs === Infinity) last.toMs = ms;
  }
  return found;
}

/** From the first to the last of the probes in a row that failed. */
function unanswered(seen: ServiceEvidence): Trouble[] {
  return pagesOf(seen).flatMap(({ probes }) => {
    const found: Trouble[] = [];
    let last: Trouble | null = null;
    const answered = numbersOf(probes, "ok");
    const times = numbersOf(probes, "ms");
    for (let at = answered.indexOf(0); at >= 0 && at < times.length; at++) {
      const ms = times[at] as number;
      const ok = answered[at] === 1;
      if (ok && last !== null) last = null;
      else if (!ok && last === null) found.push(last = { code: "health_lost", fromMs: ms, toMs: ms });
      else if (last !== null) last.toMs = ms;
    }
    return found;
  });
}
