/** "Where the time went" of REPORT.md: the phases of each module, the critical path, and this program's own share. */

import { count, duration } from "../../text/units.ts";
import { PHASES } from "../../model/evidence.ts";
import { markdown } from "../escape.ts";
import { pathText, type ReportModuleTiming, type ReportTiming } from "../value/timing.ts";
import { orDash, table } from "../words.ts";

/** `look` is the harness's own work, and is in its share. */
const COLUMNS = PHASES.filter((phase) => phase !== "look");

/** The section's parts; the caller puts empty lines between them. None if nothing was timed. */
export function timingSection(timing: ReportTiming): string[] {
  if (timing.modules.length === 0) return [];
  const many = timing.cycles.length;
  return [
    "## Where the time went",
    ...(many > 1
      ? [`Medians over ${count(many, "cycle")}; for the core's start and stop, which happen once, the sum.`]
      : []),
    phaseTable(timing.modules),
    [...pathLine(timing), `- **Time:** ${markdown(timeText(timing))}`].join("\n"),
  ];
}

function phaseTable(modules: readonly ReportModuleTiming[]): string {
  const rows = modules.map((module) => [
    markdown(module.name) + roleText(module),
    ...COLUMNS.map((phase) => {
      const once = module.core && (phase === "start" || phase === "stop");
      const ms = (once ? module.phases_total_ms : module.phases_median_ms)[phase];
      return orDash(ms === undefined ? null : duration(ms));
    }),
  ]);
  return table(["Module", ...COLUMNS.map((phase) => phase.charAt(0).toUpperCase() + phase.slice(1))], rows);
}

function roleText({ core, tested }: ReportModuleTiming): string {
  const roles = [...(core ? ["core"] : []), ...(tested ? [] : ["not tested"])];
  return roles.length === 0 ? "" : ` (${roles.join(", ")})`;
}

/** The path of the cycle with the longest one. */
function pathLine({ critical_path, cycles }: ReportTiming): string[] {
  const longest = cycles.reduce<ReportTiming["cycles"][number] | null>(
    (most, cycle) => (cycle.critical_ms ?? 0) > (most?.critical_ms ?? 0) ? cycle : most,
    null,
  );
  const text = pathText(critical_path.filter(({ cycle }) => cycle === longest?.cycle));
  if (text === "") return [];
  const which = cycles.length === 1 ? "" : ` of cycle ${longest?.cycle}, the longest one`;
  return [`- **Critical path${which}:** ${markdown(text)}`];
}

function timeText({ critical_ms, jobs, own_ms, own_pct, sum_ms, wall_ms }: ReportTiming): string {
  const parts = [
    sum_ms === null ? null : `one after the other ${duration(sum_ms)}`,
    critical_ms === null ? null : `critical path ${duration(critical_ms)}`,
    `the whole run ${duration(wall_ms)}${jobs === null ? "" : ` with ${count(jobs, "job")}`}`,
  ].filter((part) => part !== null);
  const share = own_pct === null ? "" : ` (${own_pct} %)`;
  const own = own_ms === null
    ? "the harness's own share is not known"
    : `the harness's own ${duration(own_ms)}${share}: looks at the engine, waiting, building images`;
  return [...parts, own].join("; ");
}
