/**
 * A connection to the engine for one exchange whose answer is long: a running command's output, a file. As docker_line.ts, it
 * reaches the engine as every docker command does; but nobody else waits for it.
 */

import { readChunks } from "../../../host/capture.ts";
import type { Host } from "../../../host/host.ts";
import { SpawnError } from "../../../host/host.ts";
import { EngineError } from "../../engine.ts";
import { lastLine } from "../../executed.ts";
import { NoHttp } from "../../../host/http_text.ts";
import { messageIn, requestBytes } from "./text.ts";
import { HttpAnswers, type HttpHead } from "./http_answers.ts";

export interface OwnLine {
  readonly answers: HttpAnswers;
  /** Sends a request and resolves to the beginning of its answer. Throws EngineError. */
  ask(method: "GET" | "POST", path: string, body?: unknown): Promise<HttpHead>;
  /** May be called again. */
  close(): Promise<void>;
}

export const BROKEN = "the connection to the engine broke";

/** What is kept of what docker itself says. */
const MOST_SAID = 2000;

/** Throws EngineError if docker cannot be started. */
export function ownLine(host: Host, cwd: string): OwnLine {
  const child = spawned(host, cwd);
  const answers = new HttpAnswers(child.stdout);
  const writer = child.stdin?.getWriter();
  const abandon = new AbortController();
  const decoder = new TextDecoder();
  let said = "";
  const telling = readChunks(child.stderr, abandon.signal, (chunk) => {
    said = (said + decoder.decode(chunk, { stream: true })).slice(-MOST_SAID);
  }).catch(() => {});
  let closing: Promise<void> | null = null;

  async function close(): Promise<void> {
    child.killGroup("SIGKILL");
    abandon.abort();
    await Promise.allSettled([answers.close(), writer?.abort(), telling, child.exit]);
  }

  return {
    answers,
    async ask(method, path, body) {
      try {
        await writer?.write(requestBytes(method, path, body));
        return await answers.head();
      } catch (error) {
        // Docker says at its end why there is no connection.
        if (error instanceof NoHttp) await telling;
        throw new EngineError(lastLine(said) || BROKEN);
      }
    },
    close: () => closing ??= close(),
  };
}

function spawned(host: Host, cwd: string) {
  try {
    return host.spawn(["docker", "system", "dial-stdio"], { cwd, takesInput: true });
  } catch (error) {
    throw error instanceof SpawnError ? new EngineError(error.message) : error;
  }
}

/** What the engine says in an answer that is no success. */
export async function refusal({ answers }: OwnLine, head: HttpHead): Promise<string> {
  const text = await answers.text(head).catch(() => "");
  // What is no JSON is shown as it is.
  return messageIn(text) ?? (lastLine(text) || `the engine answered with status ${head.status}`);
}
