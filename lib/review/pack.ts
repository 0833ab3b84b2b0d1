/** As many parts as fit into a number of bytes, in their order; what does not fit is named. Pure. */

import { utf8Length } from "../text/bytes.ts";

export interface Part {
  name: string;
  text: string;
}

/** Kept free for the line that names what was left out. */
const NOTE_BYTES = 300;
/** Less of a part says nothing. */
const LEAST_BYTES = 200;
const CUT = "\n  (cut here for length)";

/** One part a paragraph. Empty ones are no parts. */
export function pack(parts: readonly Part[], maxBytes: number): string {
  const kept: string[] = [];
  const left: string[] = [];
  let room = maxBytes - NOTE_BYTES;
  for (const { name, text } of parts.filter((part) => part.text !== "")) {
    const whole = `${text}\n\n`;
    const shown = utf8Length(whole) <= room ? whole : room < LEAST_BYTES ? null : `${fitting(text, room)}\n\n`;
    if (shown === null) left.push(name);
    else {
      kept.push(shown);
      room -= utf8Length(shown);
    }
  }
  return (kept.join("") + noteOf(left)).trimEnd();
}

function noteOf(left: readonly string[]): string {
  if (left.length === 0) return "";
  const names = left.slice(0, 8).map((name) => [...name].slice(0, 20).join(""));
  const more = left.length > names.length ? ` and ${left.length - names.length} more` : "";
  // In bytes: a name may be of characters of four.
  return `Left out for length: ${firstBytes(names.join(", "), 200)}${more}`;
}

/** Whole lines of it, and a note, in so many bytes. */
function fitting(text: string, room: number): string {
  const part = firstBytes(text, room - CUT.length - 2);
  const end = part.lastIndexOf("\n");
  return (end > 0 ? part.slice(0, end) : part) + CUT;
}

/** Of the text as many whole characters as fit. */
function firstBytes(text: string, room: number): string {
  const buffer = new Uint8Array(room);
  const { read } = new TextEncoder().encodeInto(text, buffer);
  return text.slice(0, read);
}
