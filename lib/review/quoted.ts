/**
 * A foreign Markdown document as a quotation: its headings, lists and code stay what they are, and nothing in it can leave the
 * quotation, load anything or be HTML. Pure.
 */

import { longestRun, plain } from "../report/escape.ts";

/** Every line begins with `>`, so that no line looks like one of this program. */
export function quoted(markdown: string): string {
  const lines = markdown.replaceAll(/\r\n?/g, "\n").split("\n");
  const out: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const fence = /^ {0,3}(`{3,}|~{3,})([^`]*)$/.exec(line);
    if (fence === null) {
      out.push(harmless(line));
      continue;
    }
    const end = closingAt(lines, at + 1, fence[1] ?? "");
    for (const each of codeBlock(lines.slice(at + 1, end), fence[2] ?? "")) out.push(each);
    at = end;
  }
  return out.map((line) => line === "" ? ">" : `> ${line}`).join("\n");
}

/** The line that closes the fence; the number of lines if none does. */
function closingAt(lines: readonly string[], from: number, fence: string): number {
  const closing = new RegExp(`^ {0,3}${fence[0]}{${fence.length},}\\s*$`);
  for (let at = from; at < lines.length; at++) if (closing.test(lines[at] ?? "")) return at;
  return lines.length;
}

/** With a new fence, longer than any in the code, so that every reader takes the same lines as code. */
function codeBlock(lines: readonly string[], info: string): string[] {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [fence + (/^[A-Za-z0-9+#-]{1,20}$/.test(info.trim()) ? info.trim() : "text"), ...lines.map(visible), fence];
}

/** A link to a page or to a place in the document; any other link is shown as text. */
const PLACE = /(?:https?:\/\/|[#./]|[\w./-]+(?:[)#\s]|$))/;
const OTHER_LINK = new RegExp(`\\]\\((?!${PLACE.source})`, "gi");
/** The end of a label; with a colon if it defines a link other than those. */
const LABEL_END = new RegExp(`\\](?<other>:(?!\\s+${PLACE.source}))?`, "gi");

/** Without tags, comments and autolinks, without pictures, which a viewer would fetch, and without links that run something. */
function harmless(line: string): string {
  const shown = visible(line)
    .replaceAll(/<(?=[A-Za-z/!?])/g, "&lt;")
    .replaceAll("![", "!\\[")
    .replaceAll(OTHER_LINK, "]\\(");
  return withoutDefinitions(shown);
}

/** Goes label by label: looking ahead from each bracket would take hours for a line of nothing but brackets. */
function withoutDefinitions(line: string): string {
  let out = "";
  let from = 0;
  for (const { 0: end, groups, index } of line.matchAll(LABEL_END)) {
    const label = line.slice(from, index);
    out += (groups?.["other"] === undefined ? label : label.replaceAll(/\[(?!$)/g, "\\[")) + end;
    from = index + end.length;
  }
  return out + line.slice(from);
}

/** Control and bidi characters as escapes, however long the line is. */
function visible(line: string): string {
  const pieces = line.replaceAll("\t", "    ").match(/.{1,1000}/gsu) ?? [];
  return pieces.map(plain).join("");
}
