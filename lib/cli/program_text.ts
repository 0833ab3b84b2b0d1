/** How a person types this program here. */

import { basename, dirname, relative } from "@std/path";
import type { Host } from "../host/host.ts";
import { quote } from "../text/shell_word.ts";

/** Compiled, the program is one file, which the PATH has or not; from source there is the task, and an option follows. */
export function programText({ cwd, env, self }: Pick<Host, "cwd" | "env" | "self">): string {
  const [program = ""] = self;
  if (self.length > 1) return "scripts/deno task start";
  if ((env("PATH") ?? "").split(":").includes(dirname(program))) return basename(program);
  const near = relative(cwd(), program);
  return quote(near.startsWith("..") ? program : `./${near}`);
}
