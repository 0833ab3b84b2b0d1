/**
 * Looks for a line that matches, in what a container prints from its current start on. What follows its output is started by the
 * first attempt, and ended when the line has come.
 */

import type { Engine, Look } from "../engine/engine.ts";
import type { Answer, CheckTools } from "./kind.ts";
import { type Matcher, newMatcher, TooSlow } from "./matcher.ts";

const PASSED: Answer = { status: null, error: null };
const LONGEST = 200;
/** Colours and the like, which no one sees in a line. */
// deno-lint-ignore no-control-regex -- they are control codes
const TERMINAL_CODES = /\x1b\[[0-9;:?]*[A-Za-z]/g;

/** What was found, of each start of a container: a window that is opened later must not miss what a log has dropped by then. */
const found = new WeakMap<Engine, Set<string>>();

export class LogSearch {
  readonly #tools: Pick<CheckTools, "engine" | "lookAgain">;
  readonly #look: Look;
  readonly #pattern: RegExp;
  /** Aborted when nothing is to be followed any more: it has been found, or is not looked for. */
  readonly #stop = new AbortController();
  readonly #stopped = Promise.withResolvers<void>();
  #isFound = false;
  #following: Promise<string> | null = null;
  #tooSlow: string | null = null;
  #lines = 0;
  #last = "";

  constructor(tools: Pick<CheckTools, "engine" | "lookAgain">, look: Look, pattern: RegExp) {
    this.#tools = tools;
    this.#look = look;
    this.#pattern = pattern;
  }

  /** Waits for the line until the signal aborts: then the answer is what has come so far. */
  async ask(signal: AbortSignal): Promise<Answer> {
    const given = Promise.withResolvers<null>();
    const giveUp = () => given.resolve(null);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      const following = this.#following ??= this.#follow();
      // The next attempt hears of what went wrong after this one.
      following.catch(() => {});
      const why = await Promise.race([following, given.promise, this.#stopped.promise.then(() => null)]);
      if (this.#isFound) return PASSED;
      if (this.#tooSlow !== null) return { status: null, error: this.#tooSlow };
      if (why === null || this.#stop.signal.aborted) return { status: null, error: this.#soFar() };
      this.#following = null;
      return { status: null, error: `its output cannot be followed: ${why}` };
    } catch (error) {
      this.#following = null;
      throw error;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  close(): void {
    this.#stop.abort();
    this.#stopped.resolve();
  }

  /** Resolves with why it ended. */
  async #follow(): Promise<string> {
    const { engine, lookAgain } = this.#tools;
    const { signal } = this.#stop;
    // As it is now: it may have been started again since it was located.
    const look = await lookAgain(signal) ?? this.#look;
    const { id, restartCount, startedAt, status } = look.state;
    const key = JSON.stringify([id, startedAt, restartCount, this.#pattern.source]);
    const known = found.get(engine) ?? new Set();
    found.set(engine, known);
    if (known.has(key)) this.#find();
    if (signal.aborted) return "";
    // What it printed at its last start does not count.
    if (status !== "running" && status !== "paused") return `its container is ${status}`;
    const matches = await newMatcher(this.#pattern);
    this.#lines = 0;
    return await engine.follow(look, (lines) => {
      if (this.#matches(matches, lines)) known.add(key);
    }, signal);
  }

  #matches(matches: Matcher, lines: readonly string[]): boolean {
    if (this.#stop.signal.aborted) return false;
    const plain = lines.map((line) => line.replaceAll(TERMINAL_CODES, ""));
    this.#lines += lines.length;
    this.#last = plain.findLast((line) => line.trim() !== "") ?? this.#last;
    try {
      if (!matches(plain)) return false;
      this.#find();
      return true;
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      this.#tooSlow = error.message;
      this.close();
      return false;
    }
  }

  #find(): void {
    this.#isFound = true;
    this.close();
  }

  #soFar(): string {
    if (this.#lines === 0) return "it has printed no line since its start";
    const last = this.#last.trim().slice(0, LONGEST);
    return this.#lines === 1
      ? `the only line since its start does not match: ${last}`
      : `none of the ${this.#lines} lines since its start matches; the last: ${last}`;
  }
}
