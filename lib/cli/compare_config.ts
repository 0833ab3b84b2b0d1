/** What `compare` and `history` are asked; args.ts makes it. */

import type { Thresholds } from "../model/settings.ts";

export const COMPARE_FORMATS = ["text", "json", "md"] as const;

/** Paths as given, to be taken from the current folder. */
export interface CompareConfig {
  before: string;
  after: string;
  acrossHosts: boolean;
  format: (typeof COMPARE_FORMATS)[number];
  strict: boolean;
  color: boolean;
  thresholds: Thresholds;
}

export interface HistoryConfig {
  /** Absolute. */
  dir: string;
  json: boolean;
  color: boolean;
}
