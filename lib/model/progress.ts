/** What a run reports while it goes on; one file of the command line renders it. */

import type { Extent } from "./extent.ts";
import type { Phase } from "./evidence.ts";
import type { CycleVerdict } from "./record.ts";

export type Progress =
  | (Extent & {
    type: "started";
    modules: string[];
    mode: string;
    engine: string;
    auditDir: string;
    /** How much of `forSec` is spent already, if the run was resumed. */
    spentMs: number;
  })
  | { type: "skipped"; module: string; why: string }
  | { type: "notice"; text: string }
  /** The images that are being pulled now. */
  | { type: "pulling"; images: string[] }
  | { type: "cycle"; cycle: number; cycles: number | null }
  /** A phase of a module, tested or not, began or is done; two phases of one module may overlap. */
  | { type: "phase"; module: string; cycle: number; phase: Phase; done: boolean }
  /** The newest sample of one service. */
  | { type: "memory"; module: string; service: string; bytes: number }
  | { type: "up"; module: string; afterMs: number; why: string | null }
  /** Of a test file that runs: how many of its tests have ended, and how many it has, if that is known. */
  | { type: "testing"; module: string; file: string; done: number; of: number | null }
  | { type: "test"; module: string; file: string; ok: boolean; durationMs: number }
  /** `tested`: false if the module was only brought up for others. */
  | { type: "verdict"; module: string; tested: boolean; verdict: CycleVerdict; durationMs: number }
  | { type: "stopping"; containers: string[] };
