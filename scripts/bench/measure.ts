/**
 * Runs a command and measures it from outside: wall time, and of that one process, without its children, CPU time and
 * memory. /proc is read every 20 ms, so that of the CPU time what the last 20 ms took may be missing, and nothing else.
 */

import { kernel } from "../../lib/host/deno_kernel.ts";
import { childCpuMsOf, cpuMsOf, memoryOf } from "./proc.ts";

/** One reading of /proc. */
export interface Beat {
  /** Milliseconds since 1970. */
  atMs: number;
  /** CPU time since the start. */
  cpuMs: number;
  /** Of its children that had ended, and of theirs. */
  childCpuMs: number;
  rssMib: number;
}

export interface Measured {
  code: number;
  wallMs: number;
  /** null where there is no /proc, or the process ended before it was read. */
  cpuMs: number | null;
  /** Of its children that had ended, and of theirs. */
  childCpuMs: number | null;
  peakMib: number | null;
  beats: Beat[];
  /** The end of what it said, on stdout and on stderr. */
  said: string;
}

/** What ends the benchmark: what, why and next, for the user. Anything else that is thrown is a bug. */
export class BenchError extends Error {}

export interface MeasureOptions {
  cwd: string;
  env?: Record<string, string>;
}

const BEAT_MS = 20;
const TAIL = 2000;

export async function measure(command: readonly string[], options: MeasureOptions): Promise<Measured> {
  const [program = "", ...args] = command;
  const began = performance.now();
  const child = spawn(program, args, options);
  const beats: Beat[] = [];
  let peakMib: number | null = null;
  let childCpuMs: number | null = null;
  const timer = setInterval(() => {
    const memory = memoryOf(kernel.read(`/proc/${child.pid}/status`) ?? "");
    const stat = kernel.read(`/proc/${child.pid}/stat`) ?? "";
    const cpuMs = cpuMsOf(stat);
    if (memory === null || cpuMs === null) return;
    peakMib = memory.peakMib;
    childCpuMs = childCpuMsOf(stat);
    beats.push({ atMs: Date.now(), cpuMs, childCpuMs: childCpuMs ?? 0, rssMib: memory.rssMib });
  }, BEAT_MS);
  const [{ code, wallMs }, ...said] = await Promise.all([
    child.status.then(({ code }) => ({ code, wallMs: performance.now() - began })),
    tailOf(child.stdout),
    tailOf(child.stderr),
  ]).finally(() => clearInterval(timer));
  return { code, wallMs, cpuMs: beats.at(-1)?.cpuMs ?? null, childCpuMs, peakMib, beats, said: said.join("\n").trim() };
}

function spawn(program: string, args: string[], { cwd, env = {} }: MeasureOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, { args, cwd, env, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new BenchError(`Cannot run "${program}": there is no such program. Install it, or leave out what needs it.`);
  }
}

async function tailOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) tail = (tail + text).slice(-TAIL);
  return tail.trim();
}
