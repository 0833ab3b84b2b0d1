/** REPORT.json → the figures by which a run is compared. Anyone may have written the file: other reports are refused. */

import { worstOutcomes } from "../../figures/test_outcome.ts";
import { cutShort, servicesOf } from "../../figures/run_figures.ts";
import type { FigureName, ModuleFigures, RunFigures } from "../../model/baseline.ts";
import type { TestOutcome } from "../../model/outcome.ts";
import { type ReadModule, type ReadReport, readReport, type Unreadable } from "./report.ts";
import { amountOf, amountsOf, isRecord, listOf, recordOf, textOf, wordOf } from "../../values/json.ts";
import { STATUSES } from "../../model/outcome.ts";

const OUTCOMES: readonly TestOutcome[] = ["passed", "failed", "none"];

export function readFigures(text: string): RunFigures | Unreadable {
  const read = readReport(text);
  return "why" in read ? read : figuresOf(read);
}

export function figuresOf({ report, modules }: ReadReport): RunFigures {
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
    mode: textOf(report["mode"]),
    jobs: amountOf(recordOf(report["timing"])["jobs"]),
    soakSec: amountOf(recordOf(report["settings"])["soak_sec"]),
    cutShort: cutShort({
      interrupted: textOf(report["interrupted"]),
      failure: textOf(recordOf(report["failure"])["what"]),
      finished: report["finished"] === true,
    }),
    waitPcts: amountsOf(report["cpu_wait_pct"]),
    modules: modules.map((module) => moduleFigures(module, minProbes)),
  };
}

function moduleFigures({ module, name }: ReadModule, minProbes: number): ModuleFigures {
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
    name,
    status: wordOf(module["status"], STATUSES),
    ...services(containers, minProbes),
    tests: worstOutcomes(tests),
  };
}

function services(
  containers: readonly Record<string, unknown>[],
  minProbes: number,
): Pick<ModuleFigures, "services" | "inPlace"> {
  const named = containers.flatMap((container) => {
    const service = textOf(container["service"]);
    const inPlace = container["in_place"] === true;
    return service === null ? [] : [{ service, inPlace, values: containerFigures(container, minProbes) }];
  });
  return servicesOf(named);
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
