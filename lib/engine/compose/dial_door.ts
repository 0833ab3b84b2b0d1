/**
 * The API of an engine that has no socket on this host, over `docker system dial-stdio`, as every docker command reaches it: TCP, TLS
 * or ssh. To connect may take longer than the question itself, by ssh a second, so the next connection is opened before it is needed.
 */

import type { Child, Host } from "../../host/host.ts";
import { readChunks } from "../../host/capture.ts";
import { LATE, within } from "../../host/within.ts";
import { type EngineConnection, engineConnection, type EngineDoor } from "./engine_socket.ts";

/** By then a connection has shown that an engine is behind it; else the docker command is left to say what is wrong. */
const CONNECT_LIMIT_MS = 20_000;

interface Spare {
  child: Child;
  connection: EngineConnection;
}

export function dialDoor(host: Host, cwd: string): EngineDoor {
  /** Opened, or being opened, for whoever comes next. */
  let spare: Promise<Spare> | null = null;
  /** Whether a connection has ever shown an engine. false: the first one has not, and no other is tried. */
  let isUseful: boolean | null = null;
  let isClosed = false;
  const open = new Map<Child, () => void>();

  async function dial(): Promise<Spare> {
    const child = host.spawn(["docker", "system", "dial-stdio"], { cwd, takesInput: true });
    const writer = child.stdin?.getWriter();
    const abandon = new AbortController();
    readChunks(child.stderr, abandon.signal, () => {}).catch(() => {});
    const end = () => {
      child.killGroup("SIGKILL");
      abandon.abort();
      writer?.abort().catch(() => {});
    };
    child.exit.finally(end);
    const pipes = { stream: child.stdout, write: async (bytes: Uint8Array) => await writer?.write(bytes) };
    const connection = engineConnection(pipes, null, end);
    open.set(child, () => connection.close());
    child.exit.finally(() => open.delete(child));
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
    const kept = await spare?.catch(() => null);
    spare = null;
    if (kept !== undefined && kept !== null && open.has(kept.child)) return kept;
    if (isUseful === false || isClosed) throw new Error("the engine is not asked in this way");
    return await prepared();
  }

  function giveBack(unused: Spare): void {
    if (spare !== null || isClosed) unused.connection.close();
    else spare = Promise.resolve(unused);
  }

  let turn: Promise<unknown> = Promise.resolve();

  return {
    isFar: true,
    async connect(signal) {
      signal.throwIfAborted();
      const taken = turn.then(take);
      turn = taken.catch(() => {});
      const got = await within(host.clock, CONNECT_LIMIT_MS, taken, signal).catch((error) => {
        // It is there for the next one, if it still comes.
        taken.then((late) => giveBack(late), () => {});
        throw error;
      });
      if (got === LATE) throw new Error("the engine does not answer");
      const { connection } = got;
      if (!isClosed) spare ??= prepared();
      const close = () => {
        signal.removeEventListener("abort", close);
        connection.close();
      };
      signal.addEventListener("abort", close, { once: true });
      if (signal.aborted) close();
      return { ...connection, close };
    },
    async close() {
      isClosed = true;
      const exits = [...open.keys()].map(({ exit }) => exit);
      for (const end of open.values()) end();
      await Promise.allSettled(exits);
    },
  };
}
