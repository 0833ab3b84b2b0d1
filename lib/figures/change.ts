/**
 * One figure of one service in two runs: how it changed, and how that is judged. Pure; compare.ts goes over all of
 * them.
 */

import type { FigureName } from "../model/baseline.ts";
import type { FigureChange, Judgement, Limits, Side } from "./comparison.ts";
import { loadOn, movedByLoad } from "./load.ts";
import { cyclesToFind, detectable, noiseOf } from "./power.ts";
import { chanceOfHigher, leastChance } from "./ranks.ts";
import { median } from "./stats.ts";

/** One figure of one service, with the values of both runs. */
export interface Pair {
  service: string;
  figure: FigureName;
  before: readonly number[];
  after: readonly number[];
}

export interface Verdict {
  /** The chance of a false alarm that is left to each comparison of the family. */
  chance: number;
  isClear: boolean;
  /** Why the change is not judged; null if it is. */
  unjudged: Judgement | null;
  ratio: number;
}

export function changeOf(pair: Pair, limits: Limits, verdict: Verdict): FigureChange {
  const { service, figure, before, after } = pair;
  const [old, now] = [sideOf(before), sideOf(after)];
  const base = { service, figure, before: old, after: now };
  if (old === null || now === null) {
    const nothing = { change: null, changePct: null, limit: null, chance: null, detectable: null, cyclesNeeded: null };
    return { ...base, ...nothing, judgement: "missing" };
  }
  const change = now.median - old.median;
  const least = limitOf(old.median, limits.figures[figure]);
  const limit = least + movedByLoad(old.median, change, loadOn(figure, verdict.ratio));
  const noise = noiseOf(before, after);
  const bounds = { limit, chance: verdict.chance };
  const tells = verdict.isClear || leastChance(old.cycles, now.cycles) <= verdict.chance;
  const isRise = change >= 0;
  return {
    ...base,
    change,
    changePct: old.median === 0 ? null : change / old.median * 100,
    limit,
    judgement: verdict.unjudged ?? judgementOf({ change, least, limit, tells, isClear: verdict.isClear }),
    chance: Math.abs(change) <= limit ? null : isRise ? chanceOfHigher(before, after) : chanceOfHigher(after, before),
    detectable: noise === null || !tells ? null : detectable(noise, { before: old.cycles, after: now.cycles }, bounds),
    cyclesNeeded: cyclesToFind(Math.max(Math.abs(change), 2 * limit), noise, bounds),
  };
}

interface Seen {
  change: number;
  /** `least`: what the change must exceed by the settings; `limit`: the same plus what load may have done. */
  least: number;
  limit: number;
  tells: boolean;
  isClear: boolean;
}

function judgementOf({ change, least, limit, tells, isClear }: Seen): Judgement {
  if (!tells) return "too few";
  if (Math.abs(change) <= least) return "same";
  if (Math.abs(change) <= limit) return "busy host";
  if (!isClear) return "unclear";
  return change > 0 ? "worse" : "better";
}

function sideOf(values: readonly number[]): Side | null {
  const middle = median(values);
  return middle === undefined ? null : { median: middle, cycles: values.length };
}

/** What a change must exceed by the settings. */
export function limitOf(before: number, { pct, floor }: { pct: number; floor: number }): number {
  return Math.max(Math.abs(before) * pct / 100, floor);
}
