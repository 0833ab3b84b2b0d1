/**
 * One connection to the engine for the questions of a whole run: `docker system dial-stdio` passes the engine's own API
 * through, reached as every docker command reaches it (context, DOCKER_HOST, TLS, ssh). A question takes no more than the
 * engine needs, where a docker process of its own takes many times that on a host whose cores are at work.
 */

import { anySignal } from "../../host/any_signal.ts";
import { readChunks } from "../../host/capture.ts";
import type { Child, Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { EngineError } from "../engine.ts";
import { HttpAnswers, type HttpText, NoHttp } from "./http_answers.ts";

export interface DockerLine {
  /**
   * What the engine answers to a GET of each path, in their order; null where it does not do so soon, over a line that
   * cannot be had, broke or went dead: a docker command, which dials anew, has to be asked then. Rejects with the signal's
   * reason, and with an EngineError once it is closed.
   */
  get(paths: readonly string[], signal?: AbortSignal): Promise<HttpText[] | null>;
  close(): Promise<void>;
}

/** An engine answers in some milliseconds. After that long it is left to the docker command to say what is wrong. */
const ANSWER_LIMIT_MS = 5000;
/** A child that was killed and is still there is not waited for any longer. */
const END_LIMIT_MS = 2000;

interface Connection {
  child: Child;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  answers: HttpAnswers;
  /** Ends the reading of its standard error, which nobody needs: the docker command says the same. */
  abandon: AbortController;
}

export function dockerLine(host: Host, cwd: string, limitMs: number = ANSWER_LIMIT_MS): DockerLine {
  let connection: Connection | null = null;
  /** One that never gave an answer is not tried again. */
  let isUseful: boolean | null = null;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();

  function throwIfClosed(): void {
    if (isClosed) throw new EngineError("the engine is not asked any more: the run is over");
  }

  function connect(): Connection {
    const child = host.spawn(["docker", "system", "dial-stdio"], { cwd, takesInput: true });
    if (child.stdin === null) throw new Error("a child that takes input has a standard input");
    const abandon = new AbortController();
    readChunks(child.stderr, abandon.signal, () => {}).catch(() => {});
    return { child, writer: child.stdin.getWriter(), answers: new HttpAnswers(child.stdout), abandon };
  }

  async function disconnect(): Promise<void> {
    if (connection === null) return;
    const { abandon, answers, child, writer } = connection;
    connection = null;
    child.killGroup("SIGKILL");
    abandon.abort();
    const limit = new AbortController();
    const ended = Promise.allSettled([answers.close(), writer.abort(), child.exit]);
    await Promise.race([ended, host.clock.sleep(END_LIMIT_MS, limit.signal).catch(() => {})]);
    limit.abort();
  }

  async function exchange({ answers, writer }: Connection, paths: readonly string[]): Promise<HttpText[]> {
    const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: docker\r\n\r\n`).join("");
    const got: HttpText[] = [];
    // Beside the reading: the engine takes no more requests while its answers are not read.
    const writing = writer.write(new TextEncoder().encode(requests)).catch((error) => {
      throw new NoHttp(`nothing can be asked any more: ${error}`);
    });
    writing.catch(() => {});
    for (const _ of paths) got.push(await answers.next());
    await writing;
    return got;
  }

  async function ask(paths: readonly string[], deadline: number, signal?: AbortSignal): Promise<HttpText[] | null> {
    signal?.throwIfAborted();
    throwIfClosed();
    const leftMs = deadline - host.clock.mono();
    if (isUseful === false || leftMs <= 0) return null;
    const timer = new AbortController();
    const stop = signal === undefined ? timer.signal : anySignal([timer.signal, signal]);
    const late = host.clock.sleep(leftMs, stop).catch(() => {}).then(() => null);
    try {
      connection ??= connect();
      const asked = exchange(connection, paths);
      asked.catch(() => {});
      const got = await Promise.race([asked, late]);
      if (got !== null) {
        isUseful = true;
        return got;
      }
    } catch (error) {
      if (!(error instanceof NoHttp) && !(error instanceof SpawnError)) throw error;
    } finally {
      timer.abort();
    }
    // An answer that is still to come would be taken for the next question's.
    await disconnect();
    signal?.throwIfAborted();
    throwIfClosed();
    isUseful ??= false;
    return null;
  }

  return {
    get(paths, signal) {
      const deadline = host.clock.mono() + limitMs;
      const asked = turn.then(() => ask(paths, deadline, signal));
      turn = asked.catch(() => {});
      return asked;
    },
    async close() {
      isClosed = true;
      await disconnect();
      await turn;
    },
  };
}

/** Whether the engine did what it was asked. */
export function isGood({ status }: HttpText): boolean {
  return status === 200;
}

/** Of an answer that lists containers or networks; null where it is none. */
export function idsOf(answer: HttpText | undefined): string[] | null {
  if (answer === undefined || !isGood(answer)) return null;
  try {
    const list: unknown = JSON.parse(answer.text);
    if (!Array.isArray(list)) return null;
    const ids = list.map((item: unknown) => (item as { Id?: unknown } | null)?.Id);
    return ids.every((id) => typeof id === "string") ? ids : null;
  } catch {
    return null;
  }
}

/** A path of the API that lists what has all of these labels, each as `name=value`. */
export function listPath(path: string, labels: readonly string[]): string {
  return `${path}${path.includes("?") ? "&" : "?"}filters=${encodeURIComponent(JSON.stringify({ label: labels }))}`;
}
