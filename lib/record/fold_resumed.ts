/**
 * A run that is resumed after it was cut short: what was done stays as it is; the rest is set apart, since it begins
 * anew. Its earlier end does not count. Pure.
 */

import type { JournalLine } from "../model/evidence.ts";
import type { RunEvidence, RunPart } from "../model/record.ts";
import { doneModules, openCycle } from "../figures/complete.ts";

type Resumed = Extract<JournalLine, { type: "resumed" }>;

/** `owned`: containers that the run still had when it ended. */
export function goOn(
  run: RunEvidence,
  { after, at, awayMs, engine, host, ms }: Resumed,
  owned: ReadonlySet<string>,
): void {
  const done = doneModules(run, owned);
  const nr = openCycle(run);
  for (const module of run.modules) {
    const kept = module.cycles.filter(({ cycle }) => cycle < nr || cycle === nr && done.has(module.name));
    const cut = module.cycles.filter((cycle) => !kept.includes(cycle));
    if (cut.length === 0) continue;
    module.cycles = kept;
    module.cutShort = [...module.cutShort ?? [], ...cut];
  }
  run.parts = [...run.parts ?? firstPart(run), { startedAt: at, startMs: ms, host, engine, after, awayMs }];
  run.finished = false;
  run.interrupted = null;
  run.failure = null;
}

function firstPart({ run, startedAt }: RunEvidence): RunPart[] {
  if (run === null) return [];
  return [{ startedAt, startMs: 0, host: run.host, engine: run.engine, after: null, awayMs: null }];
}

/** Memory is compared within one boot of one host; that of modules that stay up over the cycles, within one part. */
export function stratumOf({ parts = [], run }: RunEvidence, module: string, part: number): number {
  const host = parts[part]?.host;
  if (host?.boot === undefined || run?.kept.includes(module)) return part;
  return parts.findIndex((each) => each.host.hostname === host.hostname && each.host.boot === host.boot);
}
