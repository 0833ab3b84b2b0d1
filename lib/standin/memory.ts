/**
 * Memory that a stand-in holds. Every byte is written, so that it counts as RSS. It grows in steps with pauses, so that samples
 * show it grow.
 */

import { delay } from "@std/async";

const MIB = 2 ** 20;
/** Step and pause of a process that allocates until it is killed: about 400 MiB a second. */
const STEP_MIB = 8;
const PAUSE_MS = 20;

const held: Uint8Array[] = [];

/** Holds this much more memory from now on. */
export function hold(mib: number): void {
  if (mib > 0) held.push(new Uint8Array(Math.round(mib * MIB)).fill(1));
}

/** Holds more until it uses `mib`: by the count of the cgroup if FAULT_FILL_CGROUP is set, else by its own RSS. */
export function fillTo(mib: number): void {
  for (let left = mib - usedMib(); left > 0.25; left = mib - usedMib()) hold(Math.min(left, STEP_MIB));
}

/** Writes a file of this size and leaves it there. */
export function fillFile(path: string, mib: number): void {
  const block = new Uint8Array(MIB).fill(1);
  using file = Deno.openSync(path, { create: true, write: true, truncate: true });
  for (let written = 0; written < mib; written++) file.writeSync(block);
}

/** Grows by `mibPerSec` each second, in steps of a tenth, up to the bound. */
export async function leak(mibPerSec: number, boundMib: number): Promise<void> {
  for (let mib = 0; mib < boundMib; mib += mibPerSec / 10) {
    hold(mibPerSec / 10);
    await delay(100);
  }
}

/** Allocates until it is killed, or until the bound. */
export async function eat(boundMib: number): Promise<void> {
  for (let mib = 0; mib < boundMib; mib += STEP_MIB) {
    hold(STEP_MIB);
    await delay(PAUSE_MS);
  }
}

/** The files of a container's own cgroup, v2 and v1: its use, and the part of it that is reclaimable page cache. */
const CGROUPS = [
  { usage: "/sys/fs/cgroup/memory.current", stat: "/sys/fs/cgroup/memory.stat", cache: /^inactive_file (\d+)$/m },
  {
    usage: "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    stat: "/sys/fs/cgroup/memory/memory.stat",
    cache: /^total_inactive_file (\d+)$/m,
  },
];

function usedMib(): number {
  if (Deno.env.get("FAULT_FILL_CGROUP")) {
    for (const { usage, stat, cache } of CGROUPS) {
      try {
        const used = Number(Deno.readTextFileSync(usage)) - Number(cache.exec(Deno.readTextFileSync(stat))?.[1] ?? 0);
        return used / MIB;
      } catch {
        // The cgroup has the other version.
      }
    }
  }
  return Deno.memoryUsage().rss / MIB;
}
