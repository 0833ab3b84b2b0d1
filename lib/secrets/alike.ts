/**
 * How far a text and a form of a secret match: as they are, with escapes in the text, and over its line breaks. Pure.
 */

import type { EscapedText } from "./escapes.ts";
import { lineBefore, margins, nextLine } from "./line_breaks.ts";

/** Where a match ends: in the text, and in the form. */
export interface Alike {
  end: number;
  last: number;
}

const NEWLINE = 10;

/** Matches from these places on. */
export function alikeFrom(escaped: EscapedText, at: number, form: string, from: number): Alike {
  const { text } = escaped;
  let [end, last] = [at, from];
  while (last < form.length && end < text.length) {
    const isEqual = text.charCodeAt(end) === form.charCodeAt(last);
    if (isEqual && !escaped.mayBegin(end)) {
      end++;
      last++;
      continue;
    }
    const next = step(escaped, end, form, last, isEqual);
    if (next === null) break;
    ({ end, last } = next);
  }
  return { end, last };
}

/**
 * One step, over an escape, a break or a plain character: the way after which they match for longest; null if they
 * differ.
 */
function step(escaped: EscapedText, at: number, form: string, from: number, isEqual: boolean): Alike | null {
  const readings = escaped.readingsAt(at).filter(({ value }) => form.startsWith(value, from))
    .map(({ end, value }) => ({ end, last: from + value.length }));
  // What looks like an escape may be the secret's own text.
  const ways = isEqual ? [...readings, { end: at + 1, last: from + 1 }] : readings;
  return furthest(escaped, ways, form) ?? furthest(escaped, overBreak(escaped, at, form, from), form) ?? ways[0] ??
    null;
}

/**
 * Ways over a line's end. In text that was filled or joined, a line's end stands for spaces, and the other way round.
 */
function overBreak({ text }: EscapedText, at: number, form: string, from: number): Alike[] {
  const spaces = spacesIn(form, from);
  const gap = spaces === from ? at : spacesIn(text, at);
  // The text's own newline may be in a part of it that came before.
  const isAfterBreak = text.charCodeAt(at - 1) === NEWLINE || (at === 0 && form.charCodeAt(from - 1) === NEWLINE);
  const lines = isAfterBreak ? margins(text, at) : nextLine(text, at);
  return [
    ...(gap > at ? [{ end: gap, last: spaces }] : []),
    ...lines.filter((end) => end > at && end < text.length).flatMap((end) =>
      [...new Set([from, spaces])].map((last) => ({ end, last }))
    ),
  ];
}

/** The first of the ways after which they match for longest; null if they match after none. */
function furthest(escaped: EscapedText, ways: readonly Alike[], form: string): Alike | null {
  let best: Alike | null = null;
  let most = 0;
  for (const way of ways) {
    const count = countAhead(escaped, way, form);
    if (count <= most) continue;
    most = count;
    best = way;
  }
  return best;
}

/** How many steps ahead are compared: a time stamp, an indentation or an escape may begin as the form goes on. */
const AHEAD = 8;

/** For how many steps ahead they match; all of them if the text or the form ends. */
function countAhead(escaped: EscapedText, { end, last }: Alike, form: string): number {
  for (let count = 0; count < AHEAD; count++) {
    if (last >= form.length || end >= escaped.text.length) return AHEAD;
    const reading = escaped.readingsAt(end).find(({ value }) => value !== "" && form.startsWith(value, last));
    if (reading === undefined && escaped.text.charCodeAt(end) !== form.charCodeAt(last)) return count;
    end = reading?.end ?? end + 1;
    last += reading?.value.length ?? 1;
  }
  return AHEAD;
}

const SPACES = /[ \t\r\n]{0,80}/y;

/** Where the spaces end that begin there. */
function spacesIn(text: string, at: number): number {
  SPACES.lastIndex = at;
  SPACES.test(text);
  return SPACES.lastIndex;
}

/** The longest escape that is searched for backwards. */
const LONGEST_ESCAPE = 24;

/** The same backwards, to `least` in the text at most: where the match begins in both. */
export function alikeBefore(
  escaped: EscapedText,
  at: number,
  form: string,
  from: number,
  least: number,
): { start: number; first: number } {
  const { text } = escaped;
  let [start, first] = [at, from];
  while (first > 0 && start > least) {
    if (text.charCodeAt(start - 1) === form.charCodeAt(first - 1)) {
      start--;
      first--;
      continue;
    }
    const before = stepBack(escaped, start, form, first, least);
    if (before === null) break;
    ({ start, first } = before);
  }
  return { start, first };
}

function stepBack(
  escaped: EscapedText,
  at: number,
  form: string,
  from: number,
  least: number,
): { start: number; first: number } | null {
  const { text } = escaped;
  for (let start = at - 1; start >= Math.max(least, at - LONGEST_ESCAPE); start--) {
    for (const { end, value } of escaped.readingsAt(start)) {
      if (end === at && value !== "" && form.endsWith(value, from)) return { start, first: from - value.length };
    }
  }
  const line = lineBefore(text, at);
  if (line === null || line <= least) return null;
  const trimmed = form.slice(0, from).trimEnd().length;
  const first = [from, trimmed].find((each) => each > 0 && text.charCodeAt(line - 1) === form.charCodeAt(each - 1));
  return first === undefined ? null : { start: line, first };
}
