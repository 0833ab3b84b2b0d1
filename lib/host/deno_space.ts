/** What a path can take, without writing there: the room on its file system, and this user's permission. */

import { statfs } from "../std/statfs.ts";

/** Modes of access(2). */
const W_OK = 2;
const X_OK = 1;

/** See Files. */
export async function freeBytes(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** See Files. The kernel itself is asked: it knows groups, access lists and file systems that are mounted read-only. */
export function mayWriteIn(dir: string): boolean | null {
  if (Deno.build.os !== "linux") return null;
  try {
    const libc = Deno.dlopen("libc.so.6", { access: { parameters: ["buffer", "i32"], result: "i32" } });
    try {
      return libc.symbols.access(new TextEncoder().encode(`${dir}\0`), W_OK | X_OK) === 0;
    } finally {
      libc.close();
    }
  } catch {
    return null;
  }
}
