/** This program's own memory. */

/** Present if V8 was set to expose it, as the build does. */
const { gc } = globalThis as { gc?: () => void };

/**
 * By how much the memory in use must have grown since the last collection: with less growth, memory that is needed
 * would only be searched again. V8 itself begins at a fifth, goes on beside the program, and lets memory grow to half
 * as much again meanwhile: collecting here is to leave it no reason to.
 */
const GROWTH = 1.08;
let leftBytes = 0;

/** See Host. */
export function collectGarbage(mib: number): void {
  if (gc === undefined || inUse() < Math.max(mib * 2 ** 20, GROWTH * leftBytes)) return;
  gc();
  leftBytes = inUse();
}

/** Columns of figures are outside of the heap. */
function inUse(): number {
  const { external, heapUsed } = Deno.memoryUsage();
  return heapUsed + external;
}
