/**
 * Each parser of foreign data on hostile inputs: it gives a value that is what it promises, or refuses the input in words. More
 * of them, with an eye on time and memory: `scripts/deno task fuzz`.
 */

import { assert, assertEquals } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { usageFailure } from "../../lib/model/failure.ts";
import { campaign } from "./campaign.ts";
import { inputOf } from "./mutate.ts";
import { findOf, type Parser } from "./parser.ts";
import { PARSERS } from "./parsers.ts";

const SEED = Number(Deno.env.get("VX11_SEED") ?? 1);

for (const parser of PARSERS) {
  Deno.test(`${parser.inputs} hostile inputs for the parser: ${parser.name}`, async () => {
    const [find] = await campaign(parser, { inputs: parser.inputs, seed: SEED, most: 1 });
    if (find === undefined) return;
    const again = `scripts/deno task fuzz --only ${JSON.stringify(parser.name)} --seed ${find.seed} --inputs 1`;
    throw new Error(`${find.why}\nof ${JSON.stringify(find.input.slice(0, 500))}\nagain: ${again}`);
  });
}

Deno.test("each parser takes its samples, or refuses them in words", async () => {
  for (const parser of PARSERS) for (const sample of parser.samples) assertEquals(await findOf(parser, sample), null);
});

Deno.test("inputs are the same for the same seed, mostly differ, and some are deep and long", () => {
  const samples = ['{"a":[1,{"b":"c"}]}\n{"d":null}', "a b c"];
  const inputs = Array.from({ length: 2000 }, (_, seed) => inputOf(samples, seed));
  assertEquals(inputs, inputs.map((_, seed) => inputOf(samples, seed)));
  assert(new Set(inputs).size > 1500, String(new Set(inputs).size));
  assert(inputs.some((input) => input.includes("[".repeat(80_000))) || inputs.some(({ length }) => length > 100_000));
  assert(inputs.some((input) => input.includes("__proto__")) && inputs.some((input) => input.includes("\ud800")));
});

Deno.test("a find is what is thrown but a refusal in words, and the first of each kind is told", async () => {
  const parser = (run: (input: string) => unknown): Parser => ({ name: "x", inputs: 9, samples: ["abc"], run });
  const found = async (run: (input: string) => unknown) => (await campaign(parser(run), { inputs: 9, seed: 1 })).length;
  const raise = (error: unknown): never => {
    throw error;
  };
  assertEquals(await found(() => 1), 0);
  assertEquals(await found(() => raise(usageFailure("a is 5, it must be 6"))), 0);
  assertEquals(await found(() => raise(new EngineError("docker said no"))), 0);
  assertEquals(await found(() => raise(new EngineError(" "))), 1);
  assertEquals(await found(() => raise(usageFailure("a is [object Object]"))), 1);
  assertEquals(await found(() => raise(usageFailure("a".repeat(5000)))), 1);
  assertEquals(await found(() => raise(new TypeError("x of undefined"))), 1);
  assertEquals(await found(() => Promise.reject(new RangeError("stack"))), 1);
  assertEquals(await found(() => raise("a text")), 1);
});
