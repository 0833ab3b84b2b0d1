/** The stand-in's server: its pages, or its health service, with the faults that they play. */

import { delay } from "@std/async";
import { CERTIFICATE, KEY } from "./certificate.ts";
import { isRpc, pageOf, rpcAnswer } from "./health_rpc.ts";
import { meetsFaults, pageFor } from "./pages.ts";
import { takeConnections } from "./port.ts";
import type { Stage } from "./faults.ts";
import type { OddHealth } from "./health_faults.ts";
import type { StandInSettings } from "./settings.ts";
import type { Trouble } from "./trouble.ts";
import { complain, say } from "./voice.ts";

/** Pause between two pieces of an endless body. */
const PIECE_MS = 100;

/** Serves for as long as the process lives; calls `end` with 1 if it cannot listen. */
export async function listen(settings: StandInSettings, { end, trouble }: Stage): Promise<void> {
  if (settings.notListening) return;
  if (settings.startAfterSec > 0) await delay(settings.startAfterSec * 1000);
  const { closes, health, host: hostname, port, speaks } = settings;
  const onListen = () => say(`listens on ${hostname}:${port}`);
  const tls = speaks.endsWith("s") ? { cert: CERTIFICATE, key: KEY } : {};
  try {
    if (closes !== null || health.odd === "close") await takeConnections({ hostname, port, onListen, closes });
    else Deno.serve({ hostname, port, onListen, ...tls }, handler(settings, trouble));
  } catch (error) {
    complain(`Cannot listen on ${hostname}:${port}: ${error instanceof Error ? error.message : error}`);
    end(1);
  }
}

/** Bad answers after which a health page counts as lost for good. */
const LOST_ANSWERS = 5;

function handler(settings: StandInSettings, trouble: Trouble): (request: Request) => Promise<Response> {
  let met = 0;
  let lost = 0;
  return async (request) => {
    const path = new URL(request.url).pathname;
    if (path === settings.fromPage) {
      trouble.begin();
      return new Response(trouble.isOver ? "over" : "begun");
    }
    const agent = request.headers.get("user-agent") ?? "";
    const rpc = settings.speaks.startsWith("grpc") && isRpc(request.headers.get("content-type"));
    const page = rpc ? pageOf(path, settings.health.path) : path;
    const asked = { path: page, agent, elapsedSec: trouble.elapsedSec() };
    if (meetsFaults(settings.health, asked)) met++;
    const answer = pageFor(settings, asked, met);
    if (answer.kind !== "page") return await oddAnswer(answer.kind, path);
    if (settings.health.lostAfterSec !== null && answer.status === 503 && ++lost >= LOST_ANSWERS) trouble.isOver = true;
    if (answer.afterSec > 0) await delay(answer.afterSec * 1000);
    if (rpc) return rpcAnswer(path, answer.status);
    return new Response(answer.body, { status: answer.status, headers: { "content-type": answer.contentType } });
  };
}

function oddAnswer(kind: OddHealth, path: string): Response | Promise<never> {
  if (kind === "redirect-loop") return new Response(null, { status: 302, headers: { location: path } });
  if (kind === "endless") return new Response(endless());
  // `hang` never answers. `close` never gets here, since its listener closes each connection at once.
  return new Promise<never>(() => {});
}

/** A body that goes on for as long as somebody reads. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await delay(PIECE_MS);
      controller.enqueue(new TextEncoder().encode("and so on\n"));
    },
  });
}
