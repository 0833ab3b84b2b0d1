/** From samples to inputs: cut, doubled, swapped, flipped bits, hostile pieces, other kinds of JSON, very deep and very long. */

import { type Chance, chanceOf } from "./chance.ts";
import { hugePiece, LONG, PIECES } from "./hostile.ts";
import { editedJson } from "./json_edits.ts";

/** One in so many inputs is deep or long. */
const HUGE = 200;

/** The input of a seed. */
export function inputOf(samples: readonly string[], seed: number): string {
  const chance = chanceOf(seed);
  let text = chance.of(samples);
  const json = chance.once(2) ? editedJson(chance, text) ?? editedLine(chance, text) : null;
  if (json !== null) text = json;
  for (let edits = chance.below(4) + (json === null ? 1 : 0); edits > 0; edits--) text = edited(chance, text, samples);
  if (chance.once(HUGE)) text = inserted(chance, chance.once(3) ? "" : text, hugePiece(chance, text));
  return text.slice(0, 2 * LONG);
}

/** Of lines of JSON, one. */
function editedLine(chance: Chance, text: string): string | null {
  const lines = text.split("\n");
  const at = chance.below(lines.length);
  const line = lines.length < 2 ? null : editedJson(chance, lines[at] ?? "");
  return line === null ? null : lines.with(at, line).join("\n");
}

function edited(chance: Chance, text: string, samples: readonly string[]): string {
  const [from, to] = range(chance, text.length);
  switch (chance.below(14)) {
    case 0:
      return text.slice(0, from);
    case 1:
      return text.slice(from);
    case 2:
      return text.slice(0, from) + text.slice(to);
    case 3:
      return text.slice(0, to) + text.slice(from);
    case 4:
      return inserted(chance, text, text.slice(from, to));
    case 5:
    case 6:
    case 7:
      return inserted(chance, text, chance.of(PIECES));
    case 8:
    case 9:
      return withToken(chance, text, () => chance.of(PIECES));
    case 10:
      return withToken(chance, text, (tokens) => chance.of(tokens));
    case 11:
      return flipped(chance, text);
    case 12:
      return text.replaceAll("\n", chance.of(["\r\n", "\r", "", " ", "\n\n", "\0", "\u2028"]));
    default:
      return chance.of([
        () => `\ufeff${text}`,
        () => text.slice(0, from) + chance.of(samples),
        () => text.split("\n").reverse().join("\n"),
        () => text.replaceAll(chance.of(["0", ":", '"', " ", "/", "=", ",", "a"]), chance.of(PIECES)),
      ])();
  }
}

/** Mostly a short one. */
function range(chance: Chance, length: number): [number, number] {
  const from = chance.below(length + 1);
  return [from, Math.min(length, from + chance.below(chance.once(4) ? length + 1 : 16))];
}

function inserted(chance: Chance, text: string, piece: string): string {
  const at = chance.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

function withToken(chance: Chance, text: string, other: (tokens: string[]) => string): string {
  if (text.length > LONG / 10) return text;
  const tokens = [...text.matchAll(/[\p{L}\p{N}_]+|"[^"\n]*"|[^\s\p{L}\p{N}_]/gu)];
  if (tokens.length === 0) return text;
  const { 0: token, index } = chance.of(tokens);
  return text.slice(0, index) + other(tokens.map(([each]) => each)) + text.slice(index + token.length);
}

/** Bits of its UTF-8, which need not be UTF-8 any more: read as every reader of files here reads it. */
function flipped(chance: Chance, text: string): string {
  const bytes = new TextEncoder().encode(text.slice(0, LONG / 10));
  if (bytes.length === 0) return "\ufffd";
  for (let flips = 1 + chance.below(3); flips > 0; flips--) {
    const at = chance.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
