/** The text of a journal → its lines, and back. */

import type { JournalLine } from "../../lib/model/evidence.ts";
import { apart, chained } from "../../lib/record/lines/chain.ts";
import { LineReader } from "../../lib/record/line_reader.ts";

/** As the program reads them; a last line that a kill cut short is left out. Throws BadLine. */
export function parseJournal(text: string): JournalLine[] {
  const read: JournalLine[] = [];
  new LineReader().read(text.split("\n").filter((line) => line !== ""), (line) => read.push(line));
  return read;
}

/** As the program writes them, with a chain of hashes. */
export function journalText(lines: readonly object[]): string {
  return [...chained(lines.map((line) => JSON.stringify(line)))].map((line) => `${line}\n`).join("");
}

/** A journal's text whose lines were changed, with a chain of its own. */
export function rechained(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "");
  return [...chained(lines.map((line) => apart(line).text))].map((line) => `${line}\n`).join("");
}
