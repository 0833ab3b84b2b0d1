/**
 * Opens regular files to write into them, and nothing else: someone who can put a link in the way must not choose what
 * is overwritten. Deno has no O_NOFOLLOW; creating a file follows no link (O_EXCL), and an existing one is checked once
 * it is open.
 */

import { isSamePlace } from "./deno_same.ts";

/** Someone who puts something in the way again and again must not keep the program busy. */
const ATTEMPTS = 10;

/**
 * A new file at the path; an existing file or link is removed, and the link's target stays as it is. Throws if a
 * folder, a pipe or a device is there.
 */
export async function openNew(path: string, mode: number): Promise<Deno.FsFile> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const made = await Deno.open(path, { write: true, createNew: true, mode }).catch(onlyIf(Deno.errors.AlreadyExists));
    if (made !== null) return made;
    await refuseOther(path, { links: true });
    await Deno.remove(path).catch(onlyIf(Deno.errors.NotFound));
  }
  throw new Error(`${JSON.stringify(path)} was there again after each of ${ATTEMPTS} removals`);
}

/** The file at the path, or a new one, to append to. Throws if a link, a pipe or a device is there. */
export async function openToAppend(path: string, mode: number): Promise<Deno.FsFile> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const made = await Deno.open(path, { append: true, createNew: true, mode }).catch(
      onlyIf(Deno.errors.AlreadyExists),
    );
    if (made !== null) return made;
    // Checked before it is opened: a pipe would wait for its reader.
    await refuseOther(path);
    const file = await Deno.open(path, { append: true }).catch(onlyIf(Deno.errors.NotFound));
    if (file === null) continue;
    if (await isAt(file, path)) return file;
    file.close();
  }
  throw new Error(`${JSON.stringify(path)} was replaced during each of ${ATTEMPTS} attempts to open it`);
}

/** Turns that error into null, and throws any other. */
function onlyIf(kind: new () => Error): (error: unknown) => null {
  return (error) => {
    if (error instanceof kind) return null;
    throw error;
  };
}

/** Whether the path is the very file that is open, and no link to it. */
export async function isAt(file: Deno.FsFile, path: string): Promise<boolean> {
  const there = await Deno.lstat(path).catch(() => null);
  return there !== null && isSamePlace(await file.stat(), there);
}

/** Throws if something is there that is no regular file, nor a link if `links` are allowed. */
export async function refuseOther(path: string, { links = false } = {}): Promise<void> {
  const there = await Deno.lstat(path).catch(onlyIf(Deno.errors.NotFound));
  if (there === null || there.isFile || (links && there.isSymlink)) return;
  const what = there.isSymlink ? `a link to ${JSON.stringify(await Deno.readLink(path))}` : "no regular file";
  throw new Error(`${JSON.stringify(path)} is ${what}, and is not written to`);
}
