/**
 * A terminal's screen, as far as the live view needs one: what is written to it, and which lines are to be seen then. It
 * knows no reflow; a character wider than one column takes as many cells. An escape that it does not know throws.
 */

import type { Terminal, TerminalSize } from "../../lib/host/host.ts";
import { columns } from "../../lib/report/text/fit.ts";

export interface Screen extends Terminal {
  /** Every line since the start, those that scrolled away too, without blanks at their ends. */
  lines(): string[];
  cursor: { row: number; column: number; shown: boolean };
  wraps: boolean;
  resize(size: TerminalSize): void;
  /** All that was written, escapes and all. */
  raw: string;
}

export function fakeScreen(size: TerminalSize): Screen {
  const rows: string[][] = [[]];
  const cursor = { row: 0, column: 0, shown: true };
  const screen: Screen = {
    isTerminal: true,
    trouble: null,
    size: () => size,
    cursor,
    wraps: true,
    raw: "",
    resize: (next) => void (size = next),
    lines: () => rows.map((cells) => cells.join("").trimEnd()),
    write(text) {
      screen.raw += text;
      // deno-lint-ignore no-control-regex -- escapes are what a terminal reads
      for (const [token] of text.matchAll(/\x1b\[[?\d;]*[A-Za-z]|\x1b|\P{M}\p{M}*/gu)) apply(token);
    },
  };
  const top = () => Math.max(0, rows.length - size.rows);
  const row = () => (rows[cursor.row] ??= []);

  function apply(token: string): void {
    // deno-lint-ignore no-control-regex -- as above
    const [, how = "", what = ""] = token.match(/^\x1b\[([?\d;]*)([A-Za-z])$/) ?? [];
    if (token === "\r") cursor.column = 0;
    else if (token === "\n") newLine();
    else if (what === "m") return;
    else if (what === "A") cursor.row = Math.max(top(), cursor.row - Number(how));
    else if (what === "K" && how === "") row().length = Math.min(row().length, cursor.column);
    else if (what === "J" && how === "") clearBelow();
    else if (what === "h" || what === "l") setMode(how, what === "h");
    else if (token.startsWith("\x1b")) throw new Error(`this screen does not know ${JSON.stringify(token)}`);
    else put(token);
  }

  /** As the terminal's own line discipline does, a line feed goes to the line's beginning as well. */
  function newLine(): void {
    cursor.row++;
    cursor.column = 0;
    if (cursor.row === rows.length) rows.push([]);
  }

  function clearBelow(): void {
    row().length = Math.min(row().length, cursor.column);
    for (const cells of rows.slice(cursor.row + 1)) cells.length = 0;
  }

  function setMode(mode: string, on: boolean): void {
    if (mode === "?25") cursor.shown = on;
    else if (mode === "?7") screen.wraps = on;
    else if (mode !== "?2026") throw new Error(`this screen does not know the mode ${mode}`);
  }

  function put(char: string): void {
    const width = columns(char);
    if (cursor.column + width > size.columns) {
      if (!screen.wraps) return;
      newLine();
    }
    const cells = row();
    while (cells.length < cursor.column) cells.push(" ");
    cells[cursor.column] = char;
    for (let extra = 1; extra < width; extra++) cells[cursor.column + extra] = "";
    cursor.column += width;
  }
  return screen;
}
