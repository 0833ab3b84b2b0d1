/**
 * Fuzzes every parser of foreign data: a line for each, and exit code 1 if an input led to anything but a value or a refusal in
 * words, took over a second, or made the heap grow by over 200 MiB.
 *
 * scripts/deno task fuzz [--inputs 100000] [--seed 1] [--only "docker events"]
 *
 * Each input has its own seed: the campaign's seed for the first, and one more for each next one. A find is kept in dist/fuzz/,
 * and printed with the command that reproduces it.
 */

import { parseArgs } from "@std/cli";
import { ensureDir } from "@std/fs";
import { join, resolve } from "@std/path";
import type { Find } from "../tests/fuzz/campaign.ts";
import { inputOf } from "../tests/fuzz/mutate.ts";
import type { Parser } from "../tests/fuzz/parser.ts";
import { PARSERS } from "../tests/fuzz/parsers.ts";
import type { Order, Tally } from "./fuzz/worker.ts";
import { complain, say } from "./say.ts";

const DIR = resolve(import.meta.dirname ?? ".", "../dist/fuzz");
const LOOK_MS = 1000;
/** An input that takes longer counts as endless. */
const HANGS_AFTER_MS = 30_000;

interface Campaign {
  inputs: number;
  seed: number;
}

function tallyOf({ name, samples }: Parser, { inputs, seed }: Campaign): Promise<Tally> {
  const at = new SharedArrayBuffer(4);
  const cell = new Int32Array(at);
  const worker = new Worker(new URL("./fuzz/worker.ts", import.meta.url), { type: "module" });
  const { promise, reject, resolve } = Promise.withResolvers<Tally>();
  let last = -1;
  let sinceMs = performance.now();
  const looking = setInterval(() => {
    const now = Atomics.load(cell, 0);
    if (now !== last) [last, sinceMs] = [now, performance.now()];
    else if (performance.now() - sinceMs > HANGS_AFTER_MS) {
      const find: Find = { seed: now, input: inputOf(samples, now), why: `no answer within ${HANGS_AFTER_MS} ms` };
      resolve({ finds: [find], slowestMs: HANGS_AFTER_MS, slowestSeed: now, peakMib: 0 });
    }
  }, LOOK_MS);
  worker.onmessage = ({ data }: MessageEvent<Tally>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(`${name}: ${event.message}`));
  };
  worker.postMessage({ name, inputs, seed, at } satisfies Order);
  return promise.finally(() => {
    clearInterval(looking);
    worker.terminate();
  });
}

async function keep(name: string, { input, seed, why }: Find): Promise<void> {
  await ensureDir(DIR);
  const path = join(DIR, `${name.replaceAll(/\W+/g, "_")}-${seed}.txt`);
  await Deno.writeTextFile(path, input);
  complain(`  ${why.split("\n").slice(0, 4).join("\n  ").slice(0, 800)}`);
  complain(`  input: ${path}`);
  complain(`  again: scripts/deno task fuzz --only ${JSON.stringify(name)} --seed ${seed} --inputs 1`);
}

async function main(): Promise<number> {
  const args = parseArgs(Deno.args, { string: ["inputs", "seed", "only"], default: { inputs: "100000", seed: "1" } });
  const [inputs, seed] = [Number(args["inputs"]), Number(args["seed"])];
  const only = args["only"] as string | undefined;
  const chosen = PARSERS.filter(({ name }) => only === undefined || name === only);
  if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed) || chosen.length === 0) {
    complain(
      `Give --inputs and --seed as whole numbers, and --only as one of: ${PARSERS.map(({ name }) => name).join(", ")}`,
    );
    return 2;
  }
  let count = 0;
  for (const parser of chosen) {
    const began = performance.now();
    const { finds, peakMib, slowestMs, slowestSeed } = await tallyOf(parser, { inputs, seed });
    const took = ((performance.now() - began) / 1000).toFixed(1);
    say(
      `${parser.name.padEnd(32)} ${String(inputs).padStart(8)} inputs  ${String(finds.length).padStart(2)} finds  ` +
        `slowest ${slowestMs.toFixed(0).padStart(5)} ms (seed ${slowestSeed})  heap ${
          peakMib.toFixed(0).padStart(4)
        } MiB  ${took} s`,
    );
    for (const find of finds) await keep(parser.name, find);
    count += finds.length;
  }
  return count === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main();
