/** Earlier runs to compare with: one module of one service, on the host and the engine that the other fakes are of. */

import type { Baseline, FigureSeries, RunFigures } from "../../lib/model/baseline.ts";
import { SCHEMA_VERSION } from "../../lib/model/evidence.ts";

export const NO_SERIES: FigureSeries = { ready_ms: [], p95_ms: [], mem_peak_mib: [], cpu_mean_pct: [], stop_ms: [] };

export function figuresOf(name: string, series: Partial<FigureSeries>, over: Partial<RunFigures> = {}): RunFigures {
  return {
    startedAt: "2025-12-21T09:00:00Z",
    version: "0.1.0",
    host: { hostname: "lab1", os: "linux", arch: "x86_64" },
    engine: "compose",
    mode: "low_power",
    jobs: 1,
    soakSec: 0,
    cutShort: null,
    waitPcts: [],
    modules: [{
      name,
      status: "PASS",
      services: [{ service: name, series: { ...NO_SERIES, ...series } }],
      inPlace: [],
      tests: {},
    }],
    ...over,
  };
}

export function baselineOf(name: string, series: Partial<FigureSeries>, over: Partial<RunFigures> = {}): Baseline {
  return { from: "docs/audit/before", acrossHosts: false, figures: figuresOf(name, series, over) };
}

/** REPORT.json with as much of it as is read; memory alone has its values in it. */
export function baselineText(name: string, { mem_peak_mib = [] }: Partial<FigureSeries>): string {
  const cycle = (mib: number) => ({
    window: { opened_ms: 1, closed_ms: 2 },
    metrics: { [`vx11-${name}`]: { service: name, stats: { mem_peak_mib: mib } } },
  });
  return JSON.stringify({
    schema_version: SCHEMA_VERSION,
    started_at: "2025-12-21T09:00:00Z",
    host: { hostname: "lab1", os: "linux", arch: "x86_64" },
    engine: { name: "compose" },
    finished: true,
    modules_tested: [name],
    modules: { [name]: { name, status: "PASS", cycle_results: mem_peak_mib.map(cycle) } },
  });
}
