/** CPU of one service, from the counters of its samples, in one cycle or in several. Pure. */

import { pagesOf, type ServiceEvidence } from "../model/record.ts";
import { numbersOf, wordsOf } from "../model/rows.ts";
import { flagged, knownOf, longestOf, type Samples, sourcesOf } from "./columns.ts";
import { joined, max, mean, sum } from "./stats.ts";

/** Share of one core, so that two busy cores give 200. */
export interface CpuFigures {
  meanPct: number | null;
  maxPct: number | null;
  /** How many samples have a share or a counter of CPU time. */
  samples: number;
  /**
   * How much of the time that the mean covers had this program's requests close together, in percent. 0 if there was
   * enough time without them, which is then all that the mean covers; null if no time between two counters is known.
   */
  probedPct: number | null;
  longestGapMs: number | null;
  source: string | null;
}

/** Less calm time than this counts as none. */
const SHORTEST_CALM_MS = 400;

/**
 * Shorter stretches between two samples do not count for the maximum (the last sample comes whenever the window
 * closes).
 */
const SHORTEST_STRETCH_MS = 50;

/**
 * Time with requests closer together than this is not calm. In calm time they are 500 ms apart; those that a p95 needs
 * are 100 ms apart, and more on a busy host.
 */
const DENSE_GAP_MS = 400;

export function cpuFigures(seen: readonly ServiceEvidence[]): CpuFigures {
  const cycles = seen.map(({ samples }) => samples);
  const shares = cycles.map((samples) => numbersOf(samples, "cpuPct"));
  const counters = cycles.map((samples) => numbersOf(samples, "cpuUsec"));
  const isOwn = (cycle: number, at: number) =>
    Number.isFinite(counters[cycle]?.[at]) || Number.isFinite(shares[cycle]?.[at]);
  const own = cycles.map((samples, cycle) => {
    const times = numbersOf(samples, "ms");
    return counters[cycle]?.includes(Number.NaN) ? times.filter((_, at) => isOwn(cycle, at)) : times;
  });
  const basis = {
    samples: sum(own.map(({ length }) => length)),
    longestGapMs: longestOf(own),
    source: sourcesOf(cycles, isOwn),
  };
  const all = seen.map((cycle) => cpuStretches(cycle.samples));
  const ms = joined(all.map((stretches) => stretches.ms));
  const usec = joined(all.map((stretches) => stretches.usec));
  const isDense = joined(all.map((stretches, nr) => denseOf(stretches, seen[nr] as ServiceEvidence)));
  if (ms.length === 0) {
    const known = joined(shares.map(knownOf));
    return { meanPct: mean(known) ?? null, maxPct: max(known) ?? null, probedPct: null, ...basis };
  }
  const calm = flagged(ms, isDense, 0);
  const isLong = sum(calm) >= SHORTEST_CALM_MS;
  const meanPct = isLong ? share(sum(flagged(usec, isDense, 0)), sum(calm)) : share(sum(usec), sum(ms));
  const probedPct = isLong ? 0 : sum(flagged(ms, isDense, 1)) / sum(ms) * 100;
  let maxPct: number | null = null;
  for (let at = 0; at < ms.length; at++) {
    const took = ms[at] as number;
    if (took < SHORTEST_STRETCH_MS) continue;
    const pct = share(usec[at] as number, took);
    if (maxPct === null || pct > maxPct) maxPct = pct;
  }
  return { meanPct, maxPct: maxPct ?? meanPct, probedPct, ...basis };
}

/** For each stretch, 1 if requests came close together in it, else 0. */
function denseOf({ endMs, ms }: Stretches, cycle: ServiceEvidence): Float64Array {
  const pages = pagesOf(cycle).map(({ probes }) => denseTimes(numbersOf(probes, "ms")));
  const dense = new Float64Array(ms.length);
  for (const isDense of pages) {
    for (let at = 0; at < ms.length; at++) {
      const end = endMs[at] as number;
      if (isDense(end - (ms[at] as number), end)) dense[at] = 1;
    }
  }
  return dense;
}

/**
 * Returns whether this program's requests to the service's page came close together between two moments, also while it
 * waited for the service to be ready. A soak has as many stretches as probes, so no stretch may go over all probes.
 */
function denseTimes(times: Float64Array): (beginMs: number, endMs: number) => boolean {
  const firstMs = times[0];
  if (firstMs === undefined) return () => false;
  const begins: number[] = [];
  let isInOrder = true;
  for (let at = 1; at < times.length; at++) {
    const gapMs = (times[at] as number) - (times[at - 1] as number);
    if (gapMs < 0) isInOrder = false;
    if (gapMs < DENSE_GAP_MS) begins.push(at - 1);
  }
  if (!isInOrder) begins.sort((a, b) => (times[a] as number) - (times[b] as number));
  const from = new Float64Array(begins.length);
  // The latest end of all that began by then.
  const to = new Float64Array(begins.length);
  let latest = -Infinity;
  for (let nr = 0; nr < begins.length; nr++) {
    const at = begins[nr] as number;
    from[nr] = times[at] as number;
    to[nr] = latest = Math.max(latest, times[at + 1] as number);
  }
  let begun = 0;
  let lastMs = -Infinity;
  return (beginMs, endMs) => {
    if (beginMs < firstMs) return true;
    // Mostly the calls come in the order of time: the next result is near the last one.
    if (endMs < lastMs) begun = countBelow(from, endMs);
    else for (; begun < from.length && (from[begun] as number) < endMs; begun++);
    lastMs = endMs;
    return begun > 0 && (to[begun - 1] as number) > beginMs;
  };
}

/** How many of the ascending values are less than the limit. */
function countBelow(values: Float64Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Times between two samples of a container, in columns. */
export interface Stretches {
  /** CPU time used in it. */
  usec: Float64Array;
  ms: Float64Array;
  endMs: Float64Array;
}

/**
 * CPU time used between two samples of a container. A restart sets the counter back: the use around it is unknown, and
 * that stretch is left out.
 */
export function cpuStretches(samples: Samples): Stretches {
  const { places } = wordsOf(samples, "containerId");
  const [times, counters] = [numbersOf(samples, "ms"), numbersOf(samples, "cpuUsec")];
  const last = new Map<number, number>();
  const [usec, ms, endMs] = [0, 1, 2].map(() => new Float64Array(samples.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let count = 0;
  // Mostly there is one container: the sample before is kept at hand.
  let place = Number.NaN;
  let before: number | undefined;
  for (let at = 0; at < places.length; at++) {
    const counter = counters[at] as number;
    if (Number.isNaN(counter)) continue;
    if (places[at] !== place) {
      if (before !== undefined) last.set(place, before);
      place = places[at] as number;
      before = last.get(place);
    }
    const earlier = before;
    before = at;
    if (earlier === undefined) continue;
    const used = counter - (counters[earlier] as number);
    const took = (times[at] as number) - (times[earlier] as number);
    if (used < 0 || took <= 0) continue;
    usec[count] = used;
    ms[count] = took;
    endMs[count++] = times[at] as number;
  }
  return { usec: usec.subarray(0, count), ms: ms.subarray(0, count), endMs: endMs.subarray(0, count) };
}

function share(usec: number, ms: number): number {
  return usec / (ms * 1000) * 100;
}
