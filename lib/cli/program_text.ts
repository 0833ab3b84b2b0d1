/** How a user types this program here. */

import { basename, dirname, relative } from "@std/path";
import type { Host } from "../host/host.ts";
import { quote } from "../text/shell_word.ts";

/** A compiled program is one file, which may be on the PATH; from source, it is the task, which options can follow. */
export function programText({ cwd, env, self }: Pick<Host, "cwd" | "env" | "self">): string {
  const [program = ""] = self;
  if (self.length > 1) return "scripts/deno task start";
  if ((env("PATH") ?? "").split(":").includes(dirname(program))) return basename(program);
  const near = relative(cwd(), program);
  return quote(near.startsWith("..") ? program : `./${near}`);
}
