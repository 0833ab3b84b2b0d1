/** The real host: Deno's own API behind the interface of host.ts. Decides nothing. */

import { delay } from "@std/async";
import { ensureDir, walk } from "@std/fs";
import { relative } from "@std/path";
import { readChunks } from "./capture.ts";
import type { Child, ChildExit, Clock, Files, Host, PathKind, SpawnOptions, Terminal, TerminalSize } from "./host.ts";
import { SpawnError } from "./host.ts";

const clock: Clock = {
  wall: () => Date.now(),
  mono: () => performance.now(),
  sleep: (ms, signal) => delay(ms, signal === undefined ? {} : { signal }),
};

/** Folders in which no test file of the user's is looked for. */
const NOT_WALKED = [/\/\.[^/]*$/, /\/__pycache__$/, /\/node_modules$/, /\/venv$/];

const files: Files = {
  async kind(path): Promise<PathKind> {
    try {
      return (await Deno.stat(path)).isDirectory ? "directory" : "file";
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return "missing";
      throw error;
    }
  },
  readText: (path) => Deno.readTextFile(path),
  async list(dir) {
    const names: string[] = [];
    try {
      for await (const entry of Deno.readDir(dir)) names.push(entry.name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    }
    return names.sort();
  },
  async walk(dir) {
    const paths: string[] = [];
    if (await files.kind(dir) !== "directory") return paths;
    for await (const entry of walk(dir, { includeDirs: false, skip: NOT_WALKED })) {
      if (entry.isFile) paths.push(relative(dir, entry.path));
    }
    return paths.sort();
  },
  ensureDir,
  async writeAtomic(path, data) {
    const temporary = `${path}.${Deno.pid}.tmp`;
    const file = await Deno.open(temporary, { write: true, create: true, truncate: true });
    try {
      try {
        await writeAll(file, typeof data === "string" ? new TextEncoder().encode(data) : data);
        await file.sync();
      } finally {
        file.close();
      }
      await Deno.rename(temporary, path);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  },
  async openAppend(path) {
    const file = await Deno.open(path, { append: true, create: true });
    return {
      append: (text) => writeAll(file, new TextEncoder().encode(text)),
      close: async () => {
        try {
          await file.sync();
        } finally {
          file.close();
        }
      },
    };
  },
  async drainTo(path, streams, maxBytes, abandon) {
    const file = await Deno.open(path, { write: true, create: true, truncate: true });
    let bytes = 0;
    try {
      await Promise.all(streams.map(async (stream) => {
        await readChunks(stream, abandon, async (chunk) => {
          const room = Math.max(0, maxBytes - bytes);
          bytes += chunk.length;
          if (room > 0) await writeAll(file, chunk.subarray(0, room));
        });
      }));
    } finally {
      file.close();
    }
    return bytes;
  },
  async removeIfEmpty(dir) {
    try {
      await Deno.remove(dir);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code !== "ENOTEMPTY" && code !== "ENOENT" && code !== "ENOTDIR") throw error;
    }
  },
  remove: (path) => Deno.remove(path, { recursive: true }),
};

async function writeAll(file: Deno.FsFile, data: Uint8Array): Promise<void> {
  for (let done = 0; done < data.length;) done += await file.write(data.subarray(done));
}

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

/** Process groups of children that have not ended. */
const running = new Set<number>();

function spawn(command: readonly string[], options: SpawnOptions = {}): Child {
  const [program = "", ...args] = command;
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (error) {
    throw spawnError(program, error);
  }
  running.add(child.pid);
  child.status.finally(() => running.delete(child.pid));
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exit: child.status.then(({ code, signal }): ChildExit =>
      signal === null ? { code, signal: null } : { code: null, signal }
    ),
    killGroup: (signal) => signalGroup(child.pid, signal),
    groupAlive: () => signalGroup(child.pid, 0),
  };
}

function spawnError(program: string, error: unknown): SpawnError {
  const text = error instanceof Error ? error.message : String(error);
  // A working directory that is not there is NotFound too, and says nothing about the program.
  if (error instanceof Deno.errors.NotFound && !text.includes("No such cwd")) {
    return new SpawnError("not found", `${program}: ${text}`);
  }
  if (error instanceof Deno.errors.PermissionDenied) return new SpawnError("not permitted", `${program}: ${text}`);
  return new SpawnError("other", `${program}: ${text}`);
}

/** kill(2) to a process group; signal 0 only asks whether it is there. */
function signalGroup(pid: number, signal: Deno.Signal | 0): boolean {
  try {
    Deno.kill(-pid, signal as Deno.Signal);
    return true;
  } catch {
    return false;
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

export function denoHost(): Host {
  return {
    args: Deno.args,
    env: (name) => Deno.env.get(name),
    cwd: () => Deno.cwd(),
    clock,
    files,
    out: terminal(Deno.stdout),
    err: terminal(Deno.stderr as typeof Deno.stdout),
    pid: Deno.pid,
    os: Deno.build.os,
    arch: Deno.build.arch,
    hostname: () => Deno.hostname(),
    spawn,
    endChildren() {
      for (const pid of running) signalGroup(pid, "SIGKILL");
    },
    async get(url, signal) {
      using client = directClient();
      const response = await fetch(url, { signal, client });
      // Read to the end: a body that never ends is not a healthy answer.
      if (response.body !== null) { for await (const _ of response.body); }
      return { status: response.status };
    },
    portState,
    processAlive(pid) {
      try {
        Deno.kill(pid, 0 as unknown as Deno.Signal);
        return true;
      } catch (error) {
        return !(error instanceof Deno.errors.NotFound) && !(error instanceof TypeError);
      }
    },
    onSignal(signal, handler) {
      Deno.addSignalListener(signal, handler);
      return () => Deno.removeSignalListener(signal, handler);
    },
  };
}
