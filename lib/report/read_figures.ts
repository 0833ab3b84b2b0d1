/** REPORT.json → what a run is compared by. Whoever wrote the file: what is no report of ours is refused. */

import { worstOutcomes } from "../figures/test_outcome.ts";
import { cutShort, seriesOf } from "../figures/run_figures.ts";
import type { FigureName, ModuleFigures, RunFigures, ServiceFigureSeries } from "../model/baseline.ts";
import { SCHEMA_VERSION, type TestOutcome } from "../model/evidence.ts";
import { MODE_NAMES } from "../model/module.ts";
import type { Status } from "../model/record.ts";
import { shown } from "../plan/shown.ts";
import type { Unreadable } from "./read_timing.ts";
import { amountOf, amountsOf, isRecord, listOf, recordOf, textOf, wordOf } from "./read_value.ts";

const STATUSES: readonly Status[] = ["PASS", "WARN", "FAIL", "SKIP"];
const OUTCOMES: readonly TestOutcome[] = ["passed", "failed", "none"];

export function readFigures(text: string): RunFigures | Unreadable {
  const report = parsedReport(text);
  return "why" in report ? report : figuresOf(report.report);
}

/** The report as it is, once it is known to be one of ours. */
export function parsedReport(text: string): { report: Record<string, unknown> } | Unreadable {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (error) {
    return { why: `it is no JSON (${error instanceof Error ? error.message : error})`, old: false };
  }
  if (!isRecord(report) || !Array.isArray(report["modules_tested"])) {
    return { why: "it is no report of a run", old: false };
  }
  const { schema_version } = report;
  if (schema_version !== SCHEMA_VERSION) {
    const why = `it has schema version ${shown(schema_version)}, and this program reads ${SCHEMA_VERSION}`;
    return { why, old: false };
  }
  const odd = report["modules_tested"].find((module) => textOf(recordOf(module)["name"]) === null);
  if (odd !== undefined) return { why: "its `modules_tested` is not as this program writes it", old: false };
  return { report };
}

export function figuresOf(report: Record<string, unknown>): RunFigures {
  const host = isRecord(report["host"]) ? report["host"] : null;
  const minProbes = amountOf(recordOf(report["thresholds"])["min_probes"]) ?? 1;
  return {
    startedAt: textOf(report["started_at"]),
    version: textOf(recordOf(report["tool"])["version"]),
    host: host === null ? null : {
      hostname: textOf(host["hostname"]) ?? "unknown",
      os: textOf(host["os"]) ?? "unknown",
      arch: textOf(host["arch"]) ?? "unknown",
    },
    engine: textOf(recordOf(report["engine"])["name"]),
    mode: wordOf(report["mode"], MODE_NAMES),
    jobs: amountOf(recordOf(report["timing"])["jobs"]),
    soakSec: amountOf(recordOf(report["settings"])["soak_sec"]),
    cutShort: cutShort({
      interrupted: textOf(report["interrupted"]),
      failure: textOf(recordOf(report["failure"])["what"]),
      finished: report["finished"] === true,
    }),
    waitPcts: amountsOf(report["cpu_wait_pct"]),
    modules: listOf(report["modules_tested"]).map((module) => moduleFigures(module, minProbes)),
  };
}

function moduleFigures(module: Record<string, unknown>, minProbes: number): ModuleFigures {
  const cycles = listOf(module["cycle_results"]);
  const containers = cycles.filter((cycle) => amountOf(recordOf(cycle["window"])["closed_ms"]) !== null)
    .flatMap((cycle) => Object.values(recordOf(cycle["metrics"])).filter(isRecord));
  const tests = cycles.flatMap((cycle) =>
    Object.entries(recordOf(cycle["test_results"])).flatMap(([file, test]) => {
      const outcome = wordOf(recordOf(test)["outcome"], OUTCOMES);
      return outcome === null ? [] : [{ file, outcome }];
    })
  );
  return {
    name: textOf(module["name"]) ?? "",
    status: wordOf(module["status"], STATUSES),
    services: services(containers, minProbes),
    tests: worstOutcomes(tests),
  };
}

function services(containers: readonly Record<string, unknown>[], minProbes: number): ServiceFigureSeries[] {
  const named = containers.flatMap((container) => {
    const service = textOf(container["service"]);
    return service === null ? [] : [{ service, values: containerFigures(container, minProbes) }];
  });
  return [...Map.groupBy(named, ({ service }) => service)].map(([service, seen]) => (
    { service, series: seriesOf(seen.map(({ values }) => values)) }
  ));
}

function containerFigures(container: Record<string, unknown>, minProbes: number): Record<FigureName, number | null> {
  const health = recordOf(container["health"]);
  const stats = recordOf(container["stats"]);
  const stop = recordOf(container["stop"]);
  const answered = (amountOf(health["probes"]) ?? 0) - (amountOf(health["failed"]) ?? 0);
  return {
    ready_ms: amountOf(health["ready_after_ms"]),
    p95_ms: answered < minProbes ? null : amountOf(health["p95_ms"]),
    mem_peak_mib: amountOf(stats["mem_peak_mib"]),
    cpu_mean_pct: amountOf(stats["cpu_mean_pct"]),
    stop_ms: stop["killed"] === false && stop["verified"] === true ? amountOf(stop["duration_ms"]) : null,
  };
}
