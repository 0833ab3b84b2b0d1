/** Carries out the catalogue's trials, several at a time, and keeps the evidence of those that were judged wrong. */

import { join } from "@std/path";
import type { Host } from "../host/host.ts";
import { ownTempDir } from "../audit/temp_dirs.ts";
import type { CatalogueEntry } from "./defect.ts";
import type { Rig } from "./rig.ts";
import { carryOut, type Trial, type TrialOptions } from "./trial.ts";

export interface SelftestOptions extends TrialOptions {
  /** How often each entry is tried. */
  repeat: number;
  /** Trials at the same time. */
  jobs: number;
  /** Where the evidence of trials that were judged wrong is kept. */
  keepDir: string;
  /** Called at the end of each trial, in the order of their ends. */
  onTrial(trial: Trial, done: number, all: number): void;
}

/**
 * Tries every entry once, then every entry again: if the machine gets slower, all entries are affected alike. Short trials
 * finish while long ones still run. Rejects with the signal's reason; what was started is gone then, too.
 */
export async function selftest(
  host: Host,
  rig: Rig,
  entries: readonly CatalogueEntry[],
  options: SelftestOptions,
): Promise<Trial[]> {
  const all = entries.length * options.repeat;
  const trials: Trial[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < all) {
      options.signal.throwIfAborted();
      const nth = next++;
      const entry = entries[nth % entries.length];
      if (entry === undefined) return;
      const trial = await plantedTrial(host, rig, entry, nth, options);
      trials.push(trial);
      options.onTrial(trial, trials.length, all);
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: Math.min(options.jobs, all) }, work));
  for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  return trials;
}

/** How often a trial is carried out if nothing could be planted in it. */
const MOST_ATTEMPTS = 3;

async function plantedTrial(...of: Parameters<typeof oneTrial>): Promise<Trial> {
  let trial = await oneTrial(...of);
  for (let attempt = 2; trial.unplanted && attempt <= MOST_ATTEMPTS; attempt++) trial = await oneTrial(...of);
  return trial;
}

async function oneTrial(
  host: Host,
  rig: Rig,
  entry: CatalogueEntry,
  nth: number,
  options: SelftestOptions,
): Promise<Trial> {
  const dir = await ownTempDir(host, "vx11-selftest");
  try {
    const trial = await carryOut(host, rig, entry, { dir, nth }, options);
    if (trial.outcome === "right") return trial;
    if (await host.files.kind(trial.dir) === "missing") return trial;
    const kept = join(options.keepDir, `${entry.id.replaceAll("/", "_")}_${nth}`);
    await host.files.copyDir(trial.dir, kept);
    return { ...trial, dir: kept };
  } finally {
    await host.files.remove(dir);
  }
}
