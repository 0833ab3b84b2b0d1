/**
 * Finds many forms in one text, in time that grows with the text and not with their number: by the hash of a few
 * characters (Rabin and Karp), and a look around each hit. Lines may be broken in them and signs escaped. A long enough
 * piece of a long form counts, since logs are cut, and so does a part of any form next to an ellipsis. Pure.
 */

import { alikeBefore, alikeFrom } from "./alike.ts";
import { EscapedText, mayBeginEscape } from "./escapes.ts";
import { mayBeStamp, mayBreak } from "./line_breaks.ts";
import { SHORTEST_SECRET } from "./secrets.ts";

/** How many characters are hashed: if a form of seven or more is broken in two anywhere, one part has as many. */
const KEY = 4;
/** Pieces of a form that is longer than LONG are found too, if they have PIECE characters. */
const LONG = 64;
const PIECE = 40;
/**
 * The distance between the places where a piece of a long form may be found; larger for the longest forms, so that they
 * stay few.
 */
const STRIDE = 16;
const MOST_PLACES = 4096;

/** How many places of a form may have the same hash: letters in hexadecimal digits have few hashes. */
const MOST_ALIKE = 256;

const BASE = 0x01000193;
const DROPPED = Array.from({ length: KEY - 1 }).reduce<number>((product) => Math.imul(product, BASE), 1);
const FILTER_BITS = 0xffff;
const BRACKET = "[".charCodeAt(0);
/** For each ASCII character, whether a mark or an ellipsis may begin with it, as it is or escaped. */
const MAY_BEGIN = Uint8Array.from({ length: 0x80 }, (_, code) => "[.\\&%".includes(String.fromCharCode(code)) ? 1 : 0);
/** How many readings of the first characters after an ellipsis are searched for. */
const MOST_KEYS = 8;

/** In characters, or in bytes. */
const LONGEST_ELLIPSIS = 3;

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
  /** Where in the form the stretch begins and ends. */
  first: number;
  last: number;
}

/** What follows the text: more of it, nothing, or nothing since it was cut short. */
export type Ending = "more" | "end" | "cut";

/** The forms that the text before ended in the middle of, and where in them. */
export type Unfinished = readonly Place[];

export interface Cleaned {
  done: string;
  /** Text that is not decided yet: to be passed again with what follows. Empty unless there is more. */
  rest: string;
  unfinished: Unfinished;
}

export interface MatcherOptions {
  /**
   * The form of the marks that replace a secret, as a sticky expression that begins with `[`. A mark is never searched.
   */
  kept: RegExp;
  /** Whether each character is a byte of UTF-8. */
  asBytes?: boolean;
}

export class SecretMatcher {
  readonly #names: ReadonlyMap<string, string>;
  readonly #places = new Map<number, Place[]>();
  readonly #byFirst: Map<string | undefined, string[]>;
  /** Whether a hash may be among the places: mostly it is not, and a look here is cheap. */
  readonly #filter = new Uint8Array(FILTER_BITS + 1);
  readonly #kept: RegExp;
  readonly #asBytes: boolean;
  readonly #ellipses: readonly string[];
  readonly #marks: ReadonlySet<string>;
  /** Places near the ends of all forms, made when the first ellipsis is met. */
  #tails: Map<number, Place[]> | null = null;

  /** `names`: form → the mark that is put in its place. */
  constructor(names: ReadonlyMap<string, string>, { asBytes = false, kept }: MatcherOptions) {
    this.#names = names;
    this.#marks = new Set(names.values());
    this.#kept = kept;
    this.#asBytes = asBytes;
    this.#ellipses = ["...", asBytes ? "\xe2\x80\xa6" : "\u2026"];
    this.#byFirst = Map.groupBy(names.keys(), (form) => form[0]);
    for (const form of names.keys()) {
      for (const at of placesIn(form)) this.#add({ form, at });
    }
  }

  #add(place: Place): void {
    const hash = hashAt(place.form, place.at);
    const places = this.#places.get(hash);
    this.#filter[bitOf(hash)] = 1;
    if (places === undefined) this.#places.set(hash, [place]);
    else if (isWorthwhile(place, places)) places.push(place);
  }

  /**
   * The text with a mark in the place of each form. `before`: the forms that the text before ended in the middle of.
   */
  clean(text: string, ending: Ending, before: Unfinished = []): Cleaned {
    const escaped = new EscapedText(text, this.#asBytes);
    const carried = goOn(escaped, before);
    if (carried.unfinished.length > 0) {
      const rest = ending === "more" ? text.slice(carried.at) : "";
      return { done: "", rest, unfinished: ending === "more" ? carried.unfinished : [] };
    }
    let done = "";
    let from = carried.at;
    for (let at = from, hash = 0; at < text.length; at++) {
      const isWhole = at + KEY <= text.length;
      if (isWhole) hash = at > from ? rolled(hash, text, at) : hashAt(text, at);
      const code = text.charCodeAt(at);
      // Nearly every character.
      if (isWhole && this.#filter[bitOf(hash)] === 0 && code < 0x80 && MAY_BEGIN[code] === 0) continue;
      const kept = code === BRACKET ? this.#keptAt(text, at) : 0;
      if (kept > 0) {
        at += kept - 1;
        hash = hashAt(text, at);
        continue;
      }
      const found = [...this.#foundAt(escaped, at, hash, from), ...this.#tailsAt(escaped, at)];
      const held = ending === "more" ? this.#heldFrom(escaped, at, found) : null;
      if (held !== null) return { done: done + text.slice(from, held), rest: text.slice(held), unfinished: [] };
      const best = this.#longest(escaped, found, ending);
      if (best === null) continue;
      done += text.slice(from, best.start) + (this.#names.get(best.form) ?? "");
      from = best.end;
      const unfinished = ending === "more" ? found.filter((each) => each.end === from && isOpen(text, each)) : [];
      if (unfinished.length > 0 || from === text.length) {
        return { done, rest: text.slice(from), unfinished: unfinished.map(({ form, last }) => ({ form, at: last })) };
      }
      at = from - 1;
    }
    const end = ending === "more" ? escapesFrom(text, from) : text.length;
    return { done: done + text.slice(from, end), rest: text.slice(end), unfinished: [] };
  }

  #keptAt(text: string, at: number): number {
    this.#kept.lastIndex = at;
    const found = this.#kept.exec(text)?.[0] ?? "";
    // Anybody may print something like a mark, with a secret in the place of the name.
    return this.#marks.has(found) ? found.length : 0;
  }

  /** All stretches of the text here that are of any form, and begin at `from` at the earliest. */
  #foundAt(escaped: EscapedText, at: number, hash: number, from: number): Found[] {
    const { text } = escaped;
    if (at + KEY > text.length || this.#filter[bitOf(hash)] === 0) return [];
    return (this.#places.get(hash) ?? []).flatMap((place): Found[] => {
      if (!text.startsWith(place.form.slice(place.at, place.at + KEY), at)) return [];
      const { end, last } = alikeFrom(escaped, at, place.form, place.at);
      const { first, start } = alikeBefore(escaped, at, place.form, place.at, from);
      return [{ start, end, form: place.form, first, last }];
    });
  }

  /** After an ellipsis: the end of a form whose middle was left out. */
  #tailsAt(escaped: EscapedText, dots: number): Found[] {
    const start = this.#ellipsisFrom(escaped, dots);
    if (start === null) return [];
    return keysAt(escaped, start).flatMap((key) => this.#tailPlaces().get(hashAt(key, 0)) ?? []).flatMap(
      ({ at, form }): Found[] => {
        const { end, last } = alikeFrom(escaped, start, form, at);
        if (last === form.length) return [{ start, end, form, first: at, last }];
        // The rest may follow, which only the ellipsis shows to be of the form.
        return isOpen(escaped.text, { end, form, last }) ? [{ start: dots, end, form, first: at, last }] : [];
      },
    );
  }

  /** Where an ellipsis ends that begins there; null if none does. */
  #ellipsisFrom(escaped: EscapedText, at: number): number | null {
    for (const ellipsis of this.#ellipses) {
      const isFirst = escaped.text[at] === ellipsis[0] ||
        escaped.readingsAt(at).some(({ value }) => value !== "" && ellipsis.startsWith(value));
      if (!isFirst) continue;
      const { end, last } = alikeFrom(escaped, at, ellipsis, 0);
      if (last === ellipsis.length) return end;
    }
    return null;
  }

  #tailPlaces(): Map<number, Place[]> {
    if (this.#tails !== null) return this.#tails;
    this.#tails = new Map();
    for (const form of this.#names.keys()) {
      for (let at = Math.max(1, form.length - LONG); at <= form.length - SHORTEST_SECRET; at++) {
        const hash = hashAt(form, at);
        const places = this.#tails.get(hash);
        if (places === undefined) this.#tails.set(hash, [{ form, at }]);
        else places.push({ form, at });
      }
    }
    return this.#tails;
  }

  /** Where the undecided text begins, if what is found here may still become a form, or a piece that counts. */
  #heldFrom(escaped: EscapedText, at: number, found: readonly Found[]): number | null {
    const { text } = escaped;
    if (this.#isBeginning(text, at) || this.#mayElide(escaped, at)) return at;
    const open = found.filter((each) => isOpen(text, each) && !counts(each));
    return open.length === 0 ? null : Math.min(...open.map(({ start }) => start));
  }

  /** Whether the rest of the text may be an ellipsis, or is too short after one to decide. */
  #mayElide(escaped: EscapedText, at: number): boolean {
    const { text } = escaped;
    const start = this.#ellipsisFrom(escaped, at);
    if (start !== null) return start + KEY > text.length;
    return text.length - at < LONGEST_ELLIPSIS && this.#ellipses.some((each) => each.startsWith(text.slice(at)));
  }

  /** Whether the rest of the text, if it is too short to be hashed, begins a form. */
  #isBeginning(text: string, at: number): boolean {
    if (at + KEY <= text.length) return false;
    const part = text.slice(at);
    return this.#byFirst.get(text[at])?.some((form) => form.startsWith(part)) ?? false;
  }

  #longest(escaped: EscapedText, found: readonly Found[], ending: Ending): Found | null {
    const good = found.filter((each) =>
      counts(each) || this.#isElided(escaped, each) || (ending === "cut" && isCut(escaped.text, each))
    );
    return good.reduce<Found | null>(
      (best, each) => best === null || each.end - each.start > best.end - best.start ? each : best,
      null,
    );
  }

  /**
   * Whether it is the beginning of a form, with an ellipsis for the rest after it, or the end of one after an ellipsis.
   */
  #isElided(escaped: EscapedText, { end, first, form, last, start }: Found): boolean {
    if (last - first < SHORTEST_SECRET) return false;
    return (first === 0 && this.#ellipsisFrom(escaped, end) !== null) ||
      (last === form.length &&
        this.#ellipses.some((each) => alikeBefore(escaped, start, each, each.length, 0).first === 0));
  }
}

/** What the first characters there may stand for, as many as are hashed. */
function keysAt(escaped: EscapedText, start: number): string[] {
  let keys = [{ key: "", at: start }];
  for (let nr = 0; nr < KEY; nr++) {
    keys = keys.flatMap(({ at, key }) => {
      if (key.length >= KEY || at >= escaped.text.length) return [{ key, at }];
      const readings = escaped.readingsAt(at).map(({ end, value }) => ({ key: key + value, at: end }));
      return [{ key: key + escaped.text[at], at: at + 1 }, ...readings];
    }).slice(0, MOST_KEYS);
  }
  return [...new Set(keys.map(({ key }) => key.slice(0, KEY)).filter((key) => key.length === KEY))];
}

/** How much of the text continues what was unfinished before it, and what is still unfinished. */
function goOn(escaped: EscapedText, before: Unfinished): { at: number; unfinished: Place[] } {
  const all = before.map(({ at, form }) => ({ form, ...alikeFrom(escaped, 0, form, at) }));
  const most = Math.max(0, ...all.map(({ end }) => end));
  const unfinished = all.filter((each) => each.end === most && isOpen(escaped.text, each))
    .map(({ form, last }) => ({ form, at: last }));
  return { at: most, unfinished };
}

/** If a form of seven or more characters is broken in two anywhere, one of its first two places is whole. */
function placesIn(form: string): number[] {
  if (form.length <= LONG) return [...new Set([0, Math.min(KEY, form.length - KEY)])];
  const stride = Math.max(STRIDE, Math.ceil(form.length / MOST_PLACES));
  const count = Math.floor((form.length - PIECE) / stride) + 1;
  return [0, KEY, ...Array.from({ length: count }, (_, nr) => nr * stride).slice(1)];
}

/** One place stands for all of a form that repeats itself. */
function isWorthwhile({ at, form }: Place, places: readonly Place[]): boolean {
  const own = places.filter((each) => each.form === form);
  const piece = form.slice(at, at + PIECE);
  return own.length < MOST_ALIKE && !own.some((each) => form.startsWith(piece, each.at));
}

/** Whether the text that follows may continue the stretch. */
function isOpen(text: string, { end, form, last }: { end: number; form: string; last: number }): boolean {
  if (last >= form.length) return false;
  return end === text.length || mayBreak(text, end) || (form[last - 1] === "\n" && mayBeStamp(text, end)) ||
    mayBeginEscape(text, end) ||
    /^\.{1,2}$/.test(text.slice(end, end + 3));
}

/** Whether it is the whole of a form, or so much of a long one that it cannot be chance. */
function counts({ first, form, last }: Found): boolean {
  return last - first === form.length || (form.length > LONG && last - first >= PIECE && last > 0);
}

/** Whether it is the beginning of a form that the end of the text has cut. */
function isCut(text: string, { end, first, last }: Found): boolean {
  return end === text.length && first === 0 && last >= SHORTEST_SECRET;
}

/** How far back a word with escapes may begin that continues after the text's end. */
const LONGEST_HELD = 256;

/** Where the last word begins, if it has escapes: its end may show that it is a secret. Otherwise the text's end. */
function escapesFrom(text: string, from: number): number {
  const least = Math.max(from, text.length - LONGEST_HELD);
  const word = /[^\s]*$/.exec(text.slice(least))?.[0] ?? "";
  return /[\\&%]/.test(word) && word.length < text.length - least ? text.length - word.length : text.length;
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
