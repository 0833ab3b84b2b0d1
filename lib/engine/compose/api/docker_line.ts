/**
 * One connection to the engine for all questions of a run: `docker system dial-stdio` passes the engine's own API
 * through, which it reaches as every docker command does (context, DOCKER_HOST, TLS, ssh). A question takes only the
 * time that the engine needs; a docker process for each question takes many times as long on a busy host.
 */

import { anySignal } from "../../../host/any_signal.ts";
import { readChunks } from "../../../host/capture.ts";
import type { Child, Host } from "../../../host/host.ts";
import { NoHttp } from "../../../host/http_text.ts";
import { SpawnError } from "../../../host/host.ts";
import { EngineError } from "../../engine.ts";
import { HttpAnswers, type HttpText } from "./http_answers.ts";

export interface DockerLine {
  /**
   * The engine's answers to a GET of each path, in their order; null if they do not come in time, or if the connection
   * is not available, broke or went dead: a docker command, which connects anew, has to be used then. Rejects with the
   * signal's reason, and with an EngineError once it is closed.
   */
  get(paths: readonly string[], signal?: AbortSignal): Promise<HttpText[] | null>;
  close(): Promise<void>;
}

/** An engine answers within milliseconds. After this long, the docker command is left to report what is wrong. */
const ANSWER_LIMIT_MS = 5000;
/** How long to wait for the end of a killed child. */
const END_LIMIT_MS = 2000;

interface Connection {
  child: Child;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  answers: HttpAnswers;
  /** Ends the reading of its standard error, which is not needed: the docker command prints the same. */
  abandon: AbortController;
}

export function dockerLine(host: Host, cwd: string, limitMs: number = ANSWER_LIMIT_MS): DockerLine {
  let connection: Connection | null = null;
  /** Whether the connection has ever given an answer. false: it failed without one, and no other is tried. */
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
    // At the same time as the reading: the engine takes no more requests while its answers are not read.
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
    // An answer that is still to come would be taken for the answer to the next question.
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

/** Whether the engine fulfilled the request. */
export function isGood({ status }: HttpText): boolean {
  return status === 200;
}

/** The ids in an answer that lists containers; null if it is no such answer. */
export function idsOf(answer: HttpText | undefined): string[] | null {
  return listed(answer, "Id");
}

/** That text of each in an answer that lists containers or networks; null if it is no such answer. */
export function listed(answer: HttpText | undefined, key: "Id" | "Name"): string[] | null {
  if (answer === undefined || !isGood(answer)) return null;
  try {
    const list: unknown = JSON.parse(answer.text);
    if (!Array.isArray(list)) return null;
    const texts = list.map((item: unknown) => (item as { Id?: unknown; Name?: unknown } | null)?.[key]);
    return texts.every((each) => typeof each === "string") ? texts : null;
  } catch {
    return null;
  }
}

/** A path of the API that lists the objects with all of these labels, each as `name=value`. */
export function listPath(path: string, labels: readonly string[]): string {
  return `${path}${path.includes("?") ? "&" : "?"}filters=${encodeURIComponent(JSON.stringify({ label: labels }))}`;
}
