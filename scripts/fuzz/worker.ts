/** Fuzzes one parser in a thread of its own, which can be ended where an input never comes to its end. */

import { campaign, type Find } from "../../tests/fuzz/campaign.ts";
import { PARSERS } from "../../tests/fuzz/parsers.ts";
import { findOf, type Parser } from "../../tests/fuzz/parser.ts";
import { inputOf } from "../../tests/fuzz/mutate.ts";

export interface Order {
  name: string;
  inputs: number;
  seed: number;
  /** One cell: the seed of the input that is at work. */
  at: SharedArrayBuffer;
}

export interface Tally {
  finds: Find[];
  slowestMs: number;
  slowestSeed: number;
  /** The most of the heap that was in use after an input, garbage included. */
  peakMib: number;
}

const MOST_MS = 1000;
const MOST_GROWTH_MIB = 200;
/** Asking for the heap takes longer than most inputs do. */
const ASKED_EVERY = 256;

async function fuzz(parser: Parser, { at, inputs, seed: first }: Order): Promise<Tally> {
  const cell = new Int32Array(at);
  const tally: Tally = { finds: [], slowestMs: 0, slowestSeed: first, peakMib: heapMib() };
  let began = 0;
  let before = tally.peakMib;
  tally.finds = await campaign(parser, { inputs, seed: first }, {
    begins(seed) {
      Atomics.store(cell, 0, seed);
      began = performance.now();
    },
    ended(seed) {
      const tookMs = performance.now() - began;
      if (tookMs > tally.slowestMs) [tally.slowestMs, tally.slowestSeed] = [tookMs, seed];
      if (tookMs > MOST_MS) return `took ${tookMs.toFixed(0)} ms`;
      if (tookMs < 5 && seed % ASKED_EVERY !== 0) return null;
      const now = heapMib();
      const growth = now - before;
      before = now;
      tally.peakMib = Math.max(tally.peakMib, now);
      return growth > MOST_GROWTH_MIB ? `the heap grew by ${growth.toFixed(0)} MiB` : null;
    },
  });
  return { ...tally, finds: await stillSlow(parser, tally.finds) };
}

/** What was slow because of something else on this host is none. */
async function stillSlow(parser: Parser, finds: readonly Find[]): Promise<Find[]> {
  const still: Find[] = [];
  for (const find of finds) {
    const began = performance.now();
    await findOf(parser, inputOf(parser.samples, find.seed));
    if (!find.why.startsWith("took ") || performance.now() - began > MOST_MS) still.push(find);
  }
  return still;
}

function heapMib(): number {
  return Deno.memoryUsage().heapUsed / 2 ** 20;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(tally: Tally): void;
};
scope.onmessage = async ({ data }) => {
  const parser = PARSERS.find(({ name }) => name === data.name);
  if (parser === undefined) throw new Error(`no parser ${data.name}`);
  scope.postMessage(await fuzz(parser, data));
};
