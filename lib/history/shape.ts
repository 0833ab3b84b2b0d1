/** A run of a folder, and a module in it, whichever program made the run. */

import type { Status } from "../model/outcome.ts";
import type { Harness } from "../report/read/report.ts";

export interface HistoryRun {
  /** Its name below the folder. */
  folder: string;
  /** Which program made it. For a run of the Python harness, host and engine are unknown. */
  harness: Harness;
  /** UTC, with `Z`; null if the report does not say. */
  started_at: string | null;
  duration_ms: number | null;
  mode: string | null;
  engine: string | null;
  hostname: string | null;
  cycles: number | null;
  /** What ended it early, in words; null if nothing did. */
  cut_short: string | null;
  summary: Record<Status, number>;
  /** Modules that were only brought up for others and did not pass. */
  also_run: { name: string; role: string; status: Status }[];
  /** Report files, in the order in which people open them. */
  reports: string[];
  modules: HistoryModule[];
}

/**
 * One module in one run. The figures are the highest median of its services, without services that ran already and were
 * tested in place.
 */
export interface HistoryModule {
  name: string;
  status: Status | null;
  ready_ms: number | null;
  p95_ms: number | null;
  mem_peak_mib: number | null;
  /** Services whose figures are left out, since they ran already and were tested in place. */
  in_place: string[];
}
