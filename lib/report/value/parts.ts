/** The parts of a run that was resumed: what had cut each short, and figures of each if they differ in host or boot. */

import { type FigureName, FIGURES } from "../../model/baseline.ts";
import { partFigures } from "../../figures/run_figures.ts";
import { median } from "../../figures/stats.ts";
import { duration } from "../../text/units.ts";
import type { RunEvidence, RunPart } from "../../model/record.ts";
import { markdown } from "../escape.ts";
import type { ReportPart } from "./report.ts";
import { orDash, table } from "../words.ts";
import { round } from "../../text/round.ts";

/** Empty if the run was not resumed. */
export function reportParts(evidence: RunEvidence): ReportPart[] {
  return (evidence.parts ?? []).map((part, nr) => ({
    started_at: part.startedAt,
    after: part.after,
    away_ms: part.awayMs === null ? null : round(part.awayMs),
    host: { hostname: part.host.hostname, boot: part.host.boot ?? null },
    engine: part.engine,
    services: partFigures(evidence, nr).map(({ cycles, module, series, service }) => ({
      module,
      service,
      cycles,
      ...Object.fromEntries(FIGURES.map((name) => [name, median(series[name]) ?? null])) as Record<
        FigureName,
        number | null
      >,
    })),
  }));
}

/** A sentence for each time the run was resumed. */
export function resumedTexts({ modules, parts = [] }: RunEvidence): string[] {
  return parts.slice(1).map((part, index) => {
    const before = parts[index];
    const cut = modules.flatMap(({ cutShort = [], name }) =>
      cutShort.filter((cycle) => (cycle.part ?? 0) === index).map(({ cycle }) => `${name} (cycle ${cycle})`)
    );
    const anew = cut.length === 0 ? "nothing had to be begun anew" : `begun anew: ${cut.join(", ")}`;
    return `Resumed at ${part.startedAt ?? "an unknown time"}${
      away(part)
    }, after it had been cut short by ${part.after}` +
      `${before === undefined ? "" : where(before, part)}; ${anew}`;
  });
}

function away({ awayMs }: RunPart): string {
  return awayMs === null ? "" : `, ${duration(awayMs)} later`;
}

function where(before: RunPart, { host }: RunPart): string {
  if (before.host.hostname !== host.hostname) return `, on host ${host.hostname} in place of ${before.host.hostname}`;
  return before.host.boot === host.boot ? "" : ", and the host had been started again";
}

/** Figures of each part, if they may differ because of the host. */
export function partsSection(parts: readonly ReportPart[]): string[] {
  const places = new Set(parts.map(({ host }) => `${host.hostname} ${host.boot}`));
  if (places.size < 2) return [];
  const rows = parts.flatMap(({ host, services }, nr) =>
    services.map((each) => [
      `${nr + 1}`,
      markdown(host.hostname),
      markdown(each.service),
      `${each.cycles}`,
      orDash(each.ready_ms, "ms"),
      orDash(each.p95_ms, "ms"),
      orDash(each.mem_peak_mib, "MiB"),
      orDash(each.cpu_mean_pct, "%"),
    ])
  );
  return [
    "## Parts",
    "The run went on elsewhere, or after its host was started again: medians of the cycles of each part.",
    table(["Part", "Host", "Service", "Cycles", "Ready", "Health p95", "RAM peak", "CPU"], rows),
  ];
}
