/**
 * The door to everything outside the process. `deno.ts` beside this file is the real one; outside it, main.ts and the
 * `@std` doors, nothing in lib/ uses `Deno` or a global clock, so that a test can pass its own.
 */

import type { StopSignal } from "../model/process.ts";

export interface Clock {
  /** Milliseconds since 1970, for time stamps. */
  wall(): number;
  /** Milliseconds on a monotonic clock, for durations. */
  mono(): number;
  /** Resolves after `ms`; rejects with the signal's reason if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type Signal = StopSignal | "SIGKILL" | "SIGSTOP" | "SIGCONT";

/** `not permitted`: it is there, and belongs to another user. */
export type KillOutcome = "sent" | "gone" | "not permitted";

export interface SpawnOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  /** Variables of this process's environment that it does not get, not even empty; `env` may still set them. */
  without?: readonly string[];
  /** Whether the caller writes to its standard input, which is empty otherwise. */
  takesInput?: boolean;
  /**
   * Marks all its descendants, so that Orphans can recognize them; without a family it is a command of this program's
   * own.
   */
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
  /** null unless it was started with `takesInput`. */
  readonly stdin: WritableStream<Uint8Array> | null;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exit: Promise<ChildExit>;
  /** Sends the signal to the whole group; false if the group is gone. */
  killGroup(signal: Signal): boolean;
  /** Whether any process of the group is left. */
  groupAlive(): boolean;
}

/**
 * Processes below this program whose parent has ended. From `adopt` on the kernel makes this program their parent,
 * whatever they do to detach from it. Processes that `spawn` started are never among them.
 */
export interface Orphans {
  /** Begins. Returns why that is not possible; null if it is. Once is enough for a program. */
  adopt(): string | null;
  /** Their process ids, those of dead ones until they are reaped; none before `adopt`. */
  list(): number[];
  /** Whether it descends from a process that was spawned as this family; false before `adopt`. */
  isOf(pid: number, family: string): boolean;
  /** Whether it is unknown what it descends from. */
  isUntold(pid: number): boolean;
  /**
   * Whether some may belong to others: to a program that was there before this one, or that shares a container with it.
   */
  readonly mayBeOthers: boolean;
  /** Reaps it if it is dead; until then its process id stays taken. */
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

/** The longest line that `readLines` yields. */
export const MOST_LINE_MIB = 16;

/** Why a file is not read line by line: it is a pipe or a device, or one of its lines is too long. */
export class LinesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LinesError";
  }
}

export type PathKind = "file" | "directory" | "missing";

/** The pieces of a text are requested one by one, and once. */
export type FileData = string | Uint8Array | Iterable<string>;

export interface AppendFile {
  append(data: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** The lock of a file, held until it is released or this process ends. */
export interface FileLock {
  /** Removes the file as well. */
  release(): Promise<void>;
}

export interface Files {
  /**
   * The same files, but everything made through the result lacks these permissions, whatever the process's own umask
   * allows.
   */
  masked(umask: number): Files;
  kind(path: string): Promise<PathKind>;
  /** Whether it is a file that somebody may execute; false if it cannot be looked at. */
  isExecutable(path: string): Promise<boolean>;
  /**
   * When the content of a regular file last changed, by the clock of its file system, in milliseconds since 1970; null if
   * there is no such file, or if it cannot be looked at.
   */
  modifiedMs(path: string): Promise<number | null>;
  /** How much this user may still write to the file system that the path is on; null if that is unknown. */
  freeBytes(path: string): Promise<number | null>;
  /** Whether this user may make files in the folder, as the kernel says without a trial; null if it cannot be asked. */
  mayWriteIn(dir: string): Promise<boolean | null>;
  readText(path: string): Promise<string>;
  /** The first bytes of a file as text, and whether it has more. */
  readStart(path: string, maxBytes: number): Promise<{ text: string; cut: boolean }>;
  /** Its lines one by one, without the empty ones: no more than a line of a large file is held. Throws LinesError. */
  readLines(path: string): AsyncIterable<string>;
  /**
   * The same, some lines at a time, and never none: waiting for each of a million lines takes longer than all the work
   * on them.
   */
  lineBlocks(path: string): AsyncIterable<readonly string[]>;
  /** Names in a directory; empty if there is none. */
  list(dir: string): Promise<string[]>;
  /**
   * Regular files below `dir`, as paths relative to it, sorted; links are followed, hidden folders and caches left out.
   * Each folder that cannot be read is left out too, and `onClosed` gets its path, relative to `dir`.
   */
  walk(dir: string, onClosed: (path: string, why: string) => void): Promise<string[]>;
  ensureDir(dir: string): Promise<void>;
  /** Makes a new folder among the system's temporary ones; returns its path. */
  makeTempDir(prefix: string): Promise<string>;
  /** Makes a link at `path`; `target` is written into it as it is. */
  link(target: string, path: string): Promise<void>;
  /** Copies a folder with all that is below it. */
  copyDir(from: string, to: string): Promise<void>;
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Writes beside the path and renames into it, so that no reader sees half a file. A file that is there keeps its
   * permissions.
   */
  writeAtomic(path: string, data: FileData): Promise<void>;
  /**
   * Refuses what somebody else may have put there, a link, a pipe or a device, unless links are to be followed. A new
   * file gets the permissions of the one at `like`.
   */
  openAppend(path: string, options?: { followLinks?: boolean; like?: string }): Promise<AppendFile>;
  /**
   * Copies the streams into a new file until their end or until `abandon`, and returns how many bytes came. If they are
   * more than `maxBytes`, only the first and the last are kept, with a line between them that says so.
   */
  drainTo(
    path: string,
    streams: ReadableStream<Uint8Array>[],
    maxBytes: number,
    abandon: AbortSignal,
  ): Promise<number>;
  /**
   * Takes the file for this process alone, and writes the text into it; returns its content if another process has it.
   */
  lock(path: string, text: string): Promise<FileLock | { holder: string }>;
  /** Whether both are the same file or folder, whatever links lead there; false if one of them is not there. */
  isSame(a: string, b: string): Promise<boolean>;
  /** Atomic within one file system; replaces a file that is there. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes the folder if it is there and empty; otherwise does nothing. */
  removeIfEmpty(dir: string): Promise<void>;
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

/**
 * Files of /proc and /sys. The kernel answers from memory and at once, so they are read synchronously: 16 µs each,
 * while an asynchronous read costs 40. Files that take it longer (smaps_rollup of a large process) are read through
 * Files.
 */
export interface Kernel {
  /** null if it cannot be read: its process has ended, or is another user's, or this system has no such file. */
  read(path: string): string | null;
  /**
   * Like `read`, but only the lines of a long file that have the text, which must be ASCII. No more than a piece of the
   * file is held: the table of a busy host's sockets has a megabyte. Without this function, `read` is used.
   */
  linesWith?(path: string, text: string): string[] | null;
  /** Names in a directory; empty if there is none, or it is closed to us. */
  list(dir: string): string[];
  /** What a link points to; null as for `read`. */
  link(path: string): string | null;
  /**
   * The number that tells a file or folder from all others that have its path at another time; null as for `read`. Without
   * this function, one that was made anew is taken for the old one.
   */
  inode?(path: string): number | null;
}

/** The kernel's own log, from the moment on at which it was opened. */
export interface KernelLog {
  /**
   * What has come since the last call, each as /dev/kmsg has it; never waits. `lost`: the kernel overwrote some before they
   * were read, or more came than are read at one go.
   */
  read(): { messages: string[]; lost: boolean };
  close(): void;
}

export interface Terminal {
  /**
   * Never throws: a run has to reach its tear-down, whether anyone reads or not. A write that fails ends all writing.
   */
  write(text: string): void;
  /** Why not everything was written, such as a full disk; null if it was, or if the reader went away. */
  readonly trouble: string | null;
  readonly isTerminal: boolean;
  /** The current size; null if this is no terminal, or one that does not say. */
  size(): TerminalSize | null;
}

/** Where to dial, and how. */
export interface Dialled {
  /** A name, or an address without brackets. */
  host: string;
  port: number;
  /** Absent for a connection that is not encrypted. */
  tls?: TlsWanted;
}

export interface TlsWanted {
  /** The name or address that the certificate must have, which is sent as the name of the server, too. */
  name: string;
  /** Certificates that are trusted beside those of known authorities, as PEM; absent if there are none. */
  ca?: string;
  /** Whether any certificate will do. */
  isUnverified: boolean;
  /** What is spoken on it, as ALPN names it. */
  protocol: "http/1.1" | "h2";
}

/** A connection to somebody who answers. */
export interface Line {
  /** What comes; it ends when the other side ends it. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Rejects once the other side is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends it at once, with all that waits for it; once is enough. */
  close(): Promise<void>;
}

export interface HttpAnswer {
  status: number;
  /** How much of the wait for it this process itself could not run, in milliseconds; missing if that is unknown. */
  lateMs?: number;
}

/** To a Unix socket of this host. */
export interface SocketConnection {
  /** What comes from the other side. The connection is closed at its end, or when it is cancelled. */
  stream: ReadableStream<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
}

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Straight to the address, whatever proxy the environment names. */
  direct: boolean;
  /** How much of the answer is read. */
  maxBytes: number;
}

export interface PostAnswer {
  status: number;
  header(name: string): string | null;
  text: string;
  /** Whether more came than is read. */
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
  /** Opens the kernel's log, or says why this user cannot have it; absent if there is none to be had. */
  kernelLog?(): KernelLog | string;
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
   * Collects garbage now, if more memory than this is in use, and a twelfth more than the last time left: V8 by itself
   * lets memory grow to half as much again as is needed. Takes some 10 ms, for a long record 50.
   */
  collectGarbage(mib: number): void;
  readonly orphans: Orphans;
  /**
   * What this program has been short of since it began, in the system's own words, such as `Too many open files (os
   * error 24)`; null if of nothing. Whatever could not be read, requested or started since may have failed for that
   * reason alone.
   */
  shortage(): string | null;
  /** Kills all children that still run, and all orphans but those of its own commands, at the end of the program. */
  endChildren(): void;
  /** GET; the body is read to its end and thrown away; redirects are followed. */
  get(url: string, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Opens a TCP connection and closes it; rejects if nobody listens. `isThroughProxy`: what takes it may only pass it on, and
   * closes it at once if there is nobody behind.
   */
  connect(host: string, port: number, signal: AbortSignal, how?: { isThroughProxy: boolean }): Promise<Connected>;
  /**
   * Opens a connection, straight to the address. Rejects with the system's words, or with those of TLS, and at once if the signal
   * aborts, which does nothing more once it is open.
   */
  dial(to: Dialled, signal: AbortSignal): Promise<Line>;
  /** POST; no redirect is followed. */
  post(request: PostRequest, signal: AbortSignal): Promise<PostAnswer>;
  /** Rejects if nobody listens there. */
  connectSocket(path: string): Promise<SocketConnection>;
  /** Whether a listener could be opened there now. `unknown` if that is not permitted. */
  portState(hostname: string, port: number): "free" | "taken" | "unknown";
  /** Takes a port for this program until it is released or the program ends; false if another instance has it. */
  reservePort(port: number): boolean;
  releasePort(port: number): void;
  /** Releases the ports of instances that were killed; `tmp`: where temporary files are. */
  sweepPorts(tmp?: string): void;
  /** Listens on a free port until it is closed, and answers nobody. */
  holdPort(hostname: string): { port: number; close(): void };
  processAlive(pid: number): boolean;
  /** Sends a signal to one process. */
  kill(pid: number, signal: Signal): KillOutcome;
  /** Calls `handler` on the signal until the returned function is called. */
  onSignal(signal: HostSignal, handler: () => void): () => void;
}
