/**
 * One contract for every engine: what lib/engine/engine.ts promises, as tests that know nothing of the engine but its
 * rig. The engines keep it on real processes and real containers; the fake of the unit tests keeps what it promises of it.
 */

import { DYING } from "./dying.ts";
import { ENDING } from "./ending.ts";
import { OBSERVING } from "./observing.ts";
import type { OpenRig, Promises } from "./rig.ts";
import { STARTING } from "./starting.ts";
import { TESTING } from "./testing.ts";

export const PARTS = {
  dying: DYING,
  ending: ENDING,
  observing: OBSERVING,
  starting: STARTING,
  testing: TESTING,
} satisfies Record<
  string,
  Promises
>;

/** Registers a part of the contract, promise by promise, for the engine named. */
export function keep(
  part: keyof typeof PARTS,
  engine: string,
  open: OpenRig,
  test: (name: string, fn: () => Promise<void>) => void = Deno.test,
): void {
  for (const [name, promise] of Object.entries(PARTS[part])) {
    test(`${engine} engine: ${name}`, () => promise(open).catch(throwFirst));
  }
}

/** The broken promise, and not the disposal that also failed because of it. */
function throwFirst(error: unknown): never {
  if (error instanceof SuppressedError) throwFirst(error.suppressed);
  throw error;
}
