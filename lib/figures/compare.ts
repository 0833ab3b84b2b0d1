/**
 * Compares two runs, figure by figure. A change counts if the medians differ by more than a limit (a share and an
 * absolute floor) and if the ranks of the cycles' values leave too little room for chance: over all figures of the two
 * runs together, at most the declared share of comparisons of equal runs has any false alarm. Pure.
 */

import type { FigureName, ModuleFigures, RunFigures, ServiceFigureSeries } from "../model/baseline.ts";
import { FIGURES } from "../model/baseline.ts";
import { differences, inPlaceText, whyNotComparable } from "./comparable.ts";
import type { Comparison, FigureChange, Judgement, Limits, TestChange } from "./comparison.ts";
import { changeOf, limitOf, type Pair } from "./change.ts";
import { isOverloaded, loadOn, loadRatio, loadText } from "./load.ts";
import { chanceOfHigher, clearOnes, leastChance } from "./ranks.ts";
import { median } from "./stats.ts";

/**
 * Share of the declared rate that the test of the ranks may use. The rest is for differences between runs as a whole (a
 * warmer cache, a busier host), which two runs alone cannot show; scripts/calibrate.ts counts both.
 */
const RATE_SHARE = 0.5;

export function compareRuns(before: RunFigures, after: RunFigures, limits: Limits, acrossHosts: boolean): Comparison {
  const notJudged = whyNotComparable(before, after, acrossHosts);
  const names = [...new Set([...after.modules, ...before.modules].map(({ name }) => name))];
  const both = names.map((name) => {
    const old = before.modules.find((module) => module.name === name);
    const now = after.modules.find((module) => module.name === name);
    return { name, old, now, pairs: pairsOf(old?.services ?? [], now?.services ?? []) };
  });
  const judged = judgeAll(both.flatMap(({ pairs }) => pairs), limits, {
    isJudged: notJudged === null,
    ratio: loadRatio(before, after),
  });
  const isBusy = [...judged.values()].some(({ judgement }) => judgement === "busy host");
  return {
    before,
    after,
    notJudged,
    busy: isBusy ? loadText(before, after) : null,
    inPlace: inPlaceText(before, after),
    differences: differences(before, after),
    falseAlarmPct: limits.falseAlarmPct,
    modules: both.map(({ name, old, now, pairs }) => ({
      name,
      before: old?.status ?? null,
      after: now?.status ?? null,
      inBoth: old !== undefined && now !== undefined,
      figures: pairs.map((pair) => judged.get(pair) as FigureChange),
      tests: testChanges(old, now),
    })),
  };
}

/** A service that only one of the runs has is reported too, without figures to compare. */
function pairsOf(before: readonly ServiceFigureSeries[], after: readonly ServiceFigureSeries[]): Pair[] {
  const services = [...new Set([...after, ...before].map(({ service }) => service))];
  const valuesOf = (all: readonly ServiceFigureSeries[], service: string, figure: FigureName) =>
    all.find((each) => each.service === service)?.series[figure] ?? [];
  return services.flatMap((service) =>
    FIGURES.map((figure) => (
      { service, figure, before: valuesOf(before, service, figure), after: valuesOf(after, service, figure) }
    ))
  ).filter((pair) => pair.before.length + pair.after.length > 0);
}

interface Basis {
  isJudged: boolean;
  /** How many times as long the same work took in the later run (load.ts). */
  ratio: number;
}

function judgeAll(pairs: readonly Pair[], limits: Limits, { isJudged, ratio }: Basis): Map<Pair, FigureChange> {
  const rate = limits.falseAlarmPct / 100 * RATE_SHARE;
  const isLost = ({ figure }: Pair) => isOverloaded(loadOn(figure, ratio), limits.busyPct);
  const family = pairs.filter((pair) => !isLost(pair));
  const rising = clearPairs(family, limits, rate, (pair) => pair);
  // Mirrored, a fall is a rise: the same test serves for both.
  const falling = clearPairs(family, limits, rate, mirrored);
  return new Map(pairs.map((pair) => {
    const isRise = (median(pair.after) ?? 0) >= (median(pair.before) ?? 0);
    const own = isRise ? rising : falling;
    const unjudged: Judgement | null = !isJudged ? "not judged" : isLost(pair) ? "busy host" : null;
    const verdict = { chance: rate / Math.max(1, own.size), isClear: own.get(pair) ?? false, unjudged, ratio };
    return [pair, changeOf(pair, limits, verdict)];
  }));
}

function mirrored(pair: Pair): Pair {
  const negative = (values: readonly number[]) => values.map((value) => -value);
  return { ...pair, before: negative(pair.before), after: negative(pair.after) };
}

/**
 * The pairs whose change could be found at all, each with whether it is clear. Whether it could be found is decided by
 * the values, without regard to which run they are from, so leaving out the others does not weaken the promise about
 * false alarms.
 */
function clearPairs(
  pairs: readonly Pair[],
  limits: Limits,
  rate: number,
  turned: (pair: Pair) => Pair,
): Map<Pair, boolean> {
  const family = pairs.filter((pair) =>
    leastChance(pair.before.length, pair.after.length) <= rate && couldRise(turned(pair), limits)
  );
  const chances = family.map((pair) => {
    const { before, after } = turned(pair);
    return chanceOfHigher(before, after);
  });
  const clear = clearOnes(chances, rate);
  return new Map(family.map((pair, index) => [pair, clear[index] as boolean]));
}

/**
 * Whether the change would be beyond the limit if the lowest values were the earlier ones, and the highest the later
 * ones. Both runs have some.
 */
function couldRise({ figure, before, after }: Pair, limits: Limits): boolean {
  const sorted = [...before, ...after].sort((a, b) => a - b);
  const low = median(sorted.slice(0, before.length)) as number;
  const high = median(sorted.slice(-after.length)) as number;
  return high - low > limitOf(low, limits.figures[figure]);
}

function testChanges(old: ModuleFigures | undefined, now: ModuleFigures | undefined): TestChange[] {
  if (old === undefined || now === undefined) return [];
  const files = [...new Set([...Object.keys(now.tests), ...Object.keys(old.tests)])];
  return files.map((file) => ({ file, before: old.tests[file] ?? null, after: now.tests[file] ?? null }))
    .filter(({ before, after }) => before !== after);
}
