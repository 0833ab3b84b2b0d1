/** Files of the real host, on Deno's own file API. */

import { lineBlocks, readLines } from "./deno_lines.ts";
import { lockFile } from "./deno_lock.ts";
import { isSamePlace } from "./deno_same.ts";
import { noting } from "./deno_shortage.ts";
import { freeBytes, mayWriteIn } from "./deno_space.ts";
import { walkFiles } from "./deno_walk.ts";
import { type Writing, writingBy } from "./deno_write.ts";
import type { Files, PathKind } from "./host.ts";

/**
 * `umask` counts in addition to the umask of the process, which its children inherit, and only for what is made here.
 */
function filesBy(umask: number): Files {
  return noting({ ...READING, ...writingBy(umask), masked: filesBy });
}

const READING: Omit<Files, keyof Writing | "masked"> = {
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
  freeBytes,
  mayWriteIn: (dir) => Promise.resolve(mayWriteIn(dir)),
  readText: (path) => Deno.readTextFile(path),
  async modifiedMs(path) {
    try {
      const { isFile, mtime } = await Deno.stat(path);
      return isFile ? mtime?.getTime() ?? null : null;
    } catch {
      return null;
    }
  },
  async readStart(path, maxBytes) {
    const { size } = await Deno.stat(path);
    if (size <= maxBytes) return { text: await Deno.readTextFile(path), cut: false };
    using file = await Deno.open(path);
    const bytes = new Uint8Array(maxBytes);
    let done = 0;
    for (let read: number | null = 1; done < maxBytes && read !== null;) {
      read = await file.read(bytes.subarray(done));
      done += read ?? 0;
    }
    return { text: new TextDecoder().decode(bytes.subarray(0, done)), cut: true };
  },
  lineBlocks,
  readLines,
  async list(dir) {
    const names: string[] = [];
    try {
      for await (const entry of Deno.readDir(dir)) names.push(entry.name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    }
    return names.sort();
  },
  walk: walkFiles,
  link: (target, path) => Deno.symlink(target, path),
  readBytes: (path) => Deno.readFile(path),
  makeTempDir: (prefix) => Deno.makeTempDir({ prefix }),
  async removeIfEmpty(dir) {
    try {
      await Deno.remove(dir);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code !== "ENOTEMPTY" && code !== "ENOENT" && code !== "ENOTDIR") throw error;
    }
  },
  lock: lockFile,
  async isSame(a, b) {
    const stat = (path: string) => Deno.stat(path).catch(() => null);
    const [one, other] = await Promise.all([stat(a), stat(b)]);
    return one !== null && other !== null && isSamePlace(one, other);
  },
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path, { recursive: true }),
};

export const files: Files = filesBy(0);
