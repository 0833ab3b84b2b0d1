/** What the reports of a campaign say: how many windows were judged as they were, and on what that rests. */

import type { Kind } from "./project.ts";

export interface Row {
  kind: Kind;
  windows: number;
  wrong: number;
  /** Sign → in how many windows it was seen. */
  signs: Map<string, number>;
  /** Cycles that were judged wrong. */
  cycles: number[];
}

interface Report {
  modules: Record<string, {
    cycle_results: {
      cycle: number;
      reasons: { code: string }[];
      metrics: Record<string, { stats: { oom_signs: string[] } }>;
    }[];
  }>;
}

/** A window of another kind has no finding of the first rule; in each the container's end or the kill was seen. */
export function counted(kind: Kind, report: Report): Row {
  const results = Object.values(report.modules).flatMap(({ cycle_results }) => cycle_results);
  const signs = new Map<string, number>();
  const cycles: number[] = [];
  for (const { cycle, metrics, reasons } of results) {
    const codes = reasons.map(({ code }) => code);
    const isRight = kind.killed === "for memory"
      ? codes.includes("oom_killed")
      : codes.includes("exited") && !codes.includes("oom_killed") && !codes.includes("metrics_missing");
    if (!isRight) cycles.push(cycle);
    for (const sign of Object.values(metrics).flatMap(({ stats }) => stats.oom_signs)) {
      signs.set(sign, (signs.get(sign) ?? 0) + 1);
    }
  }
  return { kind, windows: results.length, wrong: cycles.length, signs, cycles };
}

export function tableOf(rows: readonly Row[]): string {
  return rows.map(({ cycles, kind, signs, windows, wrong }) => {
    const seen = [...signs].map(([sign, times]) => `${sign} ${times}`).join(", ") || "no sign of a kill for memory";
    const where = cycles.length === 0 ? "" : ` (cycles ${cycles.join(", ")})`;
    return `${kind.name} (${kind.what}): ${windows - wrong} of ${windows} right${where}; ${seen}`;
  }).join("\n");
}
