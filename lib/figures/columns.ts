/** What is had from the columns of samples and of probes, over one cycle or several. Pure. */

import type { PageEvidence, ServiceEvidence } from "../model/record.ts";
import { numbersOf, wordsOf } from "../model/rows.ts";
import { longestGap, max } from "./stats.ts";

/** Latencies of the probes that were answered 2xx. */
export function answeredMs(probes: PageEvidence["probes"]): Float64Array {
  const ok = numbersOf(probes, "ok");
  return numbersOf(probes, "latencyMs").filter((_, at) => ok[at] === 1);
}

/** The longest time between two neighbours of a cycle: the time between two cycles is no gap. */
export function longestOf(cycles: readonly ArrayLike<number>[]): number | null {
  return max(cycles.flatMap((times) => longestGap(times) ?? [])) ?? null;
}

export type Samples = ServiceEvidence["samples"];

/** `isOf`: of which samples, by their places. */
export function sourcesOf(
  cycles: readonly Samples[],
  isOf: (cycle: number, at: number) => boolean = () => true,
): string | null {
  const seen = new Set<string>();
  cycles.forEach((samples, cycle) => {
    const { places, words } = wordsOf(samples, "source");
    const known = new Set<number>();
    for (let at = 0; at < places.length; at++) {
      const place = places[at] as number;
      if (known.has(place) || !isOf(cycle, at)) continue;
      known.add(place);
      seen.add(words[place] ?? "");
    }
  });
  return [...seen].join(", ") || null;
}

/** Those that are there. */
export function knownOf(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value));
}
