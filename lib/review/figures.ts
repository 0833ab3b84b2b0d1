/** Figures of a container, a leak and a test, in one line each for the reviewer; unmeasured ones are left out. Pure. */

import { duration } from "../text/units.ts";
import type { ReportContainer, ReportLeak, ReportTest } from "../report/value/report.ts";

export function containerLine({ health, stats, stop }: ReportContainer): string {
  const facts = [
    told(stats.status, (status) => `${status}`),
    told(stats.exit_code, (code) => `exit code ${code}`),
    told(stats.restarts_in_window, (count) => `restarts ${count}`),
    told(stats.oom_killed, (killed) => `OOM killed ${killed ? "yes" : "no"}`),
    told(stats.mem_peak_mib, (mib) => `memory peak ${mib} MiB`),
    told(stats.mem_limit_mib, (mib) => `limit ${mib} MiB`),
    told(stats.mem_settled_mib, (mib) => `settled ${mib} MiB`),
    told(stats.cpu_mean_pct, (pct) => `CPU mean ${pct} % of a core`),
    `${stats.samples} samples`,
    told(health.ready_after_ms, (ms) => `ready after ${duration(ms)}`),
    health.probes === 0 ? "no probes" : `${health.probes} probes, ${health.failed} failed`,
    told(health.p95_ms, (ms) => `health p95 ${ms} ms`),
    told(stop, ({ duration_ms, killed }) => `stop ${duration(duration_ms)}${killed ? ", killed" : ""}`),
  ];
  return facts.filter((fact) => fact !== null).join(", ");
}

function told<T>(value: T | null, how: (value: T) => string): string | null {
  return value === null ? null : how(value);
}

export function leakLine(service: string, leak: ReportLeak): string[] {
  const { settled_first_mib: first, settled_last_mib: last, settled_rise_mib_per_cycle: rise } = leak;
  if (leak.cycles_compared < 2 || first === null || last === null) return [];
  const slope = rise === null ? "" : `, ${rise} MiB per cycle`;
  return [`  memory of ${service} over ${leak.cycles_compared} cycles: ${first} to ${last} MiB${slope}`];
}

export function testLine({ counts, duration_ms, outcome, timed_out }: ReportTest): string {
  const what = timed_out ? "timed out" : outcome === "none" ? "no test was run" : outcome;
  if (counts === null) return `${what} in ${duration(duration_ms)}`;
  const { errors, failed, passed, skipped } = counts;
  return `${what} in ${
    duration(duration_ms)
  } (${passed} passed, ${failed} failed, ${errors} errors, ${skipped} skipped)`;
}
