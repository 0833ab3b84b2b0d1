/**
 * A module's cycle as the reports show it. Its parts are made when they are read: a run has thousands of cycles, and no report
 * needs all of each at once.
 */

import { sum } from "../../figures/stats.ts";
import type { Phase } from "../../model/evidence.ts";
import type { CycleEvidence, CycleVerdict, Reason } from "../../model/record.ts";
import { containerMetrics } from "./containers.ts";
import { cycleFigures } from "./cycle_figures.ts";
import type { ReportCycle, ReportDurations, ReportReason } from "./report.ts";
import { withoutTails } from "./tails.ts";
import { testResults } from "./tests.ts";
import { round, roundOrNull } from "../../text/round.ts";

/** Their order in REPORT.json. */
const KEYS = [
  "cycle",
  "status",
  "reasons",
  "duration_ms",
  "window",
  "event_gaps",
  "phases",
  "metrics",
  "test_results",
  "tests_unavailable",
  "start_failures",
  "dependency_failures",
] as const satisfies (keyof ReportCycle)[];

/** What was seen of a cycle; `evidence` is undefined if nothing was. */
export interface Seen {
  evidence: CycleEvidence | undefined;
  /** The module's services. */
  own: readonly string[] | undefined;
  hasTails: boolean;
}

export class LazyCycle implements ReportCycle {
  readonly #verdict: CycleVerdict;
  readonly #seen: Seen;

  constructor(verdict: CycleVerdict, seen: Seen) {
    this.#verdict = verdict;
    this.#seen = seen;
  }

  get cycle() {
    return this.#verdict.cycle;
  }

  get status() {
    return this.#verdict.status;
  }

  get reasons() {
    return this.#verdict.reasons.map(reportReason);
  }

  get duration_ms() {
    const { evidence } = this.#seen;
    return evidence === undefined ? null : cycleDuration(evidence);
  }

  get window() {
    const { evidence } = this.#seen;
    return { opened_ms: roundOrNull(evidence?.openedMs ?? null), closed_ms: roundOrNull(evidence?.closedMs ?? null) };
  }

  get event_gaps() {
    return this.#seen.evidence?.eventGaps ?? [];
  }

  get phases() {
    return (this.#seen.evidence?.phases ?? []).map(({ phase, startMs, durationMs }) => (
      { phase, start_ms: round(startMs), duration_ms: round(durationMs) }
    ));
  }

  get metrics() {
    const { evidence, hasTails, own } = this.#seen;
    const containers = containerMetrics(evidence === undefined ? [] : [evidence], own);
    return hasTails ? containers : withoutTails(containers);
  }

  get test_results() {
    return testResults(this.#seen.evidence?.tests ?? []);
  }

  get tests_unavailable() {
    return this.#seen.evidence?.testsUnavailable ?? null;
  }

  get start_failures() {
    return this.#seen.evidence?.startFailures ?? [];
  }

  get dependency_failures() {
    return this.#seen.evidence?.dependencyFailures ?? [];
  }

  /** Its keys and values, like those of a map: getters of a class do not count as an object's keys. */
  *[Symbol.iterator](): Generator<[string, unknown]> {
    for (const key of KEYS) {
      const value = this[key];
      // REPORT.json is made first and computes all metrics: the tables of the other reports then need not compute them again.
      if (key === "metrics") cycleFigures(this, value as ReportCycle["metrics"]);
      yield [key, value];
    }
  }

  toJSON(): object {
    return Object.fromEntries(this);
  }
}

export function reportReason({ code, level, text, service }: Reason): ReportReason {
  return { code, level, text, service };
}

/** From the first to the last moment that is known of the cycle; null if none is. */
function cycleDuration({ openedMs, closedMs, phases }: CycleEvidence): number | null {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const note = (moment: number | null) => {
    if (moment === null) return;
    first = Math.min(first, moment);
    last = Math.max(last, moment);
  };
  note(openedMs);
  note(closedMs);
  for (const { startMs, durationMs } of phases) {
    note(startMs);
    note(startMs + durationMs);
  }
  return first > last ? null : round(last - first);
}

export function reportDurations(cycles: readonly CycleEvidence[]): ReportDurations {
  const totals = cycles.map(cycleDuration).filter((total) => total !== null);
  const spans = Map.groupBy(cycles.flatMap((cycle) => cycle.phases), (span) => span.phase);
  const phases = [...spans].map(([phase, list]): [Phase, number] => [phase, round(sum(list.map((s) => s.durationMs)))]);
  return { total_ms: totals.length === 0 ? null : round(sum(totals)), phases_ms: Object.fromEntries(phases) };
}
