/**
 * Whether a series rises, and how steep a rise must be to be seen in it. Robust: a few wild values move nothing. Units
 * are those of the values; it knows no thresholds.
 */

import type { Point } from "./stats.ts";
import { median, slope } from "./stats.ts";

export interface Trend {
  /** Theil–Sen, y per x. */
  slope: number;
  /** From the first x to the last. */
  span: number;
  /** What the slope comes to over the span. */
  rise: number;
  /** Share of all pairs in which the later value is the higher one: 1 in a steady rise, about half in a saw-tooth. */
  risingShare: number;
  /**
   * How far one value is off the line, as a standard deviation: the greater of 1.4826 × the median distance from the
   * line and 1.4826 ÷ √2 × the median change of that distance to the next value, since the first may miss values that
   * have only two levels.
   */
  noise: number;
}

/** From this share of rising pairs on, a rise counts as steady. */
export const STEADY_SHARE = 0.9;

/** Turns a median absolute deviation into the standard deviation of normal noise. */
const MAD_TO_SIGMA = 1.4826;

/** The trend of points in ascending x; null if they are fewer than two, or all at one x. */
export function trendOf(points: readonly Point[]): Trend | null {
  const few = thinned(points);
  const first = few[0];
  const last = few.at(-1);
  const perX = slope(few);
  if (first === undefined || last === undefined || perX === undefined) return null;
  return {
    slope: perX,
    span: last.x - first.x,
    rise: perX * (last.x - first.x),
    risingShare: risingShare(few),
    noise: noiseOf(few.map(({ x, y }) => y - perX * x)),
  };
}

/** Whether the last third of the points goes on at less than half the pace of all: a warm-up that is ending. */
export function levelsOff(points: readonly Point[]): boolean {
  const whole = slope(points);
  const end = slope(points.slice(-Math.ceil(points.length / 3)));
  return whole !== undefined && end !== undefined && end < whole / 2;
}

/**
 * The least slope at which a steady rise of n values is seen: `rise` is the least that counts in all, `noise` the
 * standard deviation of one value. It is the greater of (rise + 2√2 × noise) ÷ span, so that the whole rise shows, and
 * 9√2 × noise ÷ (n × step), so that nine tenths of the pairs rise: with n values, that holds in nine runs of ten.
 */
export function detectableSlope(points: readonly Point[], { rise, noise }: { rise: number; noise: number }): number {
  const span = (points.at(-1) as Point).x - (points[0] as Point).x;
  const step = span / (points.length - 1);
  return Math.max((rise + differenceBound(noise)) / span, 9 * Math.SQRT2 * noise / (points.length * step));
}

/** The least rise from one of ten values to the next that makes `levelsOff` false in 98 of 100 cases. */
export function paceBound(noise: number): number {
  // Half of it is twice the error of a slope over four values, which is noise ÷ √5.
  return 4 * noise / Math.sqrt(5);
}

/** The difference of two equal values stays under this in 98 of 100 cases. */
export function differenceBound(noise: number): number {
  return 2 * Math.SQRT2 * noise;
}

/** Every pair is compared, so very long series are thinned evenly; the first and the last point are kept. */
const MOST_COMPARED = 300;

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= MOST_COMPARED) return points;
  const step = (points.length - 1) / (MOST_COMPARED - 1);
  return Array.from({ length: MOST_COMPARED }, (_, index) => points[Math.round(index * step)] as Point);
}

function risingShare(points: readonly Point[]): number {
  let rising = 0;
  for (let i = 0; i < points.length; i++) {
    const { y } = points[i] as Point;
    for (let j = i + 1; j < points.length; j++) if ((points[j] as Point).y > y) rising++;
  }
  return rising / (points.length * (points.length - 1) / 2);
}

function noiseOf(rests: readonly number[]): number {
  const middle = median(rests) as number;
  const distances = rests.map((rest) => Math.abs(rest - middle));
  const changes = rests.slice(1).map((rest, index) => Math.abs(rest - (rests[index] as number)) / Math.SQRT2);
  return MAD_TO_SIGMA * Math.max(median(distances) as number, median(changes) as number);
}
