/** What the parts of the benchmark hand over to the table, and the figures that are computed of runs. */

import { max, median } from "../../lib/figures/stats.ts";
import { BenchError } from "./measure.ts";
import type { Timing } from "./timing.ts";

export interface Run {
  wallMs: number;
  /** Of the process alone; null where it was not measured. */
  cpuMs: number | null;
  /** Of its children, where they are counted in it: what the work itself took. */
  childCpuMs?: number | null;
  peakMib: number | null;
  /** null for what is not the harness, or where its report has none. */
  timing: Timing | null;
}

/** Runs of one and the same thing. */
export interface Series {
  name: string;
  runs: readonly Run[];
}

export interface Section {
  title: string;
  /** A sentence on what was run. */
  about: string;
  series: readonly Series[];
  /** Further figures, a sentence each. */
  notes: readonly string[];
}

/** A promise, and what was measured of it. */
export interface Bar {
  what: string;
  limit: string;
  /** As it is shown; a dash where it was not measured. */
  seen: string;
  /** null where it was not measured. */
  kept: boolean | null;
}

export interface PartResult {
  sections: Section[];
  bars: Bar[];
  /** What cannot be measured here, with the reason. */
  skipped: string[];
  /** What was tried and went wrong, with what was said. */
  failed: string[];
}

export const NOTHING: PartResult = { sections: [], bars: [], skipped: [], failed: [] };

export function together(parts: readonly PartResult[]): PartResult {
  return {
    sections: parts.flatMap(({ sections }) => sections),
    bars: parts.flatMap(({ bars }) => bars),
    skipped: parts.flatMap(({ skipped }) => skipped),
    failed: parts.flatMap(({ failed }) => failed),
  };
}

/** One that goes wrong must not lose what the others have measured, which may have taken an hour. */
export async function attempt(what: string, measuring: () => Promise<PartResult>): Promise<PartResult> {
  try {
    return await measuring();
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    return { ...NOTHING, failed: [`${what}: ${error.message}`] };
  }
}

export function medianOf(series: Series, figure: (run: Run) => number | null | undefined): number | undefined {
  return median(figuresOf(series, figure));
}

export function maxOf(series: Series, figure: (run: Run) => number | null | undefined): number | undefined {
  return max(figuresOf(series, figure));
}

/** The median over the runs of wall time ÷ the bound of that same run. */
export function overBound(series: Series, bound: (timing: Timing, run: Run) => number | null): number | undefined {
  return medianOf(series, (run) => {
    const ms = run.timing === null ? null : bound(run.timing, run);
    return ms === null ? null : run.wallMs / ms;
  });
}

function figuresOf({ runs }: Series, figure: (run: Run) => number | null | undefined): number[] {
  return runs.flatMap((run) => figure(run) ?? []);
}
