/** A Host out of plain values: arguments, environment and files in memory. A verb that a test did not give throws. */

import type { Files, Host, Orphans, PathKind, Terminal } from "../../lib/host/host.ts";

export interface FakeHostOptions {
  args?: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Absolute path → text; the folders above each file exist too. */
  files?: Record<string, string>;
  /** Replaces verbs of the host, such as the clock or `spawn`. */
  host?: Partial<Host>;
}

/** A host, and what was written to its two streams. */
export type FakeHost = Host & { written: { out: string; err: string } };

export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const written = { out: "", err: "" };
  const env = new Map(Object.entries(options.env ?? {}));
  return {
    written,
    args: options.args ?? [],
    self: ["/bin/vx11-stability"],
    env: (name) => env.get(name),
    environment: () => Object.fromEntries(env),
    cwd: () => options.cwd ?? "/work",
    clock: {
      wall: () => missing("clock.wall"),
      mono: () => missing("clock.mono"),
      sleep: () => missing("clock.sleep"),
    },
    files: memoryFiles(new Map(Object.entries(options.files ?? {}))),
    kernel: {
      // Which signals it listens to, whoever is interruptible asks; nothing is told of it.
      read: (path) => path === "/proc/self/status" ? null : missing("kernel.read"),
      list: () => missing("kernel.list"),
      link: () => missing("kernel.link"),
    },
    out: terminal((text) => written.out += text),
    err: terminal((text) => written.err += text),
    pid: 1,
    os: "linux",
    arch: "x86_64",
    cores: 2,
    hostname: () => "fake",
    spawn: () => missing("spawn"),
    get: () => missing("get"),
    connect: () => missing("connect"),
    dial: () => missing("dial"),
    post: () => missing("post"),
    connectSocket: () => missing("connectSocket"),
    portState: () => missing("portState"),
    reservePort: () => true,
    releasePort: () => {},
    sweepPorts: () => {},
    processAlive: () => missing("processAlive"),
    kill: () => missing("kill"),
    onSignal: () => missing("onSignal"),
    collectGarbage: () => {},
    endChildren: () => missing("endChildren"),
    orphans: noOrphans,
    shortage: () => null,
    holdPort: () => missing("holdPort"),
    ...options.host,
  } satisfies FakeHost;
}

/** Of a program that has none, and can have none. */
export const noOrphans: Orphans = {
  adopt: () => "this fake host has none",
  list: () => [],
  isOf: () => false,
  isUntold: () => false,
  mayBeOthers: false,
  reap: () => {},
};

/** Relative to `dir`. */
function below(texts: ReadonlyMap<string, string>, dir: string): string[] {
  return [...texts.keys()].filter((path) => path.startsWith(`${dir}/`)).map((path) => path.slice(dir.length + 1));
}

function memoryFiles(texts: Map<string, string>): Files {
  const made: Files = {
    masked: () => made,
    rename: () => missing("files.rename"),
    lock: () => missing("files.lock"),
    isSame: () => missing("files.isSame"),
    link: () => missing("files.link"),
    copyDir: () => missing("files.copyDir"),
    readBytes: () => missing("files.readBytes"),
    kind: (path) => Promise.resolve(kindOf(texts, path)),
    readText(path) {
      const text = texts.get(path);
      return text === undefined ? Promise.reject(new Error(`no file ${path}`)) : Promise.resolve(text);
    },
    isExecutable: () => missing("files.isExecutable"),
    freeBytes: () => missing("files.freeBytes"),
    mayWriteIn: () => missing("files.mayWriteIn"),
    modifiedMs: () => missing("files.modifiedMs"),
    readStart: () => missing("files.readStart"),
    readLines: () => missing("files.readLines"),
    lineBlocks: () => missing("files.lineBlocks"),
    makeTempDir: () => missing("files.makeTempDir"),
    list: (dir) => Promise.resolve([...new Set(below(texts, dir).map((path) => path.split("/")[0] ?? ""))].sort()),
    walk: (dir) => Promise.resolve(below(texts, dir).sort()),
    ensureDir: () => missing("files.ensureDir"),
    writeAtomic: () => missing("files.writeAtomic"),
    openAppend: () => missing("files.openAppend"),
    removeIfEmpty: () => missing("files.removeIfEmpty"),
    drainTo: () => missing("files.drainTo"),
    remove: () => missing("files.remove"),
  };
  return made;
}

function kindOf(texts: Map<string, string>, path: string): PathKind {
  if (texts.has(path)) return "file";
  return [...texts.keys()].some((file) => file.startsWith(`${path}/`)) ? "directory" : "missing";
}

function terminal(write: (text: string) => void): Terminal {
  return { write, isTerminal: false, size: () => null, trouble: null };
}

function missing(verb: string): never {
  throw new Error(`this fake host has no ${verb}`);
}
