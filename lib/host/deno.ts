/** The real host: Deno's own API behind the interface of host.ts. Decides nothing. */

import { delay } from "@std/async";
import { join } from "@std/path";
import { endChildren, signalProcess, spawn } from "./deno_children.ts";
import { files } from "./deno_files.ts";
import { kernel } from "./deno_kernel.ts";
import type { Clock, Host, Terminal, TerminalSize } from "./host.ts";
import { measureLateness } from "./lateness.ts";

const clock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  sleep: (ms, signal) => delay(ms, signal === undefined ? {} : { signal }),
};

function terminal(stream: typeof Deno.stdout): Terminal {
  const isTerminal = stream.isTerminal();
  return {
    isTerminal,
    size: () => isTerminal ? consoleSize() : null,
    write(text) {
      const data = new TextEncoder().encode(text);
      try {
        for (let done = 0; done < data.length;) done += stream.writeSync(data.subarray(done));
      } catch (error) {
        // A reader that went away (`| head`, a closed window) must not keep the run from tearing down.
        const code = error instanceof Error && "code" in error ? error.code : "";
        if (code !== "EPIPE" && code !== "EIO") throw error;
      }
    },
  };
}

/** Of the first of stdin, stdout and stderr that is a terminal: with one of them redirected it is still the same one. */
function consoleSize(): TerminalSize | null {
  try {
    const { columns, rows } = Deno.consoleSize();
    // A serial line, and a terminal that nobody has given a size yet, say 0 × 0.
    return columns > 0 && rows > 0 ? { columns, rows } : null;
  } catch {
    return null;
  }
}
/**
 * A client for one request. Straight to the address, since a proxy of the environment (HTTP_PROXY) cannot know this
 * host's loopback; and on a new connection, since a kept one may be closed by the server at the moment it is used again.
 */
function directClient(): Deno.HttpClient {
  const names = ["NO_PROXY", "no_proxy"];
  const before = names.map((name) => Deno.env.get(name));
  // The proxies are read from the environment when the client is made, and there is no option to have none.
  for (const name of names) Deno.env.set(name, "0.0.0.0/0,::/0,*");
  try {
    return Deno.createHttpClient({});
  } finally {
    for (const [index, name] of names.entries()) {
      const value = before[index];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

function portState(hostname: string, port: number): "free" | "taken" | "unknown" {
  try {
    Deno.listen({ hostname, port }).close();
    return "free";
  } catch (error) {
    return error instanceof Deno.errors.AddrInUse ? "taken" : "unknown";
  }
}

/** Compiled, the program is one file; from source it is Deno, and main.ts at the root of the repository. */
function self(): string[] {
  if (Deno.build.standalone) return [Deno.execPath()];
  const main = join(import.meta.dirname ?? ".", "../../main.ts");
  return [Deno.execPath(), "run", "--quiet", "--no-prompt", "-A", main];
}

function holdPort(hostname: string): { port: number; close(): void } {
  const listener = Deno.listen({ hostname, port: 0 });
  return { port: listener.addr.port, close: () => listener.close() };
}

export function denoHost(): Host {
  return {
    args: Deno.args,
    self: self(),
    env: (name) => Deno.env.get(name),
    cwd: () => Deno.cwd(),
    clock,
    files,
    out: terminal(Deno.stdout),
    err: terminal(Deno.stderr as typeof Deno.stdout),
    pid: Deno.pid,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    hostname: () => Deno.hostname(),
    spawn,
    endChildren,
    kill: signalProcess,
    kernel,
    async get(url, signal) {
      const endLateness = measureLateness();
      try {
        using client = directClient();
        const response = await fetch(url, { signal, client });
        // Read to the end: a body that never ends is not a healthy answer.
        if (response.body !== null) { for await (const _ of response.body); }
        return { status: response.status, lateMs: endLateness() };
      } finally {
        endLateness();
      }
    },
    portState,
    holdPort,
    // A zombie has ended, and only waits for its parent to ask how.
    processAlive: (pid) => signalProcess(pid, 0) !== "gone" && !/\) [ZX] /.test(kernel.read(`/proc/${pid}/stat`) ?? ""),
    onSignal(signal, handler) {
      Deno.addSignalListener(signal, handler);
      return () => Deno.removeSignalListener(signal, handler);
    },
  };
}
