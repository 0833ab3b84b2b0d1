/**
 * The live view on a terminal: an area below the permanent lines, drawn anew several times a second. Between two drawings
 * the hidden cursor stands at the area's first line: a terminal that rewraps lines when it is resized moves the cursor with
 * them, so that the next drawing begins at the right place whatever happened to the lines below. (npm's log-update goes up by
 * the number of lines it wrote, which leaves rubbish when a window gets narrower.)
 */

import type { Host, TerminalSize } from "../../host/host.ts";
import type { Progress } from "../../model/progress.ts";
import { liveLines } from "./lines.ts";
import type { LiveStyle } from "./lines.ts";
import type { LiveState } from "./state.ts";
import { advance, interrupted, over } from "./state.ts";
import { interruptText, progressText } from "./progress.ts";
import type { View } from "./shown_run.ts";

const TICK_MS = 120;
const UNKNOWN_SIZE: TerminalSize = { columns: 80, rows: 24 };

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** Without wrapping, a character that is wider than counted is cut at the edge, and pushes no line down. */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";
/** Terminals that know these codes show everything between them at once; others ignore them. */
const AT_ONCE = "\x1b[?2026h";
const AT_ONCE_END = "\x1b[?2026l";
const CLEAR_LINE_END = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

export interface LiveOptions extends LiveStyle {
  /** Whether the area stays in its last state, because nothing follows that says the same. */
  leave: boolean;
}

type LiveHost = Pick<Host, "clock" | "err" | "onSignal">;

/** Draws on `err` until it is closed. A bug in here ends the drawing, not the run; `close` throws it. */
export class Live implements View {
  readonly #host: LiveHost;
  readonly #options: LiveOptions;
  readonly #closed = new AbortController();
  readonly #unlisten: () => void;
  readonly #ticking: Promise<void>;
  #state: LiveState | null = null;
  /** After a resize, lines that the terminal wrapped have to be cleared, else it joins them again when it gets wider. */
  #resized = false;
  #bug: { error: unknown } | null = null;

  constructor(host: LiveHost, options: LiveOptions) {
    this.#host = host;
    this.#options = options;
    this.#unlisten = host.onSignal("SIGWINCH", () => {
      this.#resized = true;
      this.#guarded(() => this.#draw());
    });
    this.#ticking = this.#tick();
  }

  progress(event: Progress): void {
    this.#guarded(() => {
      this.#state = advance(this.#state, event, this.#host.clock.mono());
      this.#say(isKept(event) ? progressText(event, this.#options.color) : "");
      // Samples and ends of tests come often, and the next tick shows them.
      if (event.type !== "memory" && event.type !== "testing") this.#draw();
    });
  }

  interrupted(by: string): void {
    this.#guarded(() => {
      if (this.#state !== null) this.#state = interrupted(this.#state);
      this.#say(interruptText(by));
      this.#draw();
    });
  }

  async close(): Promise<void> {
    this.#guarded(() => {
      if (this.#options.leave && this.#state !== null) this.#say(this.#lastLines(this.#state));
    });
    this.#restore();
    await this.#ticking;
    if (this.#bug !== null) throw this.#bug.error;
  }

  async #tick(): Promise<void> {
    const { clock } = this.#host;
    while (!this.#closed.signal.aborted) {
      await clock.sleep(TICK_MS, this.#closed.signal).catch(() => {});
      this.#guarded(() => this.#draw());
    }
  }

  #guarded(work: () => void): void {
    if (this.#closed.signal.aborted) return;
    try {
      work();
    } catch (error) {
      this.#bug = { error };
      this.#restore();
    }
  }

  #restore(): void {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#unlisten();
    if (this.#state !== null) this.#host.err.write(`\r${CLEAR_BELOW}${WRAP}${SHOW_CURSOR}`);
  }

  /** Writes above the area, which has to be drawn anew after it. */
  #say(text: string): void {
    if (text !== "") this.#host.err.write(this.#state === null ? text : `\r${CLEAR_BELOW}${text}`);
  }

  #draw(): void {
    if (this.#state === null) return;
    const { columns, rows } = this.#size();
    // A row stays free for the permanent lines.
    const size = { columns, rows: Math.max(1, rows - 1) };
    const lines = liveLines(this.#state, this.#host.clock.mono(), size, this.#options);
    this.#host.err.write((this.#resized ? `\r${CLEAR_BELOW}` : "") + frame(lines));
    this.#resized = false;
  }

  /** The area as permanent lines: all modules, however few rows the terminal has. */
  #lastLines(state: LiveState): string {
    const size = { columns: this.#size().columns, rows: Infinity };
    return liveLines(over(state), this.#host.clock.mono(), size, this.#options).map((line) => `${line}\n`).join("");
  }

  /** The last column stays free, since terminals differ in what they do after writing to it. */
  #size(): TerminalSize {
    const { columns, rows } = this.#host.err.size() ?? UNKNOWN_SIZE;
    return { columns: Math.max(1, columns - 1), rows };
  }
}

/** Whether the event becomes a permanent line above the area; the area shows the others. */
function isKept(event: Progress): boolean {
  if (event.type === "verdict") return event.verdict.status === "WARN" || event.verdict.status === "FAIL";
  return ["started", "notice", "skipped", "cycle"].includes(event.type);
}

/** Draws from the area's first line over the old area, and goes back to that line. */
function frame(lines: readonly string[]): string {
  const up = lines.length > 1 ? `\x1b[${lines.length - 1}A` : "";
  const drawn = lines.map((line) => line + CLEAR_LINE_END).join("\r\n");
  return `${AT_ONCE}${HIDE_CURSOR}${NO_WRAP}\r${drawn}${CLEAR_BELOW}${up}\r${WRAP}${AT_ONCE_END}`;
}
