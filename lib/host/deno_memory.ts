/** This program's own memory. */

/** There where V8 was told to expose it, as the build does. */
const { gc } = globalThis as { gc?: () => void };

/** See Host. */
export function collectGarbage(heapMib: number): void {
  if (gc !== undefined && Deno.memoryUsage().heapUsed > heapMib * 2 ** 20) gc();
}
