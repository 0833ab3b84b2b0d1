/** Choices by a seed: the same for the same one. */

import { random } from "../fakes/random.ts";

export interface Chance {
  /** A whole number from 0 up to but not `below`. */
  below(below: number): number;
  /** Whether one of `odds` times came. */
  once(odds: number): boolean;
  of<T>(values: readonly T[]): T;
}

export function chanceOf(seed: number): Chance {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    once: (odds) => below(odds) === 0,
    of: <T>(values: readonly T[]) => values[below(values.length)] as T,
  };
}
