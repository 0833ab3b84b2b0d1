/** The lower bounds that the harness measured itself, from REPORT.json; the one place that knows its keys. Pure. */

export interface Timing {
  /** Modules at the same time. */
  jobs: number | null;
  /** The unavoidable phases, one after the other: no run with one job can be faster. */
  sumMs: number | null;
  /** The longest chain of phases of which each waits for the one before: no run at all can be faster. */
  criticalPathMs: number | null;
}

/** null where the report has no timing. */
export function timingOf(report: unknown): Timing | null {
  const timing = (report as { timing?: Record<string, unknown> | null })?.timing;
  if (timing === undefined || timing === null) return null;
  const number = (key: string) => typeof timing[key] === "number" ? timing[key] : null;
  return { jobs: number("jobs"), sumMs: number("sum_ms"), criticalPathMs: number("critical_ms") };
}

/**
 * The least that a run of so many jobs can take: all of the work shared out evenly, or the longest chain. `workCpuMs`: where
 * the services' CPU time is known, the cores share that out at best.
 */
export function leastMs({ jobs, sumMs, criticalPathMs }: Timing, workCpuMs: number, cores: number): number | null {
  if (jobs === null || sumMs === null || criticalPathMs === null) return null;
  return Math.max(criticalPathMs, sumMs / jobs, workCpuMs / cores);
}
