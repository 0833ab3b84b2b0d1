/** Reads a file of a container through the engine's archive of it: no program of the image is needed, and it need not run. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { LATE, within } from "../../host/within.ts";
import type { ServiceFile } from "../../model/service_run.ts";
import { joinBytes } from "../../text/bytes.ts";
import { recordOf } from "../../values/json.ts";
import { EngineError } from "../engine.ts";
import { QUESTION_TIMEOUT_MS } from "./docker.ts";
import { NoHttp } from "../../host/http_text.ts";
import { BROKEN, type OwnLine, ownLine, refusal } from "./api/own_line.ts";
import { fileInTar, MOST_BEFORE } from "./tar.ts";

/** A link may lead to another. */
const MOST_LINKS = 10;

/**
 * `path` is absolute. null if there is no regular file. Of one with more than `maxBytes`, the beginning. Throws EngineError, and
 * the signal's reason.
 */
export async function containerFile(
  host: Host,
  cwd: string,
  { containerId, path }: { containerId: string; path: string },
  maxBytes: number,
  signal?: AbortSignal,
  limitMs: number = QUESTION_TIMEOUT_MS,
): Promise<ServiceFile | null> {
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    signal?.throwIfAborted();
    const line = ownLine(host, cwd);
    try {
      const found = await within(host.clock, limitMs, ask(line, containerId, at, maxBytes), signal);
      if (found === LATE) throw new EngineError(`no answer within ${(limitMs / 1000).toFixed(0)} s`);
      if (found === null || !("linkTarget" in found)) return found;
      at = join(at, "..", found.linkTarget);
      if (found.linkTarget.startsWith("/")) at = found.linkTarget;
    } finally {
      await line.close();
    }
  }
  return null;
}

async function ask(line: OwnLine, containerId: string, path: string, maxBytes: number) {
  const query = `path=${encodeURIComponent(path)}`;
  const head = await line.ask("GET", `/containers/${encodeURIComponent(containerId)}/archive?${query}`);
  if (head.status !== 200) {
    const why = await refusal(line, head);
    if (head.status === 404 && !/no such container/i.test(why)) return null;
    throw new EngineError(why);
  }
  const { linkTarget, mode, modifiedMs } = statIn(head.headers.get("x-docker-container-path-stat") ?? "");
  if (isLink(mode) && linkTarget !== "") return { linkTarget };
  if (!isRegular(mode)) return null;
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of line.answers.pieces(head)) {
      pieces.push(piece);
      length += piece.length;
      if (length >= maxBytes + MOST_BEFORE) break;
    }
  } catch (error) {
    throw error instanceof NoHttp ? new EngineError(BROKEN) : error;
  }
  const { bytes, size } = fileInTar(joinBytes(pieces));
  if (bytes.length < Math.min(size, maxBytes)) throw new EngineError("the engine sent only a part of it");
  return {
    modifiedMs,
    text: new TextDecoder().decode(bytes.subarray(0, maxBytes)),
    cut: size > maxBytes,
  };
}

/** What the engine says of a path, as JSON in Base64. */
function statIn(header: string): { linkTarget: string; mode: number; modifiedMs: number } {
  let stat: Record<string, unknown>;
  try {
    stat = recordOf(JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(header), (char) => char.charCodeAt(0)))));
  } catch {
    throw new EngineError("the engine did not say what kind of a file it is");
  }
  const { linkTarget, mode, mtime } = stat;
  const modifiedMs = preciseMs(typeof mtime === "string" ? mtime : "");
  if (typeof mode !== "number" || Number.isNaN(modifiedMs)) {
    throw new EngineError("the engine did not say when it was written");
  }
  return { linkTarget: typeof linkTarget === "string" ? linkTarget : "", mode, modifiedMs };
}

/** With the fraction of a millisecond, so that a file that is written again at once has another time. */
function preciseMs(time: string): number {
  const fraction = /\.\d{3}(\d+)/.exec(time)?.[1];
  return Date.parse(time) + (fraction === undefined ? 0 : Number(`0.${fraction}`));
}

/** Of Go's FileMode. Podman gives every file a target, which is its own path. */
const LINK_BIT = 27;

function isLink(mode: number): boolean {
  return hasBit(mode, LINK_BIT);
}

/** Bits of Go's FileMode: a directory, a link, a device, a pipe, a socket, a character device, anything else. */
const SPECIAL_BITS = [31, LINK_BIT, 26, 25, 24, 21, 19];

function isRegular(mode: number): boolean {
  return !SPECIAL_BITS.some((bit) => hasBit(mode, bit));
}

function hasBit(mode: number, bit: number): boolean {
  return Math.floor(mode / 2 ** bit) % 2 === 1;
}
