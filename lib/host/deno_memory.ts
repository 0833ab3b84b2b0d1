/** This program's own memory. */

/** There where V8 was told to expose it, as the build does. */
const { gc } = globalThis as { gc?: () => void };

/**
 * By how much what is in use must have grown since the last time: what is needed would only be looked through again. V8 itself
 * begins at a fifth, goes on beside the program, and lets it come to half as much again meanwhile: it is to have no reason.
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
