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
  /** By which all that descends from it is known again (Orphans); without one it is a command of this program's own. */
  family?: string;
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

/**
 * Processes below this program whose parent has ended. From `adopt` on the kernel makes this program their parent, whatever they
 * have done to be rid of it. What `spawn` starts is never among them.
 */
export interface Orphans {
  /** From now on. Why that cannot be had; null if it can. Once is enough for a program. */
  adopt(): string | null;
  /** Their numbers, of dead ones until these are reaped; none before `adopt`. */
  list(): number[];
  /** Whether it descends from what was spawned as this family; false before `adopt`. */
  isOf(pid: number, family: string): boolean;
  /** Whether it cannot be told what it descends from. */
  isUntold(pid: number): boolean;
  /** Whether some may be of somebody else: of who was there before this program, or shares a container with it. */
  readonly mayBeOthers: boolean;
  /** Lets go of it if it is dead; until then its number stays taken. */
  reap(pid: number): void;
}

/** `lateMs`: how long of the wait was not for the other side. */
export interface Connected {
  lateMs: number;
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

/** The longest line that `readLines` hands out. */
export const MOST_LINE_MIB = 16;

/** Why a file is not read line by line: it is a pipe or a device, or one of its lines is too long. */
export class LinesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LinesError";
  }
}

export type PathKind = "file" | "directory" | "missing";

/** A text in pieces is asked for them one by one, and once. */
export type FileData = string | Uint8Array | Iterable<string>;

export interface AppendFile {
  append(data: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Of a file, until it is released or this process ends. */
export interface FileLock {
  /** Removes the file as well. */
  release(): Promise<void>;
}

export interface Files {
  /** The same files, but what is made through it has none of these permissions, whatever the process's own umask allows. */
  masked(umask: number): Files;
  kind(path: string): Promise<PathKind>;
  /** Whether it is a file that somebody may execute; false where it cannot be looked at. */
  isExecutable(path: string): Promise<boolean>;
  readText(path: string): Promise<string>;
  /** The first bytes of a file as text, and whether it has more. */
  readStart(path: string, maxBytes: number): Promise<{ text: string; cut: boolean }>;
  /** Its lines one by one, without the empty ones: of a large file no more than a line is held. Throws LinesError. */
  readLines(path: string): AsyncIterable<string>;
  /** The same, some lines at a time, and never none: to wait for each of a million takes longer than all that they are read for. */
  lineBlocks(path: string): AsyncIterable<readonly string[]>;
  /** Names in a directory; empty where there is none. */
  list(dir: string): Promise<string[]>;
  /**
   * Regular files below `dir`, as paths relative to it, sorted; links are followed, hidden folders and caches left out. Each
   * folder that cannot be read is left out, and `onClosed` told its path, relative to `dir`.
   */
  walk(dir: string, onClosed: (path: string, why: string) => void): Promise<string[]>;
  ensureDir(dir: string): Promise<void>;
  /** A new folder of its own among the system's temporary ones; its path. */
  makeTempDir(prefix: string): Promise<string>;
  /** Makes a link at `path`; `target` is as it stands in the link. */
  link(target: string, path: string): Promise<void>;
  /** Copies a folder with all that is below it. */
  copyDir(from: string, to: string): Promise<void>;
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Writes beside the path and renames into it, so that no reader sees half a file. One that is there keeps its permissions. */
  writeAtomic(path: string, data: FileData): Promise<void>;
  /**
   * What somebody else may have put there, a link, a pipe or a device, is refused, unless links are to be followed. A new file
   * has the permissions of the one at `like`.
   */
  openAppend(path: string, options?: { followLinks?: boolean; like?: string }): Promise<AppendFile>;
  /**
   * Copies the streams into a new file until their end or until `abandon`, and returns how many bytes came. Of more than
   * `maxBytes` the first and the last are kept, with a line between them that says so.
   */
  drainTo(
    path: string,
    streams: ReadableStream<Uint8Array>[],
    maxBytes: number,
    abandon: AbortSignal,
  ): Promise<number>;
  /** Takes the file for this process alone, and writes the text into it; what is in it if another process has it. */
  lock(path: string, text: string): Promise<FileLock | { holder: string }>;
  /** Whether both are the same file or folder, whatever links lead there; false if one of them is not there. */
  isSame(a: string, b: string): Promise<boolean>;
  /** Within one file system, at once; a file that is there is replaced. */
  rename(from: string, to: string): Promise<void>;
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
  /**
   * As `read`, of a long file the lines alone that have the text; it is of ASCII. No more than a piece of the file is held: the
   * table of a busy host's sockets has a megabyte. Without it, `read` is taken.
   */
  linesWith?(path: string, text: string): string[] | null;
  /** Names in a directory; empty where there is none, or it is closed to us. */
  list(dir: string): string[];
  /** What a link points to; null as for `read`. */
  link(path: string): string | null;
}

export interface Terminal {
  /** Never throws: a run has to go on to its tear-down, whoever reads. What does not get through ends all writing. */
  write(text: string): void;
  /** Why not everything got through, such as a full disk; null if it did, or if its reader went away. */
  readonly trouble: string | null;
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

export type HostSignal =
  | "SIGINT"
  | "SIGTERM"
  | "SIGHUP"
  | "SIGQUIT"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGALRM"
  | "SIGXCPU"
  | "SIGXFSZ"
  | "SIGCHLD"
  | "SIGWINCH";

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
   * Lets go of garbage now, if more memory than this is in use, and a twelfth more than the last time left: V8 by itself lets it
   * come to half as much again as is needed. Takes some 10 ms, of a long record 50.
   */
  collectGarbage(mib: number): void;
  readonly orphans: Orphans;
  /**
   * What this program has been short of since it began, in the system's own words, such as `Too many open files (os error 24)`;
   * null if of nothing. Whatever could not be read, asked or started since may be for that alone.
   */
  shortage(): string | null;
  /** Kills what is still running of all children, and all orphans but those of its own commands, at the end of the program. */
  endChildren(): void;
  /** GET; the body is read to its end and thrown away; redirects are followed. */
  get(url: string, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Opens a TCP connection and closes it; rejects if nobody listens. `isThroughProxy`: what takes it may only pass it on, and
   * closes it at once if there is nobody behind.
   */
  connect(host: string, port: number, signal: AbortSignal, how?: { isThroughProxy: boolean }): Promise<Connected>;
  /** POST; no redirect is followed. */
  post(request: PostRequest, signal: AbortSignal): Promise<PostAnswer>;
  /** Whether a listener could be opened there now. `unknown` where that is not permitted. */
  portState(hostname: string, port: number): "free" | "taken" | "unknown";
  /** Takes a port for this program until it is released or the program ends; false where another like it has it. */
  reservePort(port: number): boolean;
  releasePort(port: number): void;
  /** Lets go of the ports that programs like this one had taken, and that were killed since; `tmp`: where temporary files are. */
  sweepPorts(tmp?: string): void;
  /** Listens on a free port until it is closed, and answers nobody. */
  holdPort(hostname: string): { port: number; close(): void };
  processAlive(pid: number): boolean;
  /** Sends a signal to one process. */
  kill(pid: number, signal: Signal): KillOutcome;
  /** Calls `handler` on the signal until the returned function is called. */
  onSignal(signal: HostSignal, handler: () => void): () => void;
}
