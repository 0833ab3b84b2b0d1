/** Children of the real host: each in a session of its own, all known until they have ended. */

import { messageOf } from "../model/failure.ts";
import { inFamily } from "./deno_family.ts";
import { inSmallReads } from "./deno_pipe.ts";
import { noted } from "./deno_shortage.ts";
import type { Child, ChildExit, KillOutcome, Signal, SpawnOptions } from "./host.ts";
import { SpawnError } from "./host.ts";

/** Process groups of children that have not ended. */
const running = new Set<number>();

/** Kills the groups of all children that run. */
export function endChildren(): void {
  for (const pid of running) signalGroup(pid, "SIGKILL");
}

/** Whether it is a child that is not known to have ended. */
export function isRunning(pid: number): boolean {
  return running.has(pid);
}

/** The family of what is started without one: what a command such as docker leaves behind is its own business. */
export const COMMANDS = "";

export function spawn(command: readonly string[], options: SpawnOptions = {}): Child {
  const [program = "", ...args] = command;
  let child: Deno.ChildProcess;
  try {
    const prepared = new Deno.Command(program, {
      args,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...inherited(options),
      stdin: options.takesInput === true ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    });
    child = inFamily(options.family ?? COMMANDS, () => prepared.spawn());
  } catch (error) {
    throw spawnError(program, noted(error));
  }
  running.add(child.pid);
  const exit = exitOf(child);
  exit.finally(() => running.delete(child.pid));
  return {
    pid: child.pid,
    // Deno throws if a stream that is no pipe is accessed.
    stdin: options.takesInput === true ? child.stdin : null,
    stdout: inSmallReads(child.stdout),
    stderr: inSmallReads(child.stderr),
    exit,
    killGroup: (signal) => signalGroup(child.pid, signal),
    groupAlive: () => signalGroup(child.pid, 0),
  };
}

function inherited({ cwd, env, without = [] }: SpawnOptions): Pick<Deno.CommandOptions, "clearEnv" | "env"> {
  // As a shell's `cd` sets it: the child sees a folder that is reached over a link under the link's name.
  const own = { ...(cwd === undefined ? {} : { PWD: cwd }), ...env };
  if (without.length === 0) return { env: own };
  const rest = Object.entries(Deno.env.toObject()).filter(([name]) => !without.includes(name));
  return { clearEnv: true, env: { ...Object.fromEntries(rest), ...own } };
}

async function exitOf(child: Deno.ChildProcess): Promise<ChildExit> {
  try {
    const { code, signal } = await child.status;
    return signal === null ? { code, signal: null } : { code: null, signal };
  } catch (error) {
    // Deno has no name for a real-time signal, and throws if one has ended a child.
    const number = /^Invalid signal: (\d+)$/.exec(error instanceof Error ? error.message : "")?.[1];
    if (number === undefined) throw error;
    return { code: null, signal: `SIG${number}` };
  }
}

function spawnError(program: string, error: unknown): SpawnError {
  const text = messageOf(error);
  // A missing working directory is NotFound too, and says nothing about the program.
  if (error instanceof Deno.errors.NotFound && !text.includes("No such cwd")) {
    return new SpawnError("not found", `${program}: ${text}`);
  }
  if (error instanceof Deno.errors.PermissionDenied) return new SpawnError("not permitted", `${program}: ${text}`);
  return new SpawnError("other", `${program}: ${text}`);
}

/** kill(2) to one process; signal 0 only asks whether it is there. */
export function signalProcess(pid: number, signal: Signal | 0): KillOutcome {
  try {
    Deno.kill(pid, signal as Deno.Signal);
    return "sent";
  } catch (error) {
    // A number that no process can have is a TypeError.
    return error instanceof Deno.errors.NotFound || error instanceof TypeError ? "gone" : "not permitted";
  }
}

/** kill(2) to a process group; signal 0 only asks whether it is there. */
function signalGroup(pid: number, signal: Signal | 0): boolean {
  try {
    Deno.kill(-pid, signal as Deno.Signal);
    return true;
  } catch {
    return false;
  }
}
