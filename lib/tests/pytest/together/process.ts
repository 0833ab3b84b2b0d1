/** One pytest that runs several test files, as it is seen from outside: where each file's part begins and ends. */

import { settleWithin } from "../../../host/capture.ts";
import type { ChildExit, Host } from "../../../host/host.ts";
import { childRun } from "../../../proc/child_run.ts";
import type { AnyRun, Kept } from "../../child.ts";
import { cut } from "./marked.ts";

/** How a file's part ended: pytest goes on with the next file, or its process has ended with this one. */
export interface PartEnd extends ChildExit {
  goesOn: boolean;
}

/** One file's part of the process. */
export interface Part extends AnyRun<PartEnd> {
  seen: Seen;
}

/** What the plugin has said of a part so far. */
export interface Seen {
  /** When it began, by the host's clock. */
  readonly beganMs: number;
  /** How many tests were collected, and when; null until then. */
  collected: { tests: number; atMs: number } | null;
  /** How many tests have ended. */
  done: number;
  /** What it left that no other file may find, so that the process ends with it; null if there is nothing. */
  left: string | null;
}

export interface TogetherProcess {
  /** The part of the next file, which has begun. */
  next(): Part;
  /** Ends all of it. To be called in any case. */
  end(): Promise<void>;
}

interface Started {
  command: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  family: string;
  mark: string;
  /** Called when more is known of the part of that number, from 0. */
  tell(at: number, seen: Seen): void;
}

/** What the plugin says. */
type Said =
  | { kind: "next"; code: number }
  | { kind: "collected"; tests: number }
  | { kind: "test" }
  | { kind: "left"; why: string };

/** Throws SpawnError. */
export function startTogether(host: Host, { command, cwd, env, family, mark, tell }: Started): TogetherProcess {
  const run = childRun(host, command, { cwd, env, family });
  const abandon = new AbortController();
  const streams = run.output.map(() => new Parts());
  const seen: Seen[] = [];
  const take = (said: Said) => {
    const last = seen.at(-1);
    if (last === undefined) return;
    if (said.kind === "left") last.left = said.why;
    if (said.kind === "collected") last.collected = { tests: said.tests, atMs: host.clock.mono() };
    if (said.kind === "test") last.done++;
    tell(seen.length - 1, last);
  };
  const reading = Promise.all(streams.map((parts, at) => {
    const cutter = {
      begun(output: ReadableStream<Uint8Array>) {
        // Standard output is the first, and the only one that has more than ends in it.
        if (at === 0) seen.push({ beganMs: host.clock.mono(), collected: null, done: 0, left: null });
        parts.begin(output);
      },
      told(line: string) {
        const said = readSaid(line);
        if (said?.kind === "next") parts.end(said.code);
        else if (said !== null && at === 0) take(said);
        return said?.kind === "next";
      },
    };
    return cut(run.output[at] as ReadableStream<Uint8Array>, mark, cutter, abandon.signal);
  }));
  // The caller sees that it was cut short; `gone` waits for it.
  reading.catch(() => {});
  let ended: Promise<Kept["strays"]> | undefined;
  const endAll = () => ended ??= run.endAll();
  const gone = run.exit.then(async (exit): Promise<PartEnd> => {
    await endAll();
    await settleWithin(host, reading, abandon);
    return { ...exit, goesOn: false };
  });
  gone.catch(() => {});
  let taken = 0;
  return {
    next() {
      const mine = streams.map((parts) => parts.take());
      const goesOn = Promise.all(mine.map(({ code }) => code)).then(([code = null]): PartEnd => {
        return { code, signal: null, goesOn: true };
      });
      let hasGoneOn = false;
      const over = Promise.race([goesOn, gone]);
      over.then((end) => hasGoneOn = end.goesOn, () => {});
      return {
        output: mine.map(({ output }) => output),
        over,
        endAll: async () => hasGoneOn ? null : await endAll(),
        seen: seen[taken++] as Seen,
      };
    },
    async end() {
      await endAll();
      abandon.abort();
      await gone.catch(() => {});
    },
  };
}

interface StreamPart {
  output: ReadableStream<Uint8Array>;
  /** Resolves when the part is over and another one follows. */
  code: Promise<number>;
}

/** The parts of one stream that have begun and were not taken yet. */
class Parts {
  readonly #waiting: StreamPart[] = [];
  #resolve: (code: number) => void = () => {};
  #code = 0;

  begin(output: ReadableStream<Uint8Array>): void {
    const { promise: code, resolve } = Promise.withResolvers<number>();
    this.#waiting.push({ output, code });
    this.#resolve(this.#code);
    this.#resolve = resolve;
  }

  /** The part is over; the next one is about to begin. */
  end(code: number): void {
    this.#code = code;
  }

  take(): StreamPart {
    const part = this.#waiting.shift();
    if (part === undefined) throw new Error("the next part has not begun");
    return part;
  }
}

/** Tolerant: a line that is not the plugin's says nothing. */
function readSaid(line: string): Said | null {
  try {
    const value: unknown = JSON.parse(line);
    return isSaid(value) ? value : null;
  } catch {
    return null;
  }
}

function isSaid(value: unknown): value is Said {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  if (value.kind === "test") return true;
  if (value.kind === "next") return "code" in value && Number.isSafeInteger(value.code);
  if (value.kind === "left") return "why" in value && typeof value.why === "string";
  return value.kind === "collected" && "tests" in value && Number.isSafeInteger(value.tests);
}
