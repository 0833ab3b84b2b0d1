/** The command `demo` as a real process, from source, in a folder of its own. */

import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";

export interface DemoModule {
  name: string;
  status: string;
  reasons: { code: string; text: string }[];
}

export interface DemoReport {
  cycles: number;
  notices: string[];
  modules_tested: string[];
  modules: Record<string, DemoModule>;
}

export interface DemoOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Options for a machine that others use as well. */
export const BUSY = [
  "--config",
  join(import.meta.dirname ?? ".", "busy_machine.yaml"),
  "--timeout-sec",
  "60",
];

/** A folder that is gone afterwards. */
export async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-demo-test-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Starts it in `dir`, where its temporary folder goes, too. */
export function startDemo(dir: string, args: readonly string[]): Deno.ChildProcess {
  const [program = "", ...words] = denoHost().self;
  return new Deno.Command(program, {
    args: [...words, "demo", ...args],
    cwd: dir,
    env: { TMPDIR: dir },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

export async function runDemo(dir: string, args: readonly string[]): Promise<DemoOutcome> {
  const { code, stdout, stderr } = await startDemo(dir, args).output();
  const text = (data: Uint8Array) => new TextDecoder().decode(data);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** What it left in its folder beside docs/: nothing, if all is well. */
export async function leftIn(dir: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(dir), ({ name }) => name);
  return names.filter((name) => name !== "docs").map((name) => join(dir, name));
}

/** Processes that a demonstration in `dir` started and that still run. */
export async function processesOf(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const env = await Deno.readTextFile(`/proc/${name}/environ`).catch(() => "");
    if (env.includes("VX11_PROCESS_ID=") && env.includes(dir)) found.push(name);
  }
  return found;
}
