/**
 * The door to everything outside the process. `deno.ts` beside this file is the real one; outside it, main.ts and the
 * `@std` doors, nothing in lib/ uses `Deno` or a global clock, so that a test can hand in its own.
 */

import type { StopSignal } from "../model/process.ts";

export interface Clock {
  /** Milliseconds since 1970, for time stamps. */
  wall(): number;
  /** Milliseconds on a monotonic clock, for durations. */
  mono(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that comes first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type Signal = StopSignal | "SIGKILL" | "SIGSTOP" | "SIGCONT";

/** `not permitted`: it is there, and belongs to somebody else. */
export type KillOutcome = "sent" | "gone" | "not permitted";

export interface SpawnOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  /** Whether something is to be written to it; otherwise its standard input is empty. */
  takesInput?: boolean;
}

/** How a child ended: a code, or the signal that ended it. */
export interface ChildExit {
  code: number | null;
  signal: string | null;
}

/** A child in a process group of its own, so that a Ctrl+C in the terminal does not reach it. */
export interface Child {
  readonly pid: number;
  /** null where it was not started to take any. */
  readonly stdin: WritableStream<Uint8Array> | null;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exit: Promise<ChildExit>;
  /** Sends the signal to the whole group; false where the group is gone. */
  killGroup(signal: Signal): boolean;
  /** Whether any process of the group is left. */
  groupAlive(): boolean;
}

/** Why a child could not be spawned. */
export class SpawnError extends Error {
  readonly kind: "not found" | "not permitted" | "other";

  constructor(kind: SpawnError["kind"], message: string) {
    super(message);
    this.name = "SpawnError";
    this.kind = kind;
  }
}

export type PathKind = "file" | "directory" | "missing";

/** A text in pieces is asked for them one by one, and once. */
export type FileData = string | Uint8Array | Iterable<string>;

export interface AppendFile {
  append(data: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface Files {
  kind(path: string): Promise<PathKind>;
  /** Whether it is a file that somebody may execute; false where it cannot be looked at. */
  isExecutable(path: string): Promise<boolean>;
  readText(path: string): Promise<string>;
  /** Its lines one by one, without the empty ones: of a large file no more than a piece is held. */
  readLines(path: string): AsyncIterable<string>;
  /** Names in a directory; empty where there is none. */
  list(dir: string): Promise<string[]>;
  /** Regular files below `dir`, as paths relative to it, sorted; hidden folders and caches are left out. */
  walk(dir: string): Promise<string[]>;
  ensureDir(dir: string): Promise<void>;
  /** A new folder of its own among the system's temporary ones; its path. */
  makeTempDir(prefix: string): Promise<string>;
  /** Copies a folder with all that is below it. */
  copyDir(from: string, to: string): Promise<void>;
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes beside the path and renames into it, so that no reader sees half a file. */
  writeAtomic(path: string, data: FileData): Promise<void>;
  openAppend(path: string): Promise<AppendFile>;
  /**
   * Copies the streams into a new file until `maxBytes`, reads on to their end or until `abandon`, and returns how many
   * bytes came.
   */
  drainTo(
    path: string,
    streams: ReadableStream<Uint8Array>[],
    maxBytes: number,
    abandon: AbortSignal,
  ): Promise<number>;
  remove(path: string): Promise<void>;
  /** Removes the folder where it is there and empty; otherwise does nothing. */
  removeIfEmpty(dir: string): Promise<void>;
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

/**
 * Files of /proc and /sys. The kernel answers from memory and at once, so they are read synchronously: 16 µs each, where
 * an asynchronous read costs 40. What takes it longer (smaps_rollup of a large process) is read through Files.
 */
export interface Kernel {
  /** null where it cannot be read: its process has ended, or is somebody else's, or this system has no such file. */
  read(path: string): string | null;
  /** Names in a directory; empty where there is none, or it is closed to us. */
  list(dir: string): string[];
  /** What a link points to; null as for `read`. */
  link(path: string): string | null;
}

export interface Terminal {
  /** Never throws for a reader that went away: the run has to go on to its tear-down. */
  write(text: string): void;
  readonly isTerminal: boolean;
  /** As it is now; null where this is no terminal, or one that does not say. */
  size(): TerminalSize | null;
}

export interface HttpAnswer {
  status: number;
  /** How long of the wait for it this process itself could not run, in milliseconds; nothing where that is unknown. */
  lateMs?: number;
}

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Straight to the address, whatever proxy the environment names. */
  direct: boolean;
  /** What is read of the answer. */
  maxBytes: number;
}

export interface PostAnswer {
  status: number;
  header(name: string): string | null;
  text: string;
  /** Whether more came than was to be read. */
  cut: boolean;
}

export interface Host {
  readonly args: readonly string[];
  /** The command that starts this program again, without arguments. */
  readonly self: readonly string[];
  env(name: string): string | undefined;
  /** All variables of this program's environment, which its children inherit. */
  environment(): Record<string, string>;
  cwd(): string;
  readonly clock: Clock;
  readonly files: Files;
  readonly kernel: Kernel;
  readonly out: Terminal;
  readonly err: Terminal;
  readonly pid: number;
  readonly os: string;
  readonly arch: string;
  readonly cores: number;
  hostname(): string;
  /** Throws SpawnError. */
  spawn(command: readonly string[], options?: SpawnOptions): Child;
  /**
   * Lets go of garbage now, where more than so much of the heap is in use, and a quarter more than the last time left: V8
   * by itself lets it come to 16 MiB beside what is needed, which in a run of nine modules is 13. Takes some 10 ms.
   */
  collectGarbage(heapMib: number): void;
  /** Kills what is still running of all children, at the end of the program. */
  endChildren(): void;
  /** GET; the body is read to its end and thrown away; redirects are followed. */
  get(url: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** POST; no redirect is followed. */
  post(request: PostRequest, signal: AbortSignal): Promise<PostAnswer>;
  /** Whether a listener could be opened there now. `unknown` where that is not permitted. */
  portState(hostname: string, port: number): "free" | "taken" | "unknown";
  /** Takes a port for this program until it is released or the program ends; false where another like it has it. */
  reservePort(port: number): boolean;
  releasePort(port: number): void;
  /** Listens on a free port until it is closed, and answers nobody. */
  holdPort(hostname: string): { port: number; close(): void };
  processAlive(pid: number): boolean;
  /** Sends a signal to one process. */
  kill(pid: number, signal: Signal): KillOutcome;
  /** Calls `handler` on the signal until the returned function is called. */
  onSignal(signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGWINCH", handler: () => void): () => void;
}
