/**
 * Finds many texts in one, in time that grows with the text and not with them: by the hash of a few characters (Rabin and
 * Karp), and a look at what follows. Of a long one each longer piece counts, since logs are cut and lines are wrapped. Pure.
 */

import { SHORTEST_SECRET } from "./secrets.ts";

/** So many characters are hashed: no form is shorter. */
const KEY = SHORTEST_SECRET;
/** Of a form that is longer than this, pieces are found too: those that have so many characters. */
const LONG = 64;
const PIECE = 40;
/** How far apart the places are where a piece of a long form may be found; more of the longest, so that they stay few. */
const STRIDE = 16;
const MOST_PLACES = 4096;

const BASE = 0x01000193;
const DROPPED = Array.from({ length: KEY - 1 }).reduce<number>((product) => Math.imul(product, BASE), 1);
const FILTER_BITS = 0xffff;
const BRACKET = "[".charCodeAt(0);

/** A form of a secret, and one place in it. */
interface Place {
  form: string;
  at: number;
}

/** A stretch of the text that is a form or a piece of one. */
interface Found {
  start: number;
  end: number;
  form: string;
  /** Where in the form the stretch ends. */
  at: number;
}

/** What follows the text: more of it, nothing, or nothing since it was cut short. */
export type Ending = "more" | "end" | "cut";

/** A form that the text before ended in the middle of, and where in it. */
export type Unfinished = readonly Place[];

export interface Cleaned {
  done: string;
  /** Not decided yet: it is to be given again with what follows. Empty unless there is more. */
  rest: string;
  unfinished: Unfinished;
}

export class SecretMatcher {
  readonly #names: ReadonlyMap<string, string>;
  readonly #places = new Map<number, Place[]>();
  readonly #byFirst: Map<string | undefined, string[]>;
  /** Whether a hash may be among the places: mostly it is not, and a look here is cheap. */
  readonly #filter = new Uint8Array(FILTER_BITS + 1);
  readonly #kept: RegExp;
  readonly #marks: ReadonlySet<string>;

  /**
   * `names`: what is looked for, and what is put in its place, which is never looked into; `kept`: the form of that, as a
   * sticky expression that begins with `[`.
   */
  constructor(names: ReadonlyMap<string, string>, kept: RegExp) {
    this.#names = names;
    this.#marks = new Set(names.values());
    this.#kept = kept;
    this.#byFirst = Map.groupBy(names.keys(), (form) => form[0]);
    for (const form of names.keys()) {
      const stride = Math.max(STRIDE, Math.ceil(form.length / MOST_PLACES));
      const last = form.length > LONG ? form.length - PIECE : 0;
      for (let at = 0; at <= last; at += stride) this.#add({ form, at });
    }
  }

  #add(place: Place): void {
    const hash = hashAt(place.form, place.at);
    const places = this.#places.get(hash) ?? [];
    // Of a form that repeats itself, one place stands for all.
    if (places.some(({ form }) => form === place.form)) return;
    this.#places.set(hash, [...places, place]);
    this.#filter[bitOf(hash)] = 1;
  }

  /** The text with each form's name in its place. `before`: what the text that this one follows ended in the middle of. */
  clean(text: string, ending: Ending, before: Unfinished = []): Cleaned {
    const carried = goOn(text, before);
    if (carried.at === text.length && carried.unfinished.length > 0) {
      return { done: "", rest: "", unfinished: ending === "more" ? carried.unfinished : [] };
    }
    let done = "";
    let from = carried.at;
    for (let at = from, hash = 0; at < text.length; at++) {
      const isWhole = at + KEY <= text.length;
      if (isWhole) hash = at > from ? rolled(hash, text, at) : hashAt(text, at);
      // Nearly every character.
      if (isWhole && this.#filter[bitOf(hash)] === 0 && text.charCodeAt(at) !== BRACKET) continue;
      const kept = text.charCodeAt(at) === BRACKET ? this.#keptAt(text, at) : 0;
      if (kept > 0) {
        at += kept - 1;
        hash = hashAt(text, at);
        continue;
      }
      const found = this.#foundAt(text, at, hash, from);
      const held = ending === "more" ? heldFrom(text, at, found, this.#isBeginning(text, at)) : null;
      if (held !== null) return { done: done + text.slice(from, held), rest: text.slice(held), unfinished: [] };
      const best = longest(text, found, ending);
      if (best === null) continue;
      done += text.slice(from, best.start) + (this.#names.get(best.form) ?? "");
      from = best.end;
      if (from === text.length) {
        const unfinished = found.filter(({ at, end, form }) => end === text.length && at < form.length);
        return { done, rest: "", unfinished: ending === "more" ? unfinished : [] };
      }
      at = from - 1;
    }
    return { done: done + text.slice(from), rest: "", unfinished: [] };
  }

  #keptAt(text: string, at: number): number {
    this.#kept.lastIndex = at;
    const found = this.#kept.exec(text)?.[0] ?? "";
    // Anybody may print the like of it, with a secret in the place of the name.
    return this.#marks.has(found) ? found.length : 0;
  }

  /** All that the text has here of any form, from `from` on at the earliest. */
  #foundAt(text: string, at: number, hash: number, from: number): Found[] {
    if (at + KEY > text.length || this.#filter[bitOf(hash)] === 0) return [];
    return (this.#places.get(hash) ?? []).flatMap((place): Found[] => {
      const length = alike(text, at, place.form, place.at);
      if (length < KEY) return [];
      let before = 0;
      while (at - before > from && before < place.at && text[at - before - 1] === place.form[place.at - before - 1]) {
        before++;
      }
      return [{ start: at - before, end: at + length, form: place.form, at: place.at + length }];
    });
  }

  /** Whether what is left of the text, less than is hashed, begins a form. */
  #isBeginning(text: string, at: number): boolean {
    if (at + KEY <= text.length) return false;
    const part = text.slice(at);
    return this.#byFirst.get(text[at])?.some((form) => form.startsWith(part)) ?? false;
  }
}

/** How much of the text goes on with what was unfinished before it. */
function goOn(text: string, before: Unfinished): { at: number; unfinished: Place[] } {
  const all = before.map(({ form, at }) => ({ form, at, length: alike(text, 0, form, at) }));
  const most = Math.max(0, ...all.map(({ length }) => length));
  const unfinished = all.filter(({ at, form, length }) => length === text.length && at + length < form.length)
    .map(({ at, form, length }) => ({ form, at: at + length }));
  return { at: most, unfinished };
}

/** Where what is not over yet begins, if what is found here may still become a form, or a piece that counts. */
function heldFrom(text: string, at: number, found: readonly Found[], isBeginning: boolean): number | null {
  if (isBeginning) return at;
  const open = found.filter((each) => each.end === text.length && each.at < each.form.length && !counts(each));
  return open.length === 0 ? null : Math.min(...open.map(({ start }) => start));
}

/** The whole of a form, or so much of a long one that it is no chance. */
function counts({ at, end, form, start }: Found): boolean {
  return end - start === form.length || (form.length > LONG && end - start >= PIECE && at > 0);
}

function longest(text: string, found: readonly Found[], ending: Ending): Found | null {
  const good = found.filter((each) => counts(each) || (ending === "cut" && isCut(text, each)));
  return good.reduce<Found | null>(
    (best, each) => best === null || each.end - each.start > best.end - best.start ? each : best,
    null,
  );
}

/** The beginning of a form, of which the end of the text has cut the rest. */
function isCut(text: string, { at, end, start }: Found): boolean {
  return end === text.length && at === end - start;
}

/** How many characters are the same. */
function alike(text: string, at: number, form: string, from: number): number {
  let length = 0;
  const most = Math.min(text.length - at, form.length - from);
  while (length < most && text.charCodeAt(at + length) === form.charCodeAt(from + length)) length++;
  return length;
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let i = at; i < at + KEY; i++) hash = (Math.imul(hash, BASE) + text.charCodeAt(i)) | 0;
  return hash;
}

/** From the hash one place before. */
function rolled(hash: number, text: string, at: number): number {
  const without = hash - Math.imul(text.charCodeAt(at - 1), DROPPED);
  return (Math.imul(without, BASE) + text.charCodeAt(at + KEY - 1)) | 0;
}

function bitOf(hash: number): number {
  return (hash ^ (hash >>> 16)) & FILTER_BITS;
}
