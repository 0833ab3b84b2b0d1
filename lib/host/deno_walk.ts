/** Finds test files as `pytest FOLDER` would: through links, which may lead back to their own folder. */

import { join, relative } from "@std/path";
import { messageOf } from "../model/failure.ts";
import { noted } from "./deno_shortage.ts";

/** Hidden names and caches are not searched for test files. */
const NOT_WALKED = /^(\..*|__pycache__|node_modules|venv)$/;

/** How many folders behind links are entered: a link may lead to the whole disk. */
const MOST_LINKED = 10_000;

/** How a folder was reached: the real folders above it, and whether a link is on the way. */
interface Way {
  above: ReadonlySet<string>;
  linked: boolean;
}

/**
 * Regular files below `dir`, as paths relative to it, sorted; `onClosed` is called for each folder that is left out.
 */
export async function walkFiles(dir: string, onClosed: (path: string, why: string) => void): Promise<string[]> {
  const paths: string[] = [];
  let linkedFolders = 0;
  const closed = (path: string, why: string) => onClosed(relative(dir, path) || ".", why);
  const enter = async (path: string, { above, linked }: Way): Promise<void> => {
    const opened = await unlessGone(() => entriesOf(path), (why) => closed(path, why));
    if (opened === null || above.has(opened.real)) return;
    if (linked && ++linkedFolders > MOST_LINKED) {
      if (linkedFolders === MOST_LINKED + 1) closed(path, `links lead to more than ${MOST_LINKED} folders`);
      return;
    }
    for (const entry of opened.entries) {
      if (NOT_WALKED.test(entry.name)) continue;
      const next = join(path, entry.name);
      const found = entry.isSymlink ? await unlessGone(() => Deno.stat(next), (why) => closed(next, why)) : entry;
      if (found?.isFile) paths.push(relative(dir, next));
      if (!found?.isDirectory) continue;
      await enter(next, { above: new Set([...above, opened.real]), linked: linked || entry.isSymlink });
    }
  };
  await enter(dir, { above: new Set(), linked: false });
  return paths.sort();
}

async function entriesOf(path: string): Promise<{ real: string; entries: Deno.DirEntry[] }> {
  return { real: await Deno.realPath(path), entries: await Array.fromAsync(Deno.readDir(path)) };
}

/** A missing path, or a link to nowhere, does not count as one that cannot be read. */
async function unlessGone<T>(ask: () => Promise<T>, closed: (why: string) => void): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
    if (!isGone) closed(messageOf(noted(error)));
    return null;
  }
}
