/**
 * Makes foreign text harmless as one line of plain text: the first step of every format. Names, log lines, test output and
 * error texts come from the system under test: they may hold ESC sequences, bidi marks, markup, commands for a CI runner, or
 * lines of megabytes. Nothing is dropped silently: a character that cannot be shown becomes an escape. Pure.
 */

/** Controls (also C1), formatting characters such as bidi marks, line separators, lone surrogates, and noncharacters. */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** Longer pieces of foreign text are cut in what people read; the saved files have them in full. */
export const LONGEST = 2000;

/**
 * GitHub's runner takes these as commands in any line that a step prints: `::name` at its start, and `##[name` anywhere. An
 * IPv6 address such as `::1` is not one.
 */
const COMMAND_AT_START = /^(\s*):(?=:[\w-]*[^\s\da-fA-F:.])/;
const COMMAND_ANYWHERE = /##(?=\[)/g;

/** One line for a terminal or any plain text: controls and marks as `\x1b`, `\u202e`; a line end as `\n`. */
export function plain(text: string): string {
  return plainUpTo(text, LONGEST);
}

/** Like `plain`, with at most `longest` characters. */
export function plainUpTo(text: string, longest: number): string {
  return cut(text, longest).replaceAll(INVISIBLE, escaped)
    .replace(COMMAND_AT_START, "$1\\x3a").replaceAll(COMMAND_ANYWHERE, "#\\x23");
}

/** At most `length` characters; the last one is … if some were cut. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // Twice as many code units are enough for `length` characters: a line of megabytes is not split as a whole.
  const chars = [...text.slice(0, 2 * length + 2)];
  return chars.length <= length ? text : chars.slice(0, length - 1).join("") + "…";
}

/** A sentence, however it was laid out: line ends become spaces first, then invisible characters become escapes. */
export function sentence(text: string): string {
  return plain(oneLine(text));
}

function oneLine(text: string): string {
  return cut(text, LONGEST).trim().replaceAll(/\s*(?:\r\n|\r|\n)\s*/g, " ");
}

function escaped(char: string): string {
  if (char === "\n") return "\\n";
  if (char === "\r") return "\\r";
  if (char === "\t") return "\\t";
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}
