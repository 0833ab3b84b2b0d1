/** A stand-in as a real process, from source, on a free port; disposal kills it, and its children with its group. */

import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";
import { until } from "../fakes/wait.ts";

const MIB = 2 ** 20;
const ROOT = join(import.meta.dirname ?? ".", "../..");

export interface Ending {
  code: number | null;
  signal: string | null;
}

export interface Service extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  /** Both streams so far, as they came. */
  log(): string;
  said(line: string): Promise<void>;
  /** Waits for the first 200 of its health page, or its end. */
  ready(): Promise<void>;
  get(path: string, agent?: string): Promise<{ status: number; text: string; type: string | null; ms: number }>;
  /** Does nothing where it has ended. */
  signal(name: Deno.Signal): void;
  readonly ended: Promise<Ending>;
}

/** The environment as given, with a free port and the name `switch` unless something else is. */
export function startService(env: Record<string, string> = {}, port = freePort()): Service {
  const [program = "", ...args] = denoHost().self;
  const child = new Deno.Command(program, {
    args: [...args, "stand-in"],
    env: { PORT: String(port), VX11_SERVICE: "switch", VX11_MODE: "low_power", ...env },
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  let text = "";
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) text += chunk;
  });
  let over = false;
  const ended = child.status.then(({ code, signal }): Ending => {
    over = true;
    return signal === null ? { code, signal } : { code: null, signal };
  });
  const url = `http://127.0.0.1:${port}`;
  const service: Service = {
    pid: child.pid,
    url,
    log: () => text,
    said: (line) => until(`"${line}" is said, in ${JSON.stringify(text)}`, () => text.split("\n").includes(line)),
    async ready() {
      // Its own word first: on a port that was free a moment ago, a stranger may answer.
      const listens = () => /^listens on /m.test(text);
      const answers = async () => listens() && (await getPage(`${url}/health`).catch(() => null))?.status === 200;
      await until("it is ready", async () => over || await answers());
    },
    get: (path, agent) => getPage(`${url}${path}`, agent),
    signal(name) {
      if (!over) child.kill(name);
    },
    ended,
    async [Symbol.asyncDispose]() {
      if (!over) Deno.kill(-child.pid, "SIGKILL");
      await ended;
      await Promise.all(reading);
    },
  };
  return service;
}

async function getPage(url: string, agent = "Deno") {
  const began = performance.now();
  // A connection of its own, as the probes have it.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const response = await fetch(url, { client, headers: { "user-agent": agent } });
  const text = await response.text();
  const type = response.headers.get("content-type");
  return { status: response.status, text, type, ms: performance.now() - began };
}

export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Resident memory of one process; 0 where it is gone. */
export async function rssMib(pid: number): Promise<number> {
  const statm = await Deno.readTextFile(`/proc/${pid}/statm`).catch(() => "0 0");
  return Number(statm.split(" ")[1]) * 4096 / MIB;
}

/** Processes whose parent it is. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`).catch(() => "");
  const threads = await Array.fromAsync(Deno.readDir(`/proc/${pid}/task`), ({ name }) => name).catch(() => []);
  const all = await Promise.all(
    threads.map((tid) => Deno.readTextFile(`/proc/${pid}/task/${tid}/children`).catch(() => "")),
  );
  return [...new Set([text, ...all].join(" ").split(/\s+/).filter((word) => word !== "").map(Number))];
}
