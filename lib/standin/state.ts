/** What a stand-in keeps in a folder for its next start and for its check: files, whose size or time says something. */

import { ensureDir } from "@std/fs";
import { join } from "@std/path";

/** The note of a service's start: the time of the file is that of the start, and its text the process id. */
export const STARTED = "started";

/** `owner`: the service, or one instance of it. */
export function stateFile(stateDir: string, owner: string, what: string): string {
  return join(stateDir, `${owner.replaceAll(/[^\w.-]/g, "_")}.${what}`);
}

/** Makes the file's size one byte more, and returns it. */
export async function countUp(stateDir: string, owner: string, what: string): Promise<number> {
  await ensureDir(stateDir);
  const path = stateFile(stateDir, owner, what);
  await Deno.writeTextFile(path, ".", { append: true });
  return (await Deno.stat(path)).size;
}

/** Keeps a process id for `pidOf()`. */
export async function notePid(stateDir: string, owner: string, what: string, pid: number): Promise<void> {
  await ensureDir(stateDir);
  await Deno.writeTextFile(stateFile(stateDir, owner, what), String(pid));
}

/** null if none was kept. */
export async function pidOf(stateDir: string, owner: string, what: string): Promise<number | null> {
  const text = await Deno.readTextFile(stateFile(stateDir, owner, what)).catch(() => "");
  return /^\d+$/.test(text) ? Number(text) : null;
}
