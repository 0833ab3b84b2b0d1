/**
 * The contract's rig on processes: the program's own stand-in, run from source, in a temporary folder, on ports that the
 * engine chooses. Disposal looks that the closed engine has left no process.
 */

import { basename, join } from "@std/path";
import { processEngine } from "../../lib/engine/process/process.ts";
import type { ProcessSetup } from "../../lib/engine/process/process.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { ProcessSpec } from "../../lib/model/process.ts";
import type { Rig, ServicePlan } from "./rig.ts";

/** A process of Deno has some 60 MiB from the start, and the child that eats memory is another one. */
const MEM_LIMIT_BYTES = 256 * 2 ** 20;
const ROOT = join(import.meta.dirname ?? ".", "../..");
const LEAVE = join(ROOT, "tests/contract/leave.ts");

export async function openProcessRig(services: Record<string, ServicePlan>): Promise<Rig> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-contract-" });
  await Deno.writeTextFile(join(dir, NO_PROGRAM), "no program", { mode: 0o644 });
  const specs = new Map(Object.entries(services).map(([name, plan]) => [name, processSpec(name, plan)]));
  const setup: ProcessSetup = { name: basename(dir), dir, services: specs, env: {} };
  const engine = processEngine(denoHost(), setup);
  return {
    engine,
    asksInside: false,
    memLimitBytes: MEM_LIMIT_BYTES,
    leave: (service) => leave(setup, service),
    kill({ pid }) {
      if (pid === null) throw new Error("it does not run");
      Deno.kill(pid, "SIGKILL");
      return Promise.resolve();
    },
    processes: ({ id }) => processesWith(`VX11_PROCESS_ID=${id}`),
    logFile: (service) => join(dir, `${service}.log`),
    async [Symbol.asyncDispose]() {
      await engine.close();
      const left = await processesWith(`VX11_PROCESS_PROJECT=${setup.name}:${dir}`);
      for (const pid of left) Deno.kill(pid, "SIGKILL");
      await Deno.remove(dir, { recursive: true });
      if (left.length > 0) throw new Error(`the closed engine has left processes: ${left.join(", ")}`);
    },
  };
}

const NO_PROGRAM = "no-program";

function processSpec(name: string, plan: ServicePlan): ProcessSpec {
  // One that nobody is to reach needs a port all the same, and then does not listen there.
  const quiet = { FAULT_NOT_LISTENING: "1", PORT: "1" };
  return {
    command: commandOf(plan),
    env: { VX11_SERVICE: name, ...(plan.published === true ? {} : quiet), ...plan.env },
    cwd: ".",
    port: plan.published === true ? "auto" : null,
    restart: plan.restart ?? "no",
    memLimitBytes: plan.limited === true ? MEM_LIMIT_BYTES : null,
    stopSignal: "SIGTERM",
    stopGraceSec: plan.stopGraceSec ?? 10,
    completes: false,
    dependsOn: plan.dependsOn ?? [],
  };
}

function commandOf({ broken }: ServicePlan): string[] {
  if (broken === "absent") return ["vx11-missing"];
  if (broken === "not executable") return [`./${NO_PROGRAM}`];
  return [...denoHost().self, "stand-in"];
}

/** An engine in a process of its own, which is killed once the service is up. */
async function leave({ services, ...setup }: ProcessSetup, service: string): Promise<void> {
  const args = [
    "run",
    "--no-prompt",
    "--allow-all",
    LEAVE,
    JSON.stringify({ ...setup, services: [...services] }),
    service,
  ];
  await using program = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null", stdout: "piped" }).spawn();
  // It says a line when the service is up, or ends without one.
  const reader = program.stdout.getReader();
  const { done } = await reader.read();
  if (!done) program.kill("SIGKILL");
  await reader.cancel();
  const { signal } = await program.status;
  if (signal !== "SIGKILL") throw new Error(`the program that was to leave "${service}" ended by itself`);
}

/** Processes that have the text as a whole variable of their environment; one that has ended has none. */
async function processesWith(variable: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const environ = await Deno.readTextFile(`/proc/${name}/environ`).catch(() => "");
    if (environ.split("\0").includes(variable)) found.push(Number(name));
  }
  return found;
}
