/**
 * Runs a command in a container over the engine's socket on this host, as `docker exec` does, but without a process of this host
 * for it: a check that is made each second would cost more of this host than the service does.
 */

import { anySignal } from "../../host/any_signal.ts";
import type { Captured } from "../../host/capture.ts";
import { FairTimer } from "../../host/fair.ts";
import type { Host } from "../../host/host.ts";
import { retryOn } from "../../host/retry.ts";
import { messageOf } from "../../model/failure.ts";
import { idIn, messageIn } from "./api_text.ts";
import { connectEngine, type EngineConnection } from "./engine_socket.ts";
import { execStateIn } from "./exec_state.ts";
import { ExecStream } from "./exec_stream.ts";

export interface SocketExec {
  /** Path of the engine's socket. */
  socket: string;
  containerId: string;
  command: readonly string[];
  /** As `NAME=value`. */
  env: readonly string[];
  /** A fair limit. The command itself goes on after it. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** How it ended. */
type Ended = Pick<Captured, "code" | "stderr" | "stdout">;

/** A command that is not started yet, and the connection to start it on. */
interface Created {
  connection: EngineConnection;
  id: string;
}

/** The command has ended when its streams have; the engine may know its exit code a moment later. */
const BACKOFF = { firstMs: 1, growth: 2, longestMs: 100, jitter: 0 };

/**
 * As `docker exec` ends, with its words: null if the engine cannot be asked in this way, and the command was not run. Rejects with the
 * signal's reason.
 */
export async function execOverSocket(host: Host, exec: SocketExec): Promise<Captured | null> {
  const { signal, timeoutMs } = exec;
  signal?.throwIfAborted();
  const began = host.clock.mono();
  const over = new AbortController();
  const fair = new FairTimer(host);
  const stop = signal === undefined ? over.signal : anySignal([over.signal, signal]);
  const timer = fair.reaches(timeoutMs, stop).then((reached) => {
    if (reached) over.abort();
    return reached;
  });
  const stream = new ExecStream();
  let ended: Ended | null;
  try {
    ended = await run(host, exec, stream, stop);
  } catch (error) {
    signal?.throwIfAborted();
    const why = over.signal.aborted ? "" : `Cannot connect to the Docker daemon any more: ${messageOf(error)}\n`;
    ended = { code: null, stdout: stream.stdout, stderr: stream.stderr + why };
  }
  const { starvedMs } = fair;
  const timedOut = over.signal.aborted && ended?.code === null;
  over.abort();
  await timer;
  if (ended === null) return null;
  return {
    ...ended,
    signal: ended.code === null ? "SIGKILL" : null,
    timedOut,
    durationMs: host.clock.mono() - began,
    limitMs: timeoutMs,
    starvedMs,
  };
}

async function run(host: Host, exec: SocketExec, stream: ExecStream, signal: AbortSignal): Promise<Ended | null> {
  const created = await create(host, exec, signal);
  if (created === null || !("id" in created)) return created;
  const { connection, id } = created;
  try {
    const start = { Detach: false, Tty: false };
    const { status, text } = await connection.stream(`/exec/${id}/start`, start, (bytes) => stream.add(bytes));
    const code = await exitCode(host, exec.socket, id, signal);
    if (status === OK) return { code, stdout: stream.stdout, stderr: stream.stderr };
    return { code: code === 0 ? 1 : code, stdout: "", stderr: `${messageIn(text) ?? ""}\n` };
  } finally {
    connection.close();
  }
}

const OK = 200;
const CREATED = 201;
/** There is no such container; it is not running, or paused; the engine itself failed. */
const REFUSALS = [404, 409, 500];

/** null if the engine cannot be asked so: whatever is wrong, the docker command says it. Rejects when the signal aborts. */
async function create(
  host: Host,
  { command, containerId, env, socket }: SocketExec,
  signal: AbortSignal,
): Promise<Created | Ended | null> {
  let connection: EngineConnection | null = null;
  try {
    connection = await connectEngine(host, socket, signal);
    const path = `/containers/${encodeURIComponent(containerId)}/exec`;
    const wanted = { AttachStdout: true, AttachStderr: true, Cmd: command, Env: env };
    const { status, text } = await connection.ask("POST", path, wanted);
    const id = status === CREATED ? idIn(text) : null;
    if (id !== null) return { connection, id };
    connection.close();
    const message = REFUSALS.includes(status) ? messageIn(text) ?? "" : "";
    return message === "" ? null : { code: 1, stdout: "", stderr: `Error response from daemon: ${message}\n` };
  } catch {
    connection?.close();
    signal.throwIfAborted();
    return null;
  }
}

async function exitCode(host: Host, socket: string, id: string, signal: AbortSignal): Promise<number> {
  const connection = await connectEngine(host, socket, signal);
  const attempt = async () => {
    const state = execStateIn((await connection.ask("GET", `/exec/${id}/json`)).text);
    if (state?.isRunning) throw new StillRunning();
    if (state === null || state.code === null) throw new Error("the exit code of the command is not known");
    return state.code;
  };
  const isRetriable = (error: unknown) => error instanceof StillRunning;
  try {
    return await retryOn(host.clock, attempt, { backoff: BACKOFF, isRetriable, signal });
  } finally {
    connection.close();
  }
}

class StillRunning extends Error {}
