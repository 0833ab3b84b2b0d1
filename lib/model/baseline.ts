/**
 * The figures of a run that a later run is compared with. Each cycle starts its services anew, and so gives one
 * independent value of a figure. Values within a cycle (the answers of one window, its samples) depend on each other,
 * and do not count one by one.
 */

import type { TestOutcome } from "./outcome.ts";
import type { Status } from "./outcome.ts";

/** The compared figures of a service; the last word of the name is the unit. */
export const FIGURES = ["ready_ms", "p95_ms", "mem_peak_mib", "cpu_mean_pct", "stop_ms"] as const;
export type FigureName = (typeof FIGURES)[number];

/** Values in the order of the cycles, to one decimal; a cycle in which the figure was not seen has none. */
export type FigureSeries = Record<FigureName, number[]>;

export interface ServiceFigureSeries {
  service: string;
  series: FigureSeries;
}

export interface ModuleFigures {
  name: string;
  /** null if it is not known yet. */
  status: Status | null;
  services: ServiceFigureSeries[];
  /** Services that lack the values of some cycles, since they ran before and were tested in place. */
  inPlace: string[];
  /** Test file → its worst outcome over the cycles. */
  tests: Record<string, TestOutcome>;
}

export interface RunFigures {
  /** UTC; null if the record does not say. */
  startedAt: string | null;
  /** Version of this program that made the run. */
  version: string | null;
  host: { hostname: string; os: string; arch: string } | null;
  engine: string | null;
  mode: string | null;
  jobs: number | null;
  soakSec: number | null;
  /** What ended the run before its time, in words; null if nothing did. */
  cutShort: string | null;
  /**
   * For each cycle, the share of its time in which this program waited for a core. Services are slow on a busy host.
   */
  waitPcts: number[];
  modules: ModuleFigures[];
}

/** An earlier run that this one is compared with. */
export interface Baseline {
  /** Its folder or its REPORT.json, as the user gave it. */
  from: string;
  /** Whether the user wants the comparison even if that run is of another host. */
  acrossHosts: boolean;
  figures: RunFigures;
}
