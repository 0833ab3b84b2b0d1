/**
 * A run of the Python harness that this program replaces, read from its REPORT.json: verdicts, and latencies if any.
 * Pure.
 */

import { max, p95 } from "../figures/stats.ts";
import type { HistoryModule, HistoryRun } from "./shape.ts";
import { summaryOf } from "./counts.ts";
import type { ReadModule, ReadReport } from "../report/read/report.ts";
import { amountOf, amountsOf, recordOf, textOf, wordOf } from "../values/json.ts";
import { STATUSES } from "../model/outcome.ts";

export function originalRun(folder: string, { harness, modules, report }: ReadReport, reports: string[]): HistoryRun {
  const seen = modules.map(originalModule);
  return {
    folder,
    harness,
    started_at: utc(textOf(report["timestamp"])),
    duration_ms: null,
    mode: textOf(report["mode"]),
    engine: null,
    hostname: null,
    cycles: amountOf(report["cycles"]),
    cut_short: null,
    summary: summaryOf(seen),
    also_run: [],
    reports,
    modules: seen,
  };
}

/** With several containers, the highest p95. */
function originalModule({ module, name }: ReadModule): HistoryModule {
  const latencies = Object.values(recordOf(module["metrics"]))
    .map((container) => amountsOf(recordOf(container)["health_latency_ms"]));
  return {
    name,
    status: wordOf(module["status"], STATUSES),
    ready_ms: null,
    p95_ms: max(latencies.flatMap((each) => p95(each) ?? [])) ?? null,
    mem_peak_mib: null,
    in_place: [],
  };
}

/** That harness wrote UTC without saying so. */
function utc(timestamp: string | null): string | null {
  return timestamp !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/.test(timestamp) ? `${timestamp}Z` : timestamp;
}
