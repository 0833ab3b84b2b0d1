/** Share of the time in which processes of one service waited for CPU, memory or IO, by the kernel's counters. Pure. */

import { WAITS } from "../model/evidence.ts";
import type { ServiceEvidence, TimedPressure } from "../model/record.ts";
import { numbersOf, wordsOf } from "../model/rows.ts";
import { sum } from "./stats.ts";

type Wait = (typeof WAITS)[number];

/** In percent of the time between the first and the last reading of each cycle; null where there are no two. */
export interface PressureFigures {
  pct: Record<Wait, number | null>;
  /** How many readings there were. */
  readings: number;
}

export function pressureFigures(cycles: readonly Pick<ServiceEvidence, "pressures">[]): PressureFigures {
  const waited = new Map<Wait, { usec: number; ms: number }>();
  for (const { pressures } of cycles) addWaits(waited, pressures);
  const pct = Object.fromEntries(WAITS.map((wait) => {
    const { ms, usec } = waited.get(wait) ?? { ms: 0, usec: 0 };
    // The moments are those at which the readings were written down: a little later, and not always by as much.
    return [wait, ms === 0 ? null : Math.min(100, usec / (ms * 10))];
  }));
  return { pct: pct as Record<Wait, number | null>, readings: sum(cycles.map(({ pressures }) => pressures.length)) };
}

/**
 * Adds what was waited between each two readings of a container. A restart sets all counters back: where one fell, the time
 * between the two readings is left out.
 */
function addWaits(waited: Map<Wait, { usec: number; ms: number }>, rows: ServiceEvidence["pressures"]): void {
  const { places } = wordsOf(rows, "containerId");
  const times = numbersOf<TimedPressure>(rows, "ms");
  const columns = WAITS.map((wait) => ({ wait, counters: numbersOf<TimedPressure>(rows, wait) }));
  const last = new Map<number, number>();
  for (let at = 0; at < places.length; at++) {
    const place = places[at] as number;
    const before = last.get(place);
    last.set(place, at);
    if (before === undefined) continue;
    const ms = (times[at] as number) - (times[before] as number);
    const grown = columns.map(({ counters }) => (counters[at] as number) - (counters[before] as number));
    if (ms <= 0 || grown.some((usec) => usec < 0)) continue;
    columns.forEach(({ wait }, nr) => {
      const usec = grown[nr] as number;
      if (Number.isNaN(usec)) return;
      const so = waited.get(wait) ?? { usec: 0, ms: 0 };
      waited.set(wait, { usec: so.usec + usec, ms: so.ms + ms });
    });
  }
}
