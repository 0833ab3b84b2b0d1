/** Names and ids that recur in a journal's lines: each is kept as one string, which holds on to nothing else. */

import type { JournalLine } from "../../model/evidence.ts";

const shared = new Map<string, string>();
/** Words recur soon, or in every cycle: keeping those of few cycles is enough. */
const MOST = 1000;
/** The runtime shares shorter ones by itself. */
const LEAST_CHARS = 11;

/**
 * The word as a string of its own. A part of a text would keep the whole piece of the file in memory. `known`: words that
 * came before.
 */
export function own(word: string, known = shared): string {
  const found = known.get(word);
  if (found !== undefined) return found;
  const copy = JSON.parse(JSON.stringify(word)) as string;
  if (known.size >= MOST) known.clear();
  known.set(copy, copy);
  return copy;
}

/** Keys whose values are the same in many lines: a run of thousands of cycles has each id ten times. */
const SHARED = ["module", "service", "containerId", "container", "action", "file"];
const SHARED_IN_STATE = ["id", "name", "service", "image", "createdAt", "startedAt"];

/** The line itself, with one string for each such value. */
export function withSharedWords(line: JournalLine): JournalLine {
  shareIn(line, SHARED);
  if (line.type === "look") shareIn(line.state, SHARED_IN_STATE);
  return line;
}

function shareIn(record: object, keys: readonly string[]): void {
  const values = record as Record<string, unknown>;
  for (let nr = 0; nr < keys.length; nr++) {
    const key = keys[nr] as string;
    const value = values[key];
    if (typeof value === "string" && value.length >= LEAST_CHARS) values[key] = own(value);
  }
}
