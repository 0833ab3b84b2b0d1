/** Files of the real host, on Deno's own file API. */

import { ensureDir, walk } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { readChunks, wholeLines } from "./capture.ts";
import type { FileData, Files, PathKind } from "./host.ts";

/** Folders in which no test file of the user's is looked for. */
const NOT_WALKED = [/\/\.[^/]*$/, /\/__pycache__$/, /\/node_modules$/, /\/venv$/];

export const files: Files = {
  async kind(path): Promise<PathKind> {
    try {
      return (await Deno.stat(path)).isDirectory ? "directory" : "file";
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return "missing";
      throw error;
    }
  },
  async isExecutable(path) {
    try {
      const { isFile, mode } = await Deno.stat(path);
      return isFile && (mode === null || (mode & 0o111) !== 0);
    } catch {
      return false;
    }
  },
  readText: (path) => Deno.readTextFile(path),
  async *readLines(path) {
    const file = await Deno.open(path);
    const rest = yield* wholeLines(file.readable);
    if (rest !== "") yield rest;
  },
  async list(dir) {
    const names: string[] = [];
    try {
      for await (const entry of Deno.readDir(dir)) names.push(entry.name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    }
    return names.sort();
  },
  async walk(dir) {
    const paths: string[] = [];
    if (await files.kind(dir) !== "directory") return paths;
    for await (const entry of walk(dir, { includeDirs: false, skip: NOT_WALKED })) {
      if (entry.isFile) paths.push(relative(dir, entry.path));
    }
    return paths.sort();
  },
  ensureDir,
  async copyDir(from, to) {
    await ensureDir(to);
    for await (const { path } of walk(from, { includeDirs: false })) {
      const copy = join(to, relative(from, path));
      await ensureDir(dirname(copy));
      await Deno.copyFile(path, copy);
    }
  },
  readBytes: (path) => Deno.readFile(path),
  makeTempDir: (prefix) => Deno.makeTempDir({ prefix }),
  async writeAtomic(path, data) {
    const temporary = `${path}.${Deno.pid}.tmp`;
    const file = await Deno.open(temporary, { write: true, create: true, truncate: true });
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
  async openAppend(path) {
    const file = await Deno.open(path, { append: true, create: true });
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
  async drainTo(path, streams, maxBytes, abandon) {
    const file = await Deno.open(path, { write: true, create: true, truncate: true });
    let bytes = 0;
    try {
      await Promise.all(streams.map(async (stream) => {
        await readChunks(stream, abandon, async (chunk) => {
          const room = Math.max(0, maxBytes - bytes);
          bytes += chunk.length;
          if (room > 0) await writeAll(file, chunk.subarray(0, room));
        });
      }));
    } finally {
      file.close();
    }
    return bytes;
  },
  async removeIfEmpty(dir) {
    try {
      await Deno.remove(dir);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code !== "ENOTEMPTY" && code !== "ENOENT" && code !== "ENOTDIR") throw error;
    }
  },
  remove: (path) => Deno.remove(path, { recursive: true }),
};

/** Small pieces are put together: each write takes a turn of its own. */
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

async function writeAll(file: Deno.FsFile, data: Uint8Array): Promise<void> {
  for (let done = 0; done < data.length;) done += await file.write(data.subarray(done));
}
