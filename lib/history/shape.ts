/** A run of a folder, and a module in it, whichever program made the run. */

import type { Status } from "../model/outcome.ts";
import type { Harness } from "../report/read/report.ts";

export interface HistoryRun {
  /** Its name below the folder. */
  folder: string;
  /** Which program made it. Of the Python harness, neither host nor engine is known. */
  harness: Harness;
  /** UTC, with `Z`; null where the report does not say. */
  started_at: string | null;
  duration_ms: number | null;
  mode: string | null;
  engine: string | null;
  hostname: string | null;
  cycles: number | null;
  /** What ended it before its time, in words; null where nothing did. */
  cut_short: string | null;
  summary: Record<Status, number>;
  /** What was only brought up for the modules and did not pass. */
  also_run: { name: string; role: string; status: Status }[];
  /** What there is to read, in the order of what people open first. */
  reports: string[];
  modules: HistoryModule[];
}

/** One module in one run: of several services the highest median; none of what ran already and was tested in place. */
export interface HistoryModule {
  name: string;
  status: Status | null;
  ready_ms: number | null;
  p95_ms: number | null;
  mem_peak_mib: number | null;
  /** Services whose figures are left out, since they ran already and were tested in place. */
  in_place: string[];
}
