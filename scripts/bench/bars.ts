/** The promises on speed and cost, each with what was measured of it. Pure. */

import { max, min } from "../../lib/figures/stats.ts";
import type { Growth } from "./growth.ts";
import { type Bar, maxOf, medianOf, overBound, type Series } from "./result.ts";
import { leastMs } from "./timing.ts";

/** One job does nothing at the same time, so that the sum is its bound; with many it is the critical path. */
export const MOST_OVER_SUM = 1.1;
export const MOST_OVER_CRITICAL_PATH = 1.15;
export const LEAST_FASTER_THAN_PLAIN = 2;
/** One pytest a module, where imports take most of the time. */
export const LEAST_FASTER_TOGETHER = 2;
export const MOST_CPU_PCT = 3;
export const MOST_PEAK_MIB = 120;
export const MOST_OVER_EMPTY = 1.3;
/** Of a journal of 200 MB, whatever its shape. */
export const MOST_JUDGE_CPU_SEC = 10;
export const MOST_JUDGE_PEAK_MIB = 150;

export function sumBar(where: string, one: Series): Bar {
  return most(`${where}, ${one.name}: wall ÷ sum of phases`, MOST_OVER_SUM, overBound(one, ({ sumMs }) => sumMs));
}

export function criticalPathBar(where: string, auto: Series): Bar {
  const seen = overBound(auto, ({ criticalPathMs }) => criticalPathMs);
  return most(`${where}, ${auto.name}: wall ÷ critical path`, MOST_OVER_CRITICAL_PATH, seen);
}

/** Where there is more work than jobs or cores, the critical path alone cannot be reached. */
export function leastBar(where: string, auto: Series, cores: number): Bar {
  const what = `${where}, ${auto.name}: wall ÷ the greatest of critical path, sum ÷ jobs and the services' CPU ÷ cores`;
  const bound = overBound(auto, (timing, { childCpuMs }) => leastMs(timing, childCpuMs ?? 0, cores));
  return most(what, MOST_OVER_CRITICAL_PATH, bound);
}

/** The medians: how many times as fast as the plain script. */
export function plainBar(plain: Series, auto: Series): Bar {
  return fasterBar(`Sandbox, ${plain.name} ÷ ${auto.name}`, LEAST_FASTER_THAN_PLAIN, plain, auto);
}

function fasterBar(what: string, least: number, slow: Series, fast: Series): Bar {
  const [before, after] = [slow, fast].map((series) => medianOf(series, ({ wallMs }) => wallMs));
  const seen = before === undefined || after === undefined ? undefined : before / after;
  return {
    what,
    limit: `at least ${least.toFixed(2)}`,
    seen: seen?.toFixed(2) ?? "–",
    kept: seen === undefined ? null : seen >= least,
  };
}

/** The medians: how many times as fast as a pytest for each file. */
export function sharedTestsBar(where: string, file: Series, module: Series): Bar {
  return fasterBar(`${where}, ${file.name} ÷ ${module.name}`, LEAST_FASTER_TOGETHER, file, module);
}

/** Never: the worst of the rounds, in each of which both ran one right after the other. */
export function neverSlowerBar(plain: Series, one: Series): Bar {
  const ratios = one.runs.flatMap(({ wallMs }, round) => {
    const hand = plain.runs[round];
    return hand === undefined ? [] : [wallMs / hand.wallMs];
  });
  return most(`Sandbox, ${one.name} ÷ ${plain.name}, worst round`, 1, max(ratios));
}

export function cpuBar(where: string, pct: number | undefined): Bar {
  const bar = most(`${where}: CPU of one core while nine modules are watched, %`, MOST_CPU_PCT, pct);
  return { ...bar, limit: `at most ${MOST_CPU_PCT} %`, seen: pct === undefined ? "–" : `${pct.toFixed(1)} %` };
}

/** The highest of all runs of the harness. */
export function peakBar(series: readonly Series[]): Bar {
  const seen = max(series.flatMap((each) => maxOf(each, ({ peakMib }) => peakMib) ?? []));
  return {
    what: "Peak RSS of the harness, highest of all runs",
    limit: `at most ${MOST_PEAK_MIB} MiB`,
    seen: seen === undefined ? "–" : `${seen.toFixed(0)} MiB`,
    kept: seen === undefined ? null : seen <= MOST_PEAK_MIB,
  };
}

export function judgeBars(shape: string, cpuMs: number | null, peakMib: number | null): Bar[] {
  const cpuSec = cpuMs === null ? undefined : cpuMs / 1000;
  return [
    most(`judge, ${shape}: CPU, s`, MOST_JUDGE_CPU_SEC, cpuSec),
    most(`judge, ${shape}: peak RSS, MiB`, MOST_JUDGE_PEAK_MIB, peakMib ?? undefined),
  ];
}

/** No slope: the interval has 0 in it, or lies below. */
export function growthBar(where: string, growth: Growth | null): Bar {
  return {
    what: `${where}: slope of the harness's RSS over the cycles`,
    limit: "95 % interval not above 0",
    seen: growth === null ? "–" : growthText(growth),
    kept: growth === null ? null : growth.low <= 0,
  };
}

/** With interval and cycles. */
export function growthText({ slope, low, high, from, to }: Growth): string {
  const [middle, least, greatest] = [slope, low, high].map((kib) => (kib * 1024).toFixed(1));
  return `${middle} KiB a cycle (95 %: ${least} to ${greatest}; cycles ${from} to ${to})`;
}

export function startupBar(ratio: number | undefined): Bar {
  return most("`--version` ÷ an empty program compiled the same way", MOST_OVER_EMPTY, ratio);
}

function most(what: string, limit: number, seen: number | undefined): Bar {
  const kept = seen === undefined ? null : seen <= limit;
  return { what, limit: `at most ${limit.toFixed(2)}`, seen: seen?.toFixed(2) ?? "–", kept };
}

/** "1.2 to 1.4", or one value; for notes. */
export function rangeText(values: readonly number[], digits: number): string {
  const [low, high] = [min(values), max(values)];
  if (low === undefined || high === undefined) return "–";
  return low.toFixed(digits) === high.toFixed(digits)
    ? low.toFixed(digits)
    : `${low.toFixed(digits)} to ${high.toFixed(digits)}`;
}
