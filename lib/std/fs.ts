/**
 * Door to `@std/fs`: the few functions this project uses, on Deno's own file API. Signatures, results and errors are the
 * official ones; tests/std/fs_test.ts holds for both. See README.md beside this file.
 */

import { basename, join, normalize } from "@std/path";

/** Creates the directory and its parents; an existing directory is fine, anything else in its place throws. */
export async function ensureDir(dir: string | URL): Promise<void> {
  // The official one looks first, and so names what is in the way; someone may make the directory meanwhile.
  if (await isDirectoryOrMissing(dir)) return;
  try {
    await Deno.mkdir(dir, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    await isDirectoryOrMissing(dir);
  }
}

/** False if nothing is there. */
async function isDirectoryOrMissing(path: string | URL): Promise<boolean> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (info.isDirectory) return true;
  const kind = info.isFile ? "file" : undefined;
  throw new Error(`Failed to ensure directory exists: expected 'dir', got '${kind}'`);
}

export interface ExistsOptions {
  isDirectory?: boolean;
  isFile?: boolean;
}

/**
 * Whether the path exists, links followed, and is a directory or a file if that is asked for. A path below a file
 * throws NotADirectory; a path in a folder that may not be entered counts as existing.
 */
export async function exists(path: string | URL, options: ExistsOptions = {}): Promise<boolean> {
  if (options.isDirectory && options.isFile) {
    throw new TypeError("ExistsOptions: isDirectory and isFile must not be true together");
  }
  try {
    const info = await Deno.stat(path);
    if (options.isDirectory) return info.isDirectory;
    if (options.isFile) return info.isFile;
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    const denied = error instanceof Deno.errors.PermissionDenied;
    if (denied && (await Deno.permissions.query({ name: "read", path })).state === "granted") return true;
    throw error;
  }
}

export interface WalkEntry extends Deno.DirEntry {
  path: string;
}

export interface WalkOptions {
  /** Default true: `root` itself is yielded, too. */
  includeDirs?: boolean;
  skip?: RegExp[];
}

/**
 * Every entry of `root` and below it, in no order. Entries that a `skip` pattern matches are neither yielded nor
 * entered, `root` included. A symbolic link is yielded as one and never followed.
 */
export async function* walk(root: string, options: WalkOptions = {}): AsyncIterableIterator<WalkEntry> {
  const skipped = (path: string) => options.skip?.some((pattern) => path.match(pattern) !== null) === true;
  if (skipped(root)) return;
  if (options.includeDirs ?? true) {
    const path = normalize(root);
    const { isDirectory, isFile, isSymlink } = await Deno.stat(path);
    yield { path, name: basename(path), isDirectory, isFile, isSymlink };
  }
  for await (const entry of Deno.readDir(root)) {
    const path = join(root, entry.name);
    if (entry.isDirectory) yield* walk(path, options);
    else if (!skipped(path)) yield { ...entry, path };
  }
}
