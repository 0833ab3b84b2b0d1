/**
 * The figures of a run by which a later run is compared with it. A cycle starts its services anew, so that each cycle gives
 * one independent value of a figure; what is within a cycle (the answers of one window, its samples) hangs together, and is
 * no sample of its own.
 */

import type { TestOutcome } from "./outcome.ts";
import type { Mode } from "./module.ts";
import type { Status } from "./outcome.ts";

/** What is compared of a service; the unit is the last word. */
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
  /** null where it is not known yet. */
  status: Status | null;
  services: ServiceFigureSeries[];
  /** Services of which a cycle's values are left out, since they ran already then and were tested in place. */
  inPlace: string[];
  /** Test file → outcome, of several cycles the worst. */
  tests: Record<string, TestOutcome>;
}

export interface RunFigures {
  /** UTC; null where the record does not say. */
  startedAt: string | null;
  /** Version of this program that made the run. */
  version: string | null;
  host: { hostname: string; os: string; arch: string } | null;
  engine: string | null;
  mode: Mode | null;
  jobs: number | null;
  soakSec: number | null;
  /** What ended the run before its time, in words; null where nothing did. Baselines in journals of old do not say it. */
  cutShort?: string | null;
  /** Of each cycle: the share of its time in which this program waited for a core. A busy host has slow services. */
  waitPcts: number[];
  modules: ModuleFigures[];
}

/** An earlier run that this one is compared with. */
export interface Baseline {
  /** Its folder or its REPORT.json, as the user gave it. */
  from: string;
  /** Whether it was asked to be compared also where it is of another host. */
  acrossHosts: boolean;
  figures: RunFigures;
}
