/**
 * Runs a command in a container over the engine's API, as `docker exec` does, but without a process of this host for it, or with
 * one that has connected before: a check that is made each second would cost more than the service does, and what it takes to
 * connect would count as the service's time.
 */

import { anySignal } from "../../../host/any_signal.ts";
import type { Captured } from "../../../host/capture.ts";
import { FairTimer } from "../../../host/fair.ts";
import type { Host } from "../../../host/host.ts";
import { retryOn } from "../../../host/retry.ts";
import { messageOf } from "../../../model/failure.ts";
import { idIn, messageIn } from "../api/text.ts";
import type { EngineConnection, EngineDoor } from "../api/engine_socket.ts";
import { execStateIn } from "./state.ts";
import { ExecStream } from "./stream.ts";

export interface ApiExec {
  door: EngineDoor;
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

/** `lateMs`: how long it took to connect. */
export type ExecCaptured = Captured & { lateMs: number };

/** The engine's door, which notes how long it took. */
class Connecting {
  readonly #door: EngineDoor;
  readonly #clock: Host["clock"];
  lateMs = 0;

  constructor({ clock }: Host, door: EngineDoor) {
    this.#clock = clock;
    this.#door = door;
  }

  async connect(signal: AbortSignal): Promise<EngineConnection> {
    const began = this.#clock.mono();
    try {
      return await this.#door.connect(signal);
    } finally {
      if (this.#door.isFar) this.lateMs += this.#clock.mono() - began;
    }
  }
}

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
export async function execOverApi(host: Host, exec: ApiExec): Promise<ExecCaptured | null> {
  const { door, signal, timeoutMs } = exec;
  signal?.throwIfAborted();
  const connecting = new Connecting(host, door);
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
    ended = await run(host, exec, connecting, stream, stop);
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
    lateMs: connecting.lateMs,
  };
}

async function run(
  host: Host,
  exec: ApiExec,
  door: Connecting,
  stream: ExecStream,
  signal: AbortSignal,
): Promise<Ended | null> {
  const created = await create(exec, door, signal);
  if (created === null || !("id" in created)) return created;
  const { connection, id } = created;
  try {
    const start = { Detach: false, Tty: false };
    const { status, text } = await connection.stream(`/exec/${id}/start`, start, (bytes) => stream.add(bytes));
    const code = await exitCode(host, door, id, signal);
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
  { command, containerId, env }: ApiExec,
  door: Connecting,
  signal: AbortSignal,
): Promise<Created | Ended | null> {
  let connection: EngineConnection | null = null;
  try {
    connection = await door.connect(signal);
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

async function exitCode(host: Host, door: Connecting, id: string, signal: AbortSignal): Promise<number> {
  const connection = await door.connect(signal);
  const attempt = async () => {
    const state = execStateIn((await connection.ask("GET", `/exec/${id}/json`)).text);
    if (state?.isRunning) throw new StillRunning();
    if (state === null || state.code === null) throw new Error("the exit code of the command is not known");
    return state.code;
  };
  const isRetriable = (error: unknown) => error instanceof StillRunning;
  try {
    const code = await retryOn(host.clock, attempt, { backoff: BACKOFF, isRetriable, signal });
    connection.release();
    return code;
  } catch (error) {
    connection.close();
    throw error;
  }
}

class StillRunning extends Error {}
