/**
 * What went wrong at a moment of the run, for the timeline: restarts, kills for memory, probes without a good answer. Moments
 * are by the monotonic clock of the run. An engine event has the engine's own clock: if it lies outside of its cycle's window,
 * it is moved into it. Pure.
 */

import { oomKillsOf, restartsOf } from "../../figures/incidents.ts";
import { count } from "../../text/units.ts";
import type { EngineEvent } from "../../model/evidence.ts";
import type { CycleEvidence, RunEvidence, ServiceEvidence } from "../../model/record.ts";
import { numbersOf } from "../../model/rows.ts";

export const MARK_KINDS = ["oom", "restart", "probe"] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

export const MARK_NAMES: Record<MarkKind, string> = {
  oom: "Killed for memory",
  restart: "Restarted",
  probe: "Health probe failed",
};

export interface ChartMark {
  kind: MarkKind;
  module: string;
  service: string;
  cycle: number;
  ms: number;
  /** The moment of the last one, if the mark stands for several in a row. */
  endMs: number;
  what: string;
}

/** Failed probes closer to each other than this share of the run are one mark. */
const ONE_MARK_SHARE = 0.004;

/** In the order of modules and cycles. */
export function marksOf(evidence: RunEvidence): ChartMark[] {
  const { durationMs, modules, startedAt } = evidence;
  const began = Date.parse(startedAt ?? "");
  return modules.flatMap(({ name, cycles }) =>
    cycles.flatMap((cycle) =>
      cycle.services.flatMap((seen) => {
        const base = { module: name, service: seen.service, cycle: cycle.cycle };
        const moment = (event: EngineEvent) => within(cycle, Date.parse(event.time) - began);
        return [
          ...oomMarks(cycle, seen, moment),
          ...restartMarks(cycle, seen, moment),
          ...probeMarks(seen, durationMs * ONE_MARK_SHARE),
        ].map((mark): ChartMark => ({ ...base, endMs: mark.ms, ...mark }));
      })
    )
  );
}

type Bare = Pick<ChartMark, "kind" | "ms" | "what"> & { endMs?: number };
type MomentOf = (event: EngineEvent) => number;

function oomMarks(cycle: CycleEvidence, seen: ServiceEvidence, moment: MomentOf): Bare[] {
  const { by, killed, pid1 } = oomKillsOf(seen);
  if (!killed) return [];
  const victim = pid1 === null ? "" : pid1 ? ", PID 1" : ", a child";
  const what = `killed for memory${victim} (${by.join(", ")})`;
  const events = seen.events.filter(({ action }) => action === "oom");
  if (events.length > 0) return events.map((event) => ({ kind: "oom", ms: moment(event), what }));
  if (seen.kills !== undefined) return seen.kills.map(({ ms }) => ({ kind: "oom", ms, what }));
  // Without an event, the nearest known moment is the first sample whose counter is above 0.
  const first = numbersOf(seen.samples, "oomKills").findIndex((kills) => kills > 0);
  const counted = first < 0 ? undefined : seen.samples.at(first);
  return [{ kind: "oom", ms: counted?.ms ?? within(cycle, Number.NaN), what }];
}

function restartMarks(cycle: CycleEvidence, seen: ServiceEvidence, moment: MomentOf): Bare[] {
  const { count: times, how, replaced } = restartsOf(seen);
  if (times === 0 && !replaced) return [];
  const what = `restarted (${how.join("; ")})`;
  const starts = seen.events.filter(({ action }) => action === "start").slice(seen.inPlace ? 0 : 1);
  if (starts.length > 0) return starts.map((event) => ({ kind: "restart", ms: moment(event), what }));
  return [{ kind: "restart", ms: within(cycle, Number.NaN), what }];
}

function probeMarks({ probes }: ServiceEvidence, nearMs: number): Bare[] {
  const groups: { first: number; last: number; many: number; why: string }[] = [];
  const answered = numbersOf(probes, "ok");
  for (let at = answered.indexOf(0); at >= 0; at = answered.indexOf(0, at + 1)) {
    const probe = probes.at(at);
    if (probe === undefined) continue;
    const { error, ms, status } = probe;
    const group = groups.at(-1);
    if (group !== undefined && ms - group.last <= nearMs) {
      group.last = ms;
      group.many++;
    } else {
      groups.push({ first: ms, last: ms, many: 1, why: error ?? (status === null ? "no answer" : `HTTP ${status}`) });
    }
  }
  return groups.map(({ first, last, many, why }) => ({
    kind: "probe",
    ms: first,
    endMs: last,
    what: `${count(many, "probe")} failed (${why})`,
  }));
}

/** The moment, moved into the cycle's window; the window's end if the moment is unknown. */
function within({ closedMs, openedMs, phases }: CycleEvidence, ms: number): number {
  const ends = phases.map(({ durationMs, startMs }) => startMs + durationMs);
  const first = Math.min(openedMs ?? Infinity, ...phases.map(({ startMs }) => startMs));
  const last = closedMs ?? Math.max(openedMs ?? 0, ...ends);
  return Number.isFinite(ms) ? Math.min(Math.max(ms, Math.min(first, last)), last) : last;
}
