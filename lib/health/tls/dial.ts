/** Dials for a check, and says in a sentence why TLS failed. */

import type { Dialled, Host, Line, TlsWanted } from "../../host/host.ts";
import { messageOf } from "../../model/failure.ts";
import { tlsTrouble } from "./trouble.ts";

/** Rejects as `host.dial` does, with a sentence if TLS is the reason. */
export async function dialFor(host: Pick<Host, "dial">, to: Dialled, signal: AbortSignal): Promise<Line> {
  try {
    return await host.dial(to, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw inWords(error, to.tls);
  }
}

/** The error with a sentence instead of the library's words, if TLS is the reason. Some servers refuse only what is said first. */
export function inWords(error: unknown, tls: TlsWanted | undefined): unknown {
  const trouble = tls === undefined ? null : tlsTrouble(messageOf(error), tls.name);
  return trouble === null ? error : new Error(trouble, { cause: error });
}
