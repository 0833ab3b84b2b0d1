/** What a run tells while it goes on; one file of the command line renders it. */

import type { Phase } from "./evidence.ts";
import type { CycleVerdict } from "./record.ts";

export type Progress =
  | { type: "started"; modules: string[]; cycles: number; mode: string; engine: string; auditDir: string }
  | { type: "notice"; text: string }
  | { type: "cycle"; cycle: number; cycles: number }
  | { type: "phase"; module: string; cycle: number; phase: Phase }
  | { type: "up"; module: string; afterMs: number; why: string | null }
  | { type: "test"; module: string; file: string; ok: boolean; durationMs: number }
  | { type: "verdict"; module: string; verdict: CycleVerdict; durationMs: number }
  | { type: "stopping"; containers: string[] };
