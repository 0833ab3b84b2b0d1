/** Reads the columns of samples and of probes, over one cycle or several. Pure. */

import type { PageEvidence, ServiceEvidence } from "../model/record.ts";
import { numbersOf, wordsOf } from "../model/rows.ts";
import { longestGap, max } from "./stats.ts";

/** Latencies of the probes that were answered 2xx. */
export function answeredMs(probes: PageEvidence["probes"]): Float64Array {
  return flagged(numbersOf(probes, "latencyMs"), numbersOf(probes, "ok"), 1);
}

/** The values whose flag is the one that is wanted. Do not keep or change the result: it may be the column itself. */
export function flagged(values: Float64Array, flags: Float64Array, wanted: 0 | 1): Float64Array {
  // Mostly all are wanted: `includes` finds that out without calling a function for each.
  return flags.includes(1 - wanted) ? kept(values, (at) => flags[at] === wanted) : values;
}

function kept(values: Float64Array, isWanted: (at: number) => boolean): Float64Array {
  const wanted = new Float64Array(values.length);
  let count = 0;
  for (let at = 0; at < values.length; at++) if (isWanted(at)) wanted[count++] = values[at] as number;
  return wanted.subarray(0, count);
}

/** The longest time between two neighbours of a cycle: the time between two cycles is no gap. */
export function longestOf(cycles: readonly ArrayLike<number>[]): number | null {
  return max(cycles.flatMap((times) => longestGap(times) ?? [])) ?? null;
}

export type Samples = ServiceEvidence["samples"];

/** The sources of the samples, as one text. `isOf`: of which samples, by their places. */
export function sourcesOf(
  cycles: readonly Samples[],
  isOf: (cycle: number, at: number) => boolean = () => true,
): string | null {
  const seen = new Set<string>();
  cycles.forEach((samples, cycle) => {
    const { places, words } = wordsOf(samples, "source");
    const known = new Set<number>();
    let last = Number.NaN;
    for (let at = 0; at < places.length; at++) {
      const place = places[at] as number;
      if (place === last || known.has(place) || !isOf(cycle, at)) continue;
      last = place;
      known.add(place);
      seen.add(words[place] as string);
    }
  });
  return [...seen].join(", ") || null;
}

/** The values that are not NaN. Do not keep or change the result: it may be the column itself. */
export function knownOf(values: Float64Array): Float64Array {
  return values.includes(Number.NaN) ? kept(values, (at) => !Number.isNaN(values[at])) : values;
}
