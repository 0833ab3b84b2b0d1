/** What a stand-in keeps in a folder for its next start and for its check: files, whose size or time says something. */

import { ensureDir } from "@std/fs";
import { join } from "@std/path";

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
