/**
 * Writing on the real host: beside a file's place and renamed into it, without following links, and with no more
 * permissions than are wanted.
 */

import { ensureDir, walk } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { drainTo, writeAll } from "./deno_drain.ts";
import { openNew, openToAppend } from "./deno_open.ts";
import type { FileData, Files } from "./host.ts";
import { temporaryOf } from "./temporary.ts";

export type Writing = Pick<Files, "copyDir" | "drainTo" | "ensureDir" | "openAppend" | "writeAtomic">;

/** Files and folders get none of the permissions of `umask`, nor those that the process's own umask takes away. */
export function writingBy(umask: number): Writing {
  const fileMode = 0o666 & ~umask;
  return {
    async ensureDir(dir) {
      const isNew = await Deno.lstat(dir).catch(() => null) === null;
      await ensureDir(dir);
      const { mode } = await Deno.stat(dir);
      if (isNew && mode !== null && (mode & umask) !== 0) await Deno.chmod(dir, mode & 0o7777 & ~umask);
    },
    async copyDir(from, to) {
      await ensureDir(to);
      for await (const { path } of walk(from, { includeDirs: false })) {
        const copy = join(to, relative(from, path));
        await ensureDir(dirname(copy));
        await Deno.copyFile(path, copy);
      }
    },
    async writeAtomic(path, data) {
      const temporary = temporaryOf(path, Deno.pid);
      const file = await openNew(temporary, await modeOf(path) ?? fileMode);
      try {
        try {
          for (const bytes of blocksOf(data)) await writeAll(file, bytes);
          await file.sync();
        } finally {
          file.close();
        }
        await Deno.rename(temporary, path);
      } catch (error) {
        await Deno.remove(temporary).catch(() => {});
        throw error;
      }
    },
    async openAppend(path, { followLinks = false, like } = {}) {
      const file = followLinks
        ? await Deno.open(path, { append: true, create: true })
        : await openToAppend(path, like === undefined ? fileMode : await modeOf(like) ?? fileMode);
      return {
        append: (data) => writeAll(file, typeof data === "string" ? new TextEncoder().encode(data) : data),
        close: async () => {
          try {
            await file.sync();
          } finally {
            file.close();
          }
        },
      };
    },
    drainTo: (path, streams, maxBytes, abandon) => drainTo({ path, mode: fileMode }, streams, maxBytes, abandon),
  };
}

/** Permissions of the file that is there; null if there is none, or if the system has no permissions. */
async function modeOf(path: string): Promise<number | null> {
  const there = await Deno.lstat(path).catch(() => null);
  return there?.isFile && there.mode !== null ? there.mode & 0o777 : null;
}

/** Small pieces are joined: each write takes a turn of the event loop. */
const BLOCK_CHARS = 64 * 1024;

function* blocksOf(data: FileData): Generator<Uint8Array> {
  if (data instanceof Uint8Array) return yield data;
  const utf8 = new TextEncoder();
  if (typeof data === "string") return yield utf8.encode(data);
  let block = "";
  for (const piece of data) {
    block += piece;
    if (block.length < BLOCK_CHARS) continue;
    yield utf8.encode(block);
    block = "";
  }
  yield utf8.encode(block);
}
