/**
 * Marks the processes that this program starts. Their descendants keep the mark wherever they go: into a session of
 * their own, with a cleared environment, adopted by another process. The mark is a limit that every child inherits,
 * everybody may read, and no kernel since 2.4 enforces: the number of locks on files (`ulimit -x`).
 */

import { kernel } from "./deno_kernel.ts";
import type { Libc } from "./deno_libc.ts";

/** The first half of a mark is of the program that gave it, the second half of the family. */
const HALF_BITS = 32n;
/** One bit less: with all bits set there would be no limit. */
const PROGRAM_BITS = 31;

let libc: Libc | null = null;
let own = { soft: 0n, hard: 0n };
let program = 0n;

/** Begins to mark. Returns why nothing can be marked; null if it can. */
export function beginMarking(by: Libc): string | null {
  const limit = by.lockLimit();
  if (limit === null) return "the limit on file locks cannot be read";
  if (limit.hard >> (HALF_BITS + BigInt(PROGRAM_BITS)) === 0n) {
    return `the limit on file locks is ${limit.hard} (ulimit -H -x)`;
  }
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  program = BigInt(random >>> (32 - PROGRAM_BITS)) << HALF_BITS;
  own = limit;
  if (!by.setLockLimit(limit)) return "the limit on file locks cannot be set";
  libc = by;
  return null;
}

/**
 * Runs `start`; the processes that it starts, and only they, are of the family. It is synchronous, so that nothing else
 * runs meanwhile.
 */
export function inFamily<T>(family: string, start: () => T): T {
  if (libc === null) return start();
  libc.setLockLimit({ ...own, soft: markOf(family) });
  try {
    return start();
  } finally {
    libc.setLockLimit(own);
  }
}

export function isOfFamily(pid: number, family: string): boolean {
  return markIn(pid) === markOf(family);
}

/** Whether this program has marked it, or a process that it descends from. */
export function isMarked(pid: number): boolean {
  const mark = markIn(pid);
  return mark !== null && mark >> HALF_BITS === program >> HALF_BITS;
}

function markIn(pid: number): bigint | null {
  if (libc === null) return null;
  const limit = /^Max file locks +(\d{1,20}) /m.exec(kernel.read(`/proc/${pid}/limits`) ?? "")?.[1];
  return limit === undefined ? null : BigInt(limit);
}

/** FNV-1a of the name: good enough for the few families that there are at once. */
function markOf(family: string): bigint {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(family)) hash = Math.imul(hash ^ byte, 0x01000193);
  return program + BigInt(hash >>> 0);
}
