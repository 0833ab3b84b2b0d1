/** How far a run goes, in words. Pure. */

import type { Extent } from "../model/extent.ts";
import { spanText } from "./span.ts";
import { count } from "./units.ts";

/** `3 cycles`, `cycles for 24h`, `at most 3 cycles, for 1h`. */
export function extentText({ cycles, forSec = 0 }: Extent): string {
  if (cycles === null) return `cycles for ${spanText(forSec)}`;
  const many = count(cycles, "cycle");
  return forSec === 0 ? many : `at most ${many}, for ${spanText(forSec)}`;
}

/** `cycle 2 of 5`, and `cycle 12` of a run that ends by time alone. */
export function cycleText(cycle: number, { cycles }: Pick<Extent, "cycles">): string {
  return cycles === null ? `cycle ${cycle}` : `cycle ${cycle} of ${cycles}`;
}
