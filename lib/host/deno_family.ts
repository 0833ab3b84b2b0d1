/**
 * Marks what this program starts, in a way that its descendants keep wherever they go: into a session of their own, with an
 * environment that was cleared, adopted by another. The mark is a limit that every child inherits, everybody may read, and no
 * kernel since 2.4 heeds: on the number of locks on files (`ulimit -x`).
 */

import { kernel } from "./deno_kernel.ts";
import type { Libc } from "./deno_libc.ts";

/** The first half of a mark says which program has given it, the second one to which family. */
const HALF_BITS = 32n;
/** A bit less: all bits set would be no limit. */
const PROGRAM_BITS = 31;

let libc: Libc | null = null;
let own = { soft: 0n, hard: 0n };
let program = 0n;

/** Why nothing can be marked; null from then on if it can be. */
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

/** What `start` starts, and it alone, is of the family. Children are made at once, so that nothing else runs meanwhile. */
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

/** Whether this program has marked it, or what it descends from. */
export function isMarked(pid: number): boolean {
  const mark = markIn(pid);
  return mark !== null && mark >> HALF_BITS === program >> HALF_BITS;
}

function markIn(pid: number): bigint | null {
  if (libc === null) return null;
  const limit = /^Max file locks +(\d{1,20}) /m.exec(kernel.read(`/proc/${pid}/limits`) ?? "")?.[1];
  return limit === undefined ? null : BigInt(limit);
}

/** FNV-1a of the name: as good as another for each of the few families that there are at once. */
function markOf(family: string): bigint {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(family)) hash = Math.imul(hash ^ byte, 0x01000193);
  return program + BigInt(hash >>> 0);
}
