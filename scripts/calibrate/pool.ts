/** The runs of a calibration as lines of a file, so that one that was ended goes on where it was, and can be counted anew. */

import { exists } from "@std/fs";
import { median } from "../../lib/figures/stats.ts";
import type { FigureName, RunFigures } from "../../lib/model/baseline.ts";
import { NOTHING, type Plant, type Subject } from "./one_run.ts";

export interface PoolRun {
  /** Whether +20 % were planted, and how much that is. */
  kind: "alike" | "planted";
  plant: Plant;
  figures: RunFigures;
}

/** Of five runs one is planted, so that both kinds see the same moods of the machine. */
const ALIKE_A_PLANTED = 4;

export async function readPool(path: string): Promise<PoolRun[]> {
  if (!await exists(path)) return [];
  const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as PoolRun);
}

export async function addToPool(path: string, run: PoolRun): Promise<void> {
  await Deno.writeTextFile(path, `${JSON.stringify(run)}\n`, { append: true });
}

/** What the next run is to be: `share` is what is planted, of the figure as the runs before it have it. */
export function nextPlant(pool: readonly PoolRun[], share: number): Plant | null {
  if (pool.length % (ALIKE_A_PLANTED + 1) !== ALIKE_A_PLANTED) return null;
  return {
    ready: share * typical(pool, "ready", "ready_ms"),
    p95: share * typical(pool, "p95", "p95_ms"),
    memory: share * typical(pool, "memory", "mem_peak_mib"),
  };
}

/** Median of the medians of the runs in which nothing was planted. */
function typical(pool: readonly PoolRun[], subject: Subject, figure: FigureName): number {
  const medians = pool.filter(({ kind }) => kind === "alike").flatMap(({ figures }) => {
    const module = figures.modules.find(({ name }) => name === subject);
    return median(module?.services[0]?.series[figure] ?? []) ?? [];
  });
  return median(medians) ?? 0;
}

export function poolRun(plant: Plant | null, figures: RunFigures): PoolRun {
  return { kind: plant === null ? "alike" : "planted", plant: plant ?? NOTHING, figures };
}
