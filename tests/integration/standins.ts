/** A project of processes in a temporary folder: the program's own stand-ins, and what is there of them. */

import { join } from "@std/path";
import { binary } from "./environment.ts";

export interface StandIns extends AsyncDisposable {
  readonly dir: string;
  /** Ids of the processes that carry the project's mark in their environment. */
  left(): Promise<string[]>;
}

/** `services`: of the stand-ins; `tests`: file → text; `config`: beside the services, in stability.yaml. */
export async function standIns(
  services: readonly string[],
  tests: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>>,
): Promise<StandIns> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-standins-" });
  const mark = `standins-${crypto.randomUUID()}`;
  await Deno.mkdir(join(dir, "tests"));
  for (const [name, text] of Object.entries(tests)) await Deno.writeTextFile(join(dir, "tests", name), text);
  const command = [await binary(), "stand-in"];
  const specs = services.map((MODULE) => [MODULE, { command, port: "auto", env: { PROJECT_MARK: mark, MODULE } }]);
  const settings = { ...config, engine: "process", services: Object.fromEntries(specs) };
  await Deno.writeTextFile(join(dir, "stability.yaml"), JSON.stringify(settings));
  return {
    dir,
    left: () => carrying(mark),
    async [Symbol.asyncDispose]() {
      for (const pid of await carrying(mark)) Deno.kill(Number(pid), "SIGKILL");
      await Deno.remove(dir, { recursive: true });
    },
  };
}

async function carrying(mark: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = await Deno.readTextFile(`/proc/${name}/environ`).catch(() => "");
    if (text.includes(mark)) found.push(name);
  }
  return found;
}
