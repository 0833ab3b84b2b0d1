/**
 * Foreign text made harmless, one way a format. Names, log lines, test output and error texts come from the system under
 * test: they may hold ESC sequences, bidi marks, markup, or lines of megabytes. Nothing is dropped silently: what cannot
 * be shown is shown as an escape.
 */

/** Controls (also C1), formatting characters such as bidi marks, line separators, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Longer pieces of foreign text are cut in what people read; the saved files have them in full. */
const LONGEST = 2000;

/** One line for a terminal or any plain text: controls and marks as `\x1b`, `\u202e`; a line end as `\n`. */
export function plain(text: string): string {
  return cut(text, LONGEST).replaceAll(INVISIBLE, escaped);
}

/**
 * Inline text of a Markdown document, also within a table: no markup, no HTML, no line end. Underscores within a word
 * need no escape, and names stay legible without.
 */
export function markdown(text: string): string {
  return plain(oneLine(text))
    .replaceAll(/[\\`*[\]|~$#]/g, "\\$&")
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A Markdown code span. Not for tables: there, a `|` would need an escape that is shown elsewhere. */
export function codeSpan(text: string): string {
  const shown = plain(oneLine(text));
  if (shown.trim() === "") return "(empty)";
  const ticks = "`".repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? " " : "";
  return `${ticks}${pad}${shown}${pad}${ticks}`;
}

/** A fenced block of Markdown, its fence longer than any run of backticks inside. */
export function fenced(lines: readonly string[]): string {
  const shown = lines.flatMap((line) => line.split(/\r?\n|\r/)).map((line) => plain(line.replaceAll("\t", "    ")));
  const fence = "`".repeat(Math.max(3, longestRun(shown.join("\n")) + 1));
  return [`${fence}text`, ...shown, fence].join("\n");
}

/** JSON text in which nothing invisible is left but its own line ends; it parses to the same value. */
export function visibleInJson(json: string): string {
  return json.replaceAll(INVISIBLE, (char) => {
    if (char === "\n") return char;
    return char.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  });
}

/** At most `length` characters, the last one … where some were cut. */
export function cut(text: string, length: number): string {
  // Twice as many code units are enough for `length` characters; a line of megabytes is not taken apart.
  const chars = [...text.slice(0, 2 * length + 2)];
  return chars.length <= length ? text : chars.slice(0, length - 1).join("") + "…";
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

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
