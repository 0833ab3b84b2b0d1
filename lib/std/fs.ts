/**
 * Door to `@std/fs`: the few functions this project uses, with the official signatures, on Deno's own file API.
 * See README.md beside this file.
 */

/** Creates the directory and its parents; an existing directory is fine, an existing file throws. */
export async function ensureDir(dir: string | URL): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
}

export interface ExistsOptions {
  isDirectory?: boolean;
  isFile?: boolean;
}

/** Whether the path exists, and is a directory or a file where that is asked for. */
export async function exists(path: string | URL, options: ExistsOptions = {}): Promise<boolean> {
  try {
    const info = await Deno.stat(path);
    if (options.isDirectory) return info.isDirectory;
    if (options.isFile) return info.isFile;
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

export interface WalkEntry extends Deno.DirEntry {
  path: string;
}

export interface WalkOptions {
  includeDirs?: boolean;
  skip?: RegExp[];
}

/** Every file (and directory, unless told otherwise) below `root`; what a `skip` pattern matches is not entered. */
export async function* walk(root: string, options: WalkOptions = {}): AsyncIterableIterator<WalkEntry> {
  for await (const entry of Deno.readDir(root)) {
    const path = `${root}/${entry.name}`;
    if (options.skip?.some((pattern) => pattern.test(path))) continue;
    if (entry.isDirectory) {
      if (options.includeDirs ?? true) yield { ...entry, path };
      yield* walk(path, options);
    } else yield { ...entry, path };
  }
}
