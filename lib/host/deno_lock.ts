/** A file that one process at a time holds; the system releases it when that process ends, in whatever way. */

import { isAt, refuseOther } from "./deno_open.ts";
import type { FileLock } from "./host.ts";

/**
 * Throws if a link or no regular file is there: in a folder that all users can write to, anybody may have put it there.
 */
export async function lockFile(path: string, text: string): Promise<FileLock | { holder: string }> {
  for (;;) {
    await refuseOther(path);
    const { file, isOurs } = await openOrMake(path);
    if (!await file.tryLock(true)) {
      const holder = await new Response(file.readable).text();
      return { holder };
    }
    if (!await isAt(file, path)) {
      // Its last holder has removed it in between, so a new one has to be made.
      file.close();
      continue;
    }
    if (isOurs) {
      await file.truncate();
      await file.write(new TextEncoder().encode(text));
    }
    return {
      async release() {
        // A file of another user stays as it was found.
        await Deno.remove(path).catch(() => {});
        file.close();
      },
    };
  }
}

/** A file of another user, or with a second name, is not written to, but can be held all the same. */
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

/** Whether it has no other name: that may be the name of a file that must not be overwritten. */
async function hasOneName(file: Deno.FsFile): Promise<boolean> {
  const { nlink } = await file.stat();
  return nlink === null || nlink === 1;
}
