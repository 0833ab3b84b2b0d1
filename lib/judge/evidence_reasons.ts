/** The verdict rules about evidence itself: figures and witnesses without which a good result is not proven. Pure. */

import { endedUnasked } from "../figures/incidents.ts";
import { SIGKILL_EXIT } from "../figures/stops.ts";
import { count, exitText, mib } from "../text/units.ts";
import type { RunStarted } from "../model/evidence.ts";
import { type PageEvidence, pagesOf, type ServiceEvidence } from "../model/record.ts";
import type { Case, Rule } from "./rule.ts";
import { AGAIN, isRunning, isWell, lastExitCode, missing } from "./rule.ts";

/** Restarts and kills for memory leave traces in two looks and in the engine's events: without either, one may be unseen. */
export function witnesses({ run, seen }: Case): ReturnType<Rule> {
  const { service, inPlace, events, firstLook, missingAt } = seen;
  if (!isWell(seen)) return [];
  const unseen = "a restart or a kill for memory may be unseen";
  if (firstLook === null && !missingAt.includes("first")) {
    return [missing(`there was no first look at "${service}", so ${unseen}`, AGAIN)];
  }
  // A container that this run started has at least a start event.
  if (inPlace || events.length > 0) return [];
  return [
    missing(
      `the engine reported no event of "${service}", not even its start, so ${unseen}`,
      run.engine.words.eventsRemedy,
    ),
  ];
}

/**
 * A container that ended by itself at its limit, or by SIGKILL before it was sampled, may have been killed for memory: if no trace
 * of that could have been seen, that is said. It is no kill either, since anyone may have ended it.
 */
export function killUnseen({ run, seen, figures: { memory, oom } }: Case): ReturnType<Rule> {
  const { killUnseen: why, service } = seen;
  const { limitBytes, peakBytes } = memory;
  if (oom.killed || why === undefined || limitBytes === null || !endedUnasked(seen)) return [];
  const code = lastExitCode(seen);
  if (peakBytes === null ? code !== SIGKILL_EXIT : peakBytes <= limitBytes * run.thresholds.mem_limit_pct / 100) {
    return [];
  }
  const ended = `it ended${code === null ? "" : ` with ${exitText(code)}`}, which nobody had asked the engine for`;
  const use = peakBytes === null
    ? `no sample shows how near it was to its limit of ${mib(limitBytes)}`
    : `its memory had reached ${(peakBytes / limitBytes * 100).toFixed(0)} % of its limit of ${mib(limitBytes)}`;
  return [
    missing(
      `it could not be seen whether "${service}" was killed for memory: ${ended}, and ${use}; ${why}`,
      "Run it as root on the engine's host, where the kernel's log names what was killed",
    ),
  ];
}

/** A container that was tested in place, and differs from the project as it is now, proves nothing about it. */
export function outdated({ run, seen: { outdated, service } }: Case): ReturnType<Rule> {
  if (outdated === undefined) return [];
  if (outdated !== true) {
    const what =
      `"${service}" ran before, and whether it differs from what the project says now is not known: ${outdated}`;
    return [missing(what, "Give --recreate, or stop it first")];
  }
  return [{
    code: "outdated",
    text:
      `"${service}" ran before, with another configuration or image than the project has now, and was tested as it ` +
      `is: \`${run.engine.words.replacedBy}\` would replace it, and so does --recreate`,
  }];
}

/** Memory takes one sample, processor time two, since a single counter says nothing. */
export function samples({ run, tested, seen, figures: { memory, cpu } }: Case): ReturnType<Rule> {
  if (!tested || !isRunning(seen.lastLook)) return [];
  const remedy = samplesRemedy(run, seen);
  if (memory.samples === 0) {
    const why = seen.samplesMissing.join("; ") || "no sample came in time";
    return [missing(`memory and CPU of "${seen.service}" could not be measured: ${why}`, remedy)];
  }
  // The window of a service that did not become ready may be too short for two.
  if (cpu.meanPct !== null || pagesOf(seen).some(isNotUp)) return [];
  return [
    missing(`CPU use of "${seen.service}" cannot be computed from ${count(cpu.samples, "sample")} of it`, remedy),
  ];
}

/** Whether the page was requested in vain, or not at all. */
export function isNotUp({ noUrlWhy, notReady }: PageEvidence): boolean {
  return notReady !== null || noUrlWhy !== null;
}

/** What to do if figures are missing: use other sources, or allow more time if no other reason is known. */
function samplesRemedy({ engine, metricsSource }: RunStarted, { samplesMissing }: ServiceEvidence): string {
  if (samplesMissing.length === 0) return "Give it more time with --soak-sec 10";
  return engine.words.figuresRemedy[metricsSource];
}
