/** Makes foreign text harmless in a Markdown document: it has no markup, no HTML and no line ends there. Pure. */

import { plain, sentence } from "./text.ts";

/**
 * Inline text of a Markdown document, also within a table: no markup, no HTML, no line end. Underscores within a word stay
 * as they are: they need no escape, and names stay legible.
 */
export function markdown(text: string): string {
  return sentence(text)
    .replaceAll(/[\\`*[\]|~$#]/g, "\\$&")
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Like `markdown`, for text at the start of a line or list item: it cannot begin a list or a heading there. */
export function markdownStart(text: string): string {
  const shown = markdown(text).trimStart();
  if (shown === "") return "(empty)";
  return shown.replace(/^[-+=]/, "\\$&").replace(/^(\d+)([.)])/, "$1\\$2");
}

/** A Markdown code span. Not for tables: there, a `|` would need an escape that is visible outside of tables. */
export function codeSpan(text: string): string {
  const shown = sentence(text);
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

/** Characters of the longest run of backticks. */
export function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
