/**
 * The API of an engine that has no socket on this host, over `docker system dial-stdio`, as every docker command reaches it: TCP, TLS
 * or ssh. To connect may take longer than the question itself, by ssh a second, so the next connection is opened before it is needed.
 */

import type { Child, Host } from "../../host/host.ts";
import { readChunks } from "../../host/capture.ts";
import { LATE, within } from "../../host/within.ts";
import { type EngineConnection, engineConnection, type EngineDoor } from "./api/engine_socket.ts";

/** By then a connection has shown that an engine is behind it; else the docker command is left to say what is wrong. */
const CONNECT_LIMIT_MS = 20_000;

/** A command is started on one, which it uses up, and how it ended is asked on another. */
const MOST_SPARES = 2;

interface Spare {
  child: Child;
  connection: EngineConnection;
}

export function dialDoor(host: Host, cwd: string): EngineDoor {
  /** Opened, or being opened, for whoever comes next. */
  const spares: Promise<Spare>[] = [];
  /** Whether a connection has ever shown an engine. false: the first one has not, and no other is tried. */
  let isUseful: boolean | null = null;
  let isClosed = false;
  const open = new Map<Child, () => void>();

  async function dial(): Promise<Spare> {
    const child = host.spawn(["docker", "system", "dial-stdio"], { cwd, takesInput: true });
    const writer = child.stdin?.getWriter();
    const abandon = new AbortController();
    readChunks(child.stderr, abandon.signal, () => {}).catch(() => {});
    const settle = () => {
      open.delete(child);
      abandon.abort();
      writer?.abort().catch(() => {});
    };
    const end = () => {
      // Once it has ended, its number may be another's.
      if (open.has(child)) child.killGroup("SIGKILL");
      settle();
    };
    const pipes = { stream: child.stdout, write: async (bytes: Uint8Array) => await writer?.write(bytes) };
    const connection = engineConnection(pipes, null, end);
    open.set(child, () => connection.close());
    child.exit.finally(settle);
    try {
      const answer = await within(host.clock, CONNECT_LIMIT_MS, connection.ask("GET", "/_ping"));
      if (answer === LATE || answer.status !== 200) throw new Error("the engine does not answer");
      isUseful = true;
      return { child, connection };
    } catch (error) {
      connection.close();
      isUseful ??= false;
      throw error;
    }
  }

  function prepared(): Promise<Spare> {
    const next = dial();
    next.catch(() => {});
    return next;
  }

  /** One that ended while nobody used it is no use: a server ends idle ones. */
  async function take(): Promise<Spare> {
    for (let next = spares.shift(); next !== undefined; next = spares.shift()) {
      const kept = await next.catch(() => null);
      if (kept !== null && open.has(kept.child)) return kept;
    }
    if (isUseful === false || isClosed) throw new Error("the engine is not asked in this way");
    return await prepared();
  }

  function giveBack(unused: Spare): void {
    if (spares.length >= MOST_SPARES || isClosed) unused.connection.close();
    else spares.unshift(Promise.resolve(unused));
  }

  return {
    isFar: true,
    async connect(signal) {
      signal.throwIfAborted();
      const taken = take();
      const got = await within(host.clock, CONNECT_LIMIT_MS, taken, signal).catch((error) => {
        // It is there for the next one, if it still comes.
        taken.then((late) => giveBack(late), () => {});
        throw error;
      });
      if (got === LATE) throw new Error("the engine does not answer");
      const { connection } = got;
      if (!isClosed && spares.length === 0) spares.push(prepared());
      const close = () => {
        signal.removeEventListener("abort", close);
        connection.close();
      };
      const release = () => {
        signal.removeEventListener("abort", close);
        giveBack(got);
      };
      signal.addEventListener("abort", close, { once: true });
      if (signal.aborted) close();
      return { ...connection, close, release };
    },
    async close() {
      isClosed = true;
      const exits = [...open.keys()].map(({ exit }) => exit);
      for (const end of open.values()) end();
      await Promise.allSettled(exits);
    },
  };
}
