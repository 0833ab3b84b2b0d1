/** A file that one process at a time holds: the system lets go of it when that one ends, in whatever way. */

import { isAt, refuseOther } from "./deno_open.ts";
import type { FileLock } from "./host.ts";

/** Throws if a link or no regular file is there: in a folder of all users, anybody may have put it there. */
export async function lockFile(path: string, text: string): Promise<FileLock | { holder: string }> {
  for (;;) {
    await refuseOther(path);
    const { file, isOurs } = await openOrMake(path);
    if (!await file.tryLock(true)) {
      const holder = await new Response(file.readable).text();
      return { holder };
    }
    if (!await isAt(file, path)) {
      // Its last holder has removed it in between: who comes next makes another.
      file.close();
      continue;
    }
    if (isOurs) {
      await file.truncate();
      await file.write(new TextEncoder().encode(text));
    }
    return {
      async release() {
        // One of another user stays, as it was found.
        await Deno.remove(path).catch(() => {});
        file.close();
      },
    };
  }
}

/** One of another user, or with another name, is not written to, and can be held all the same. */
async function openOrMake(path: string): Promise<{ file: Deno.FsFile; isOurs: boolean }> {
  for (;;) {
    try {
      const file = await Deno.open(path, { read: true, write: true });
      return { file, isOurs: await hasOneName(file) };
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) return { file: await Deno.open(path), isOurs: false };
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    try {
      return { file: await Deno.open(path, { read: true, write: true, createNew: true, mode: 0o644 }), isOurs: true };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** Known by no other name: that may be the name of a file which is not to be written over. */
async function hasOneName(file: Deno.FsFile): Promise<boolean> {
  const { nlink } = await file.stat();
  return nlink === null || nlink === 1;
}
