/** The compared figures in words. Pure. */

import type { FigureName } from "../model/baseline.ts";
import { round } from "../text/round.ts";
import { duration } from "../text/units.ts";

export const FIGURE_TITLES: Record<FigureName, string> = {
  ready_ms: "Time to ready",
  p95_ms: "Health p95",
  mem_peak_mib: "Peak memory",
  cpu_mean_pct: "Mean CPU",
  stop_ms: "Time to stop",
};

/** A value with its unit: `412 ms`, `43.1 ms`, `63.0 MiB`, `4.2 %`. */
export function figureText(figure: FigureName, value: number): string {
  switch (figure) {
    case "mem_peak_mib":
      return `${value.toFixed(1)} MiB`;
    case "cpu_mean_pct":
      return `${value.toFixed(1)} %`;
    case "ready_ms":
    case "p95_ms":
    case "stop_ms":
      return Math.abs(value) < 100 ? `${value.toFixed(1)} ms` : duration(value);
  }
}

/** `+23 %`, `−4 %`, the same from a percentage that a report has rounded already; absolute if the change has no percentage. */
export function changeText(figure: FigureName, change: number, changePct: number | null): string {
  const sign = change < 0 ? "−" : "+";
  if (changePct === null) return `${sign}${figureText(figure, Math.abs(change))}`;
  return `${sign}${Math.round(Math.abs(round(changePct)))} %`;
}
