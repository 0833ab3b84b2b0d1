/** The real host: Deno's own API behind the interface of host.ts. Decides nothing. */

import { delay } from "@std/async";
import { join } from "@std/path";
import { COMMANDS, endChildren, signalProcess, spawn } from "./deno_children.ts";
import { workingDir } from "./deno_cwd.ts";
import { files } from "./deno_files.ts";
import { collectGarbage } from "./deno_memory.ts";
import { connect } from "./deno_connect.ts";
import { dial } from "./deno_dial.ts";
import { get } from "./deno_get.ts";
import { kernel } from "./deno_kernel.ts";
import { kernelLog } from "./deno_kmsg.ts";
import { endOrphans, orphans } from "./deno_orphans.ts";
import { writeAll } from "./deno_out.ts";
import { releasePort, reservePort, sweepPorts } from "./deno_ports.ts";
import { post } from "./deno_post.ts";
import { connectSocket } from "./deno_socket.ts";
import { noted, notedBehind, shortage } from "./deno_shortage.ts";
import type { Clock, Host, Terminal, TerminalSize } from "./host.ts";

const clock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  sleep: (ms, signal) => delay(ms, signal === undefined ? {} : { signal }),
};

function terminal(stream: typeof Deno.stdout, buffering: { isBuffered: boolean }): Terminal {
  const isTerminal = stream.isTerminal();
  let trouble: string | null = null;
  return {
    isTerminal,
    size: () => isTerminal ? consoleSize() : null,
    get trouble() {
      return trouble;
    },
    write(text) {
      if (trouble !== null) return;
      const data = new TextEncoder().encode(text);
      try {
        writeAll(stream, data, buffering);
      } catch (error) {
        // A reader that went away (`| head`, a closed window) has had what it wanted.
        const code = error instanceof Error && "code" in error ? error.code : "";
        if (code !== "EPIPE" && code !== "EIO") trouble = error instanceof Error ? error.message : String(error);
      }
    },
  };
}

/**
 * The size of the terminal at stdin, stdout or stderr, the first that is one: if others are redirected, it is still the
 * same.
 */
function consoleSize(): TerminalSize | null {
  try {
    const { columns, rows } = Deno.consoleSize();
    // A serial line, and a terminal whose size was never set, report 0 × 0.
    return columns > 0 && rows > 0 ? { columns, rows } : null;
  } catch {
    return null;
  }
}

function portState(hostname: string, port: number): "free" | "taken" | "unknown" {
  try {
    Deno.listen({ hostname, port }).close();
    return "free";
  } catch (error) {
    return noted(error) instanceof Deno.errors.AddrInUse ? "taken" : "unknown";
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

/** `version`: of this program, for the header of its requests. */
export function denoHost(version?: string): Host {
  return {
    args: Deno.args,
    self: self(),
    env: (name) => Deno.env.get(name),
    environment: () => Deno.env.toObject(),
    cwd: workingDir,
    clock,
    files,
    out: terminal(Deno.stdout, { isBuffered: true }),
    err: terminal(Deno.stderr as typeof Deno.stdout, { isBuffered: false }),
    pid: Deno.pid,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cores: navigator.hardwareConcurrency,
    hostname: () => Deno.hostname(),
    spawn,
    collectGarbage,
    orphans,
    shortage,
    endChildren() {
      endChildren();
      endOrphans(COMMANDS);
    },
    kill: signalProcess,
    kernel,
    kernelLog,
    get: (url, signal) =>
      get(url, signal, version).catch((error) => {
        // The caller gave up: that is no sign of a shortage.
        throw signal.aborted ? error : notedBehind(error);
      }),
    connect: (hostname, port, signal, how) =>
      connect(hostname, port, signal, how).catch((error) => {
        throw signal.aborted ? error : notedBehind(error);
      }),
    dial: (to, signal) =>
      dial(to, signal).catch((error) => {
        throw signal.aborted ? error : notedBehind(error);
      }),
    post,
    connectSocket: (path) =>
      connectSocket(path).catch((error) => {
        throw notedBehind(error);
      }),
    portState,
    reservePort,
    releasePort,
    sweepPorts,
    holdPort,
    // A zombie has ended, and only waits for its parent to collect its status.
    processAlive: (pid) => signalProcess(pid, 0) !== "gone" && !/\) [ZX] /.test(kernel.read(`/proc/${pid}/stat`) ?? ""),
    onSignal(signal, handler) {
      Deno.addSignalListener(signal, handler);
      return () => Deno.removeSignalListener(signal, handler);
    },
  };
}
