/** The engines on which the self-test was carried out, and how often it was wrong there. `scripts/deno task engines` writes them. */

import type { Maker } from "../maker.ts";
import rows from "./tried.json" with { type: "json" };

/** One self-test on one engine. */
export interface TriedRow {
  /** The engine's name in tests/engines/registry.ts. */
  name: string;
  engine: Maker;
  /** As the engine itself says it: `28.5.2+dfsg4`. */
  version: string;
  compose: string;
  /** `v1` or `v2`. */
  cgroup: string;
  rootless: boolean;
  /** Whether systemd ran beside it; null if that was not looked at. */
  systemd: boolean | null;
  /** Where it ran, in words. */
  on: string;
  /** Families that were tried; empty: all. */
  families: readonly string[];
  /** Entries of the catalogue. */
  entries: number;
  repeat: number;
  jobs: number;
  trials: number;
  wrong: number;
  /** Entry → how it was judged wrong, once for each time. */
  mistakes: Readonly<Record<string, readonly string[]>>;
  /** What the program was built from. */
  commit: string;
  /** Whether the program had changes that are in no commit. */
  changed: boolean;
  /** UTC. */
  date: string;
  minutes: number;
}

export const TRIED = rows as readonly TriedRow[];
