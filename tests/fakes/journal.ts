/** The text of a journal → its lines, and back. */

import type { JournalLine } from "../../lib/model/evidence.ts";
import { apart, chained } from "../../lib/record/lines/chain.ts";
import { journalSchema } from "../../lib/record/lines/json.ts";
import { LineReader } from "../../lib/record/line_reader.ts";
import { recordOf } from "../../lib/values/json.ts";
import { validatorOf } from "../parsers/ajv.ts";

/** Why the JSON Schema of journals refuses a line; null if it does not. */
export const lineRefusal = validatorOf(recordOf(JSON.parse(JSON.stringify(journalSchema()))));

/**
 * As the program reads them; a last line that a kill cut short is left out. Throws BadLine, and if the JSON Schema of journals
 * refuses a line that the program takes.
 */
export function parseJournal(text: string): JournalLine[] {
  const lines = text.split("\n").filter((line) => line !== "");
  const read: JournalLine[] = [];
  new LineReader().read(lines, (line) => read.push(line));
  for (const line of lines.slice(0, read.length)) {
    const refusal = lineRefusal(JSON.parse(line));
    if (refusal !== null) throw new Error(`the schema refuses ${line}: ${refusal}`);
  }
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
