/**
 * One connection to the engine for the questions of a whole run: `docker system dial-stdio` passes the engine's own API
 * through, reached as every docker command reaches it (context, DOCKER_HOST, TLS, ssh). A question takes no more than the
 * engine needs, where a docker process of its own takes many times that on a host whose cores are at work.
 */

import { abortable } from "@std/async";
import type { Child, Host } from "../host/host.ts";
import { SpawnError } from "../host/host.ts";
import { QUESTION_TIMEOUT_MS } from "./docker.ts";
import { EngineError } from "./engine.ts";
import { HttpAnswers, type HttpText, NoHttp } from "./http_answers.ts";

export interface DockerLine {
  /**
   * What the engine answers to a GET of each path, in their order; null where no line can be had, as of a `docker` that is
   * Podman's, or where it broke: the docker command has to be asked then. Throws EngineError where no answer comes in time.
   */
  get(paths: readonly string[], signal?: AbortSignal): Promise<HttpText[] | null>;
  close(): Promise<void>;
}

interface Connection {
  child: Child;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  answers: HttpAnswers;
  /** Its standard error, which nobody needs: the docker command says the same. */
  drained: Promise<unknown>;
}

export function dockerLine(host: Host, cwd: string, timeoutMs: number = QUESTION_TIMEOUT_MS): DockerLine {
  let connection: Connection | null = null;
  /** One that never gave an answer is not tried again. */
  let isUseful: boolean | null = null;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();

  function connect(): Connection {
    const child = host.spawn(["docker", "system", "dial-stdio"], { cwd, takesInput: true });
    if (child.stdin === null) throw new Error("a child that takes input has a standard input");
    const answers = new HttpAnswers(child.stdout);
    return { child, writer: child.stdin.getWriter(), answers, drained: new Response(child.stderr).bytes() };
  }

  async function disconnect(): Promise<void> {
    if (connection === null) return;
    const { answers, child, drained, writer } = connection;
    connection = null;
    child.killGroup("SIGKILL");
    await Promise.allSettled([answers.close(), writer.abort(), drained, child.exit]);
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

  async function ask(paths: readonly string[], deadline: number): Promise<HttpText[] | null> {
    if (isUseful === false || isClosed) return null;
    const limit = new AbortController();
    const late = host.clock.sleep(Math.max(0, deadline - host.clock.mono()), limit.signal).then(
      () => true,
      () => false,
    );
    try {
      connection ??= connect();
      const got = exchange(connection, paths);
      got.catch(() => {});
      if (await Promise.race([late, got.then(() => false)])) throw noAnswer(timeoutMs);
      isUseful = true;
      return await got;
    } catch (error) {
      await disconnect();
      if (!(error instanceof NoHttp) && !(error instanceof SpawnError)) throw error;
      isUseful ??= false;
      return null;
    } finally {
      limit.abort();
    }
  }

  return {
    get(paths, signal) {
      signal?.throwIfAborted();
      const deadline = host.clock.mono() + timeoutMs;
      const asked = turn.then(() => ask(paths, deadline));
      turn = asked.catch(() => {});
      return signal === undefined ? asked : abortable(asked, signal);
    },
    async close() {
      isClosed = true;
      await disconnect();
      await turn;
    },
  };
}

function noAnswer(timeoutMs: number): EngineError {
  return new EngineError(`docker system dial-stdio: no answer within ${(timeoutMs / 1000).toFixed(0)} s`);
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
