/** A test file's path as pytest takes it. Pure. */

import { dirname, relative } from "@std/path";

/**
 * From here on pytest takes an argument for the name of a test, and the part before it may be the path of another file.
 */
const NAME_BEGINS = /\[|::/;

export interface PathArgument {
  /** The argument for pytest; null if it cannot be given this file, with the reason. */
  argument: string | null;
  /** Whether that is a folder above the file, from which all other files have to be kept out. */
  isFolder: boolean;
  why: string | null;
}

/**
 * The path as it is if possible, so that it holds wherever the command changes to; else relative to the folder it runs
 * in; else a folder above the file and not above `root`. All of them are absolute.
 */
export function pathArgument({ cwd, path, root }: { cwd: string; path: string; root: string }): PathArgument {
  for (let each = path; isWithin(root, each); each = dirname(each)) {
    const argument = shortened(each, cwd);
    if (argument !== null) return { argument, isFolder: each !== path, why: null };
    if (each === root) break;
  }
  const sign = NAME_BEGINS.exec(path)?.[0];
  const why = `pytest takes what follows "${sign}" in a path for the name of a test. Rename that part of ${path}`;
  return { argument: null, isFolder: false, why };
}

function shortened(path: string, cwd: string): string | null {
  if (!NAME_BEGINS.test(path)) return path;
  const below = relative(cwd, path);
  return isWithin(cwd, path) && !NAME_BEGINS.test(below) ? `./${below}` : null;
}

function isWithin(dir: string, path: string): boolean {
  return path === dir || path.startsWith(dir.endsWith("/") ? dir : `${dir}/`);
}
