import { ensureDir } from "@std/fs";
import { dirname, resolve } from "@std/path";
import { denoHost } from "../lib/host/deno.ts";
import { NOTHING, oneRun } from "./calibrate/one_run.ts";
import { addToPool, nextPlant, poolRun, readPool } from "./calibrate/pool.ts";
import { say } from "./say.ts";

const path = resolve("dist/calibrate/runs.ndjson");
await ensureDir(dirname(path));
const host = denoHost();
const signal = new AbortController().signal;
const runs = Number(Deno.args[0] ?? 5);
const cycles = Number(Deno.args[1] ?? 6);
const pool = await readPool(path);
while (pool.length < runs) {
  const began = performance.now();
  const plant = nextPlant(pool, 0.2);
  const run = poolRun(plant, await oneRun(host, { cycles, plant: plant ?? NOTHING, signal }));
  pool.push(run);
  await addToPool(path, run);
  say(`${pool.length} of ${runs} (${run.kind}): ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
host.endChildren();
Deno.exit(0);
