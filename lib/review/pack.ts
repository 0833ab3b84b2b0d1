/** As many parts as fit into a number of bytes, in their order; the names of the others are listed. Pure. */

import { utf8Length } from "../text/bytes.ts";

export interface Part {
  name: string;
  text: string;
}

/** Kept free for the line that names what was left out. */
const NOTE_BYTES = 300;
/** A shorter piece of a part is useless. */
const LEAST_BYTES = 200;
const CUT = "\n  (cut here for length)";

/** One paragraph for each part; empty parts are skipped. */
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
  // In bytes: a character of a name may take four.
  return `Left out for length: ${firstBytes(names.join(", "), 200)}${more}`;
}

/** The first whole lines of the text and a note, together in `room` bytes. */
function fitting(text: string, room: number): string {
  const part = firstBytes(text, room - CUT.length - 2);
  const end = part.lastIndexOf("\n");
  return (end > 0 ? part.slice(0, end) : part) + CUT;
}

/** As many whole characters of the text as fit into `room` bytes. */
function firstBytes(text: string, room: number): string {
  const buffer = new Uint8Array(room);
  const { read } = new TextEncoder().encodeInto(text, buffer);
  return text.slice(0, read);
}
