/**
 * Measures how often a comparison raises a false alarm, and what it finds, with real runs of stand-ins on the process engine.
 * Most runs are alike; in every fifth, the time to ready, the p95 and the memory are a fifth higher, each in its own module.
 *
 * scripts/deno task calibrate [--runs 500] [--cycles 6] [--minutes 60] [--shard a] [--binary PATH] [--every S] [--offset S]
 * [--score]
 *
 * With `--binary` the stand-ins are that compiled program, which needs a quarter of the CPU that this source needs to start.
 * Shards that run at the same time sometimes start their services at the same moment, and slow each other down. With
 * `--every 15` (seconds, more than a run takes) a run begins every 15 s, and with `--offset 0.7` those of a second shard 0.7 s
 * later: since all cycles take the same time, no two starts meet.
 *
 * Runs are kept as lines of dist/calibrate/<shard>.ndjson: a shard that was ended goes on where it was, several shards may run
 * at the same time, and the score counts all of them. `--score` runs nothing. No run is in two pairs of a count.
 */

import { parseArgs } from "@std/cli";
import { ensureDir } from "@std/fs";
import { join, resolve } from "@std/path";
import { limitsOf } from "../lib/figures/against_baseline.ts";
import { denoHost } from "../lib/host/deno.ts";
import { defaultThresholds } from "../lib/model/settings.ts";
import { NOTHING, oneRun } from "./calibrate/one_run.ts";
import { addToPool, nextPlant, type PoolRun, poolRun, readPool } from "./calibrate/pool.ts";
import { score } from "./calibrate/score.ts";
import { scoreText } from "./calibrate/table.ts";
import { complain, say } from "./say.ts";

const DIR = resolve(import.meta.dirname ?? ".", "../dist/calibrate");
const SHARE = 0.2;

interface Options {
  shard: string;
  runs: number;
  cycles: number;
  minutes: number;
  /** Absolute path; undefined: the stand-ins are this source. */
  binary: string | undefined;
  /** Seconds; 0: each begins when the one before has ended. */
  every: number;
  offset: number;
}

/** Ctrl+C ends it after the run's own tear-down; earlier runs stay in the file. */
async function addRuns({ binary, cycles, every, minutes, offset, runs, shard }: Options): Promise<void> {
  const path = join(DIR, `${shard}.ndjson`);
  const ended = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => ended.abort(name));
  const host = denoHost();
  const program = binary === undefined ? host.self : [binary];
  const began = host.clock.mono();
  const pool = await readPool(path);
  while (pool.length < runs && host.clock.mono() - began < minutes * 60_000 && !ended.signal.aborted) {
    const plant = nextPlant(pool, SHARE);
    if (every > 0) {
      const sinceSlotMs = (host.clock.wall() - offset * 1000) % (every * 1000);
      await host.clock.sleep(every * 1000 - sinceSlotMs, ended.signal).catch(() => {});
      if (ended.signal.aborted) break;
    }
    const runBegan = host.clock.mono();
    const figures = await oneRun(host, { program, cycles, plant: plant ?? NOTHING, signal: ended.signal });
    if (ended.signal.aborted) break;
    const run = poolRun(plant, figures);
    pool.push(run);
    await addToPool(path, run);
    say(`${shard}: ${pool.length} of ${runs} (${run.kind}), ${((host.clock.mono() - runBegan) / 1000).toFixed(1)} s`);
  }
  host.endChildren();
}

async function allPools(): Promise<PoolRun[][]> {
  const pools: PoolRun[][] = [];
  for await (const { name } of Deno.readDir(DIR)) {
    if (name.endsWith(".ndjson")) pools.push(await readPool(join(DIR, name)));
  }
  return pools;
}

if (import.meta.main) {
  const given = parseArgs(Deno.args, {
    string: ["runs", "cycles", "minutes", "shard", "binary", "every", "offset"],
    boolean: ["score"],
  });
  const number = (name: "runs" | "cycles" | "minutes" | "every" | "offset", standard: number) =>
    Number(given[name] ?? standard);
  const options = {
    shard: String(given.shard ?? "a"),
    runs: number("runs", 500),
    cycles: number("cycles", 6),
    minutes: number("minutes", 60),
    every: number("every", 0),
    offset: number("offset", 0),
    binary: given.binary === undefined ? undefined : resolve(String(given.binary)),
  };
  const { cycles, every, minutes, offset, runs } = options;
  if (
    !/^\w+$/.test(options.shard) || [runs, cycles, minutes].some((n) => !(n > 0)) ||
    ![every, offset].every((n) => n >= 0)
  ) {
    complain(
      "Cannot calibrate: --runs, --cycles and --minutes must be numbers over 0, --every and --offset seconds, --shard a word",
    );
    Deno.exit(2);
  }
  await ensureDir(DIR);
  if (given.score !== true) await addRuns(options);
  const limits = limitsOf(defaultThresholds());
  const text = scoreText(score(await allPools(), limits), { falseAlarmPct: limits.falseAlarmPct, share: SHARE });
  await Deno.writeTextFile(join(DIR, "score.md"), text);
  say(`\n${text}`);
  Deno.exit(0);
}
