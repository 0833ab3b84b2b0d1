/** Many inputs for one parser, each by a seed of its own: the seed of the campaign, and one more for each. */

import { inputOf } from "./mutate.ts";
import { findOf, type Parser } from "./parser.ts";

export interface Find {
  /** Gives the same input again. */
  seed: number;
  input: string;
  why: string;
}

/** Is told of each input before and after it. */
export interface Watcher {
  begins(seed: number): void;
  /** Why it is a find for another reason than what the parser answered; null where it is none. */
  ended(seed: number): string | null;
}

const NOBODY: Watcher = { begins() {}, ended: () => null };

/** The first find of each kind, of `most` kinds at most. */
export async function campaign(
  parser: Parser,
  { inputs, seed: first, most = 5 }: { inputs: number; seed: number; most?: number },
  watcher: Watcher = NOBODY,
): Promise<Find[]> {
  const finds = new Map<string, Find>();
  for (let seed = first; seed < first + inputs && finds.size < most; seed++) {
    const input = inputOf(parser.samples, seed);
    watcher.begins(seed);
    const wrong = await findOf(parser, input);
    const late = watcher.ended(seed);
    const why = wrong ?? late;
    if (why === null || finds.has(kindOf(why))) continue;
    finds.set(kindOf(why), { seed, input, why });
  }
  return [...finds.values()];
}

/** By its first lines, which say what was thrown and where; numbers in them differ. */
function kindOf(why: string): string {
  return why.split("\n").slice(0, 3).join("\n").replaceAll(/\d+/g, "0");
}
