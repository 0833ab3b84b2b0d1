/** Ticks and positions of the timelines' axes. Pure. */

import { elapsed } from "../../text/units.ts";

export interface Span {
  startMs: number;
  endMs: number;
}

const STEPS_SEC = [
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  14_400,
  43_200,
  86_400,
];
const MOST_TICKS = 6;

/** Share of the span in percent, to two decimals: fine enough for the widest screen. */
export function percent(ms: number, { endMs, startMs }: Span): number {
  const share = (ms - startMs) / Math.max(endMs - startMs, 1) * 100;
  return Math.round(Math.min(Math.max(share, 0), 100) * 100) / 100;
}

/** Moments that are round in seconds since the beginning of the run, at most seven of them. */
export function ticks({ endMs, startMs }: Span): { ms: number; text: string }[] {
  const length = (endMs - startMs) / 1000;
  const step = STEPS_SEC.find((sec) => length / sec <= MOST_TICKS) ?? 86_400 * Math.ceil(length / 86_400 / MOST_TICKS);
  const first = Math.ceil(startMs / 1000 / step);
  const many = Math.max(0, Math.floor(endMs / 1000 / step) - first + 1);
  return Array.from({ length: Math.min(many, MOST_TICKS + 1) }, (_, index) => {
    const seconds = (first + index) * step;
    return { ms: seconds * 1000, text: step < 1 ? `${seconds.toFixed(1)}s` : elapsed(seconds * 1000 + 0.5) };
  });
}

/** A moment since the beginning of the run: "12.3 s". */
export function clock(ms: number): string {
  return ms < 100_000 ? `${(ms / 1000).toFixed(1)} s` : elapsed(ms);
}
