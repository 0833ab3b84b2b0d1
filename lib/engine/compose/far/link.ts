/**
 * Whether the host of an engine elsewhere is still reached, asked while a take-down waits for it.
 *
 * A lost engine is told from a slow one by who takes a connection. The kernel of the engine's host does that by itself and at once,
 * however long the daemon, or sshd before it, then needs for an answer: a daemon that answers after 40 s has all its time, as on
 * this host. Every docker command opens a connection of its own, so that none gets through to an address that takes none. It counts as
 * lost if it has taken none for `PATIENCE_MS`, which a restart of the daemon or a short break does not last; and only if
 * it took one when the run began, since docker may go through a proxy or a jump host where this program cannot follow.
 *
 * An engine on this host has no link: nothing is refused there but at once, and whoever is slow there is only slow.
 */

import { anySignal } from "../../../host/any_signal.ts";
import type { Host } from "../../../host/host.ts";
import { LATE, within } from "../../../host/within.ts";
import { messageOf } from "../../../model/failure.ts";
import { authority } from "../api/endpoint.ts";
import type { EngineLink } from "../../link.ts";

export interface Link extends EngineLink {
  /** The engine is in use from now on, and has just answered. */
  begin(): void;
  /** Something waits, or has failed: during a take-down, the address is asked from now on until it takes a connection. */
  suspect(): void;
  /** Calls `cut` with why once the link is lost, at once if it is, and perhaps again; until the returned function is called. */
  onLost(cut: (why: string) => void): () => void;
  close(): Promise<void>;
}

/** Where docker connects to. */
export interface Address {
  host: string;
  port: number;
}

const PATIENCE_MS = 25_000;
const ASK_LIMIT_MS = 3000;
const ASK_PAUSE_MS = 1000;

export function engineLink(
  { clock, connect }: Pick<Host, "clock" | "connect">,
  address: Address,
  variables: EngineLink["variables"] = [],
): Link {
  const closing = new AbortController();
  const cuts = new Set<(why: string) => void>();
  let hasTaken = false;
  let takeDowns = 0;
  let failing: { sinceMs: number; why: string } | null = null;
  let asking: Promise<void> | null = null;

  /** Why the address takes no connection now; null if it does. */
  async function refusal(): Promise<string | null> {
    const over = new AbortController();
    try {
      const connecting = connect(address.host, address.port, anySignal([over.signal, closing.signal]));
      const result = await within(clock, ASK_LIMIT_MS, connecting);
      return result === LATE ? `no answer within ${ASK_LIMIT_MS / 1000} s` : null;
    } catch (error) {
      return messageOf(error);
    } finally {
      over.abort();
    }
  }

  function lost(): string | null {
    if (takeDowns === 0 || failing === null) return null;
    const ms = clock.mono() - failing.sinceMs;
    return ms < PATIENCE_MS
      ? null
      : `${authority(address)} has taken no connection for ${(ms / 1000).toFixed(0)} s: ${failing.why}`;
  }

  async function askUntilTaken(): Promise<void> {
    while (!closing.signal.aborted) {
      const began = clock.mono();
      const why = await refusal();
      failing = why === null ? null : { sinceMs: failing?.sinceMs ?? began, why };
      if (why === null) return;
      const text = lost();
      if (text !== null) { for (const cut of [...cuts]) cut(text); }
      await clock.sleep(ASK_PAUSE_MS, closing.signal).catch(() => {});
    }
  }

  return {
    variables,
    begin() {
      asking ??= refusal().then((why) => {
        hasTaken = why === null;
        asking = null;
      });
    },
    suspect() {
      if (!hasTaken || takeDowns === 0 || closing.signal.aborted) return;
      asking ??= askUntilTaken().finally(() => asking = null);
    },
    onLost(cut) {
      const why = lost();
      if (why !== null) cut(why);
      cuts.add(cut);
      return () => void cuts.delete(cut);
    },
    hasten() {
      takeDowns++;
      return () => void takeDowns--;
    },
    get lost() {
      return lost();
    },
    async close() {
      closing.abort();
      await asking;
    },
  };
}
