/** Which state of this repository the program is built from. */

import type { Source } from "./rows.ts";

/** What the program is made of; the results of this command are no change of it. */
const PROGRAM = ["main.ts", "lib", "deno.json", "deno.lock", "config/sandbox", ":!lib/engine/compose/tried/tried.json"];

export async function sourceOf(root: string): Promise<Source> {
  const commit = await git(root, "rev-parse", "--short=7", "HEAD");
  if (commit.code !== 0) throw new Error(`Cannot tell the commit of ${root}: ${commit.err}`);
  const status = await git(root, "status", "--porcelain", "--", ...PROGRAM);
  return { commit: commit.out, changed: status.out !== "" || status.code !== 0 };
}

/** Whether the program is the same as it was at that commit. */
export async function isSince(root: string, commit: string): Promise<boolean> {
  const untracked = await git(root, "status", "--porcelain", "--", ...PROGRAM);
  return untracked.out === "" && (await git(root, "diff", "--quiet", commit, "--", ...PROGRAM)).code === 0;
}

async function git(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stderr, stdout } = await new Deno.Command("git", { args, cwd, stdin: "null" }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  return { code, out, err };
}
