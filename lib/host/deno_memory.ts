/** This program's own memory. */

/** There where V8 was told to expose it, as the build does. */
const { gc } = globalThis as { gc?: () => void };

/** By how much the heap must have grown since the last time: what is needed would only be looked through again. */
const GROWTH = 1.25;
let leftBytes = 0;

/** See Host. */
export function collectGarbage(heapMib: number): void {
  if (gc === undefined || Deno.memoryUsage().heapUsed < Math.max(heapMib * 2 ** 20, GROWTH * leftBytes)) return;
  gc();
  leftBytes = Deno.memoryUsage().heapUsed;
}
