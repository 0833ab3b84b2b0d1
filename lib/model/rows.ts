/**
 * Lists of samples and of probes. A long soak has a million of them. As objects they would take four times the memory,
 * all of which every garbage collection walks; so a fold keeps them as columns of numbers, and makes an object of a row
 * only on request. Code that goes over all rows uses the columns. A plain array can take the place of each list. A
 * column that has had only one value, as most have, is that value.
 */

/** What `Rows` and arrays have in common. */
export interface Timed<T> extends Iterable<T> {
  readonly length: number;
  at(index: number): T | undefined;
  slice(from?: number, to?: number): T[];
  push(item: T): unknown;
}

/** How a key's values are kept in a column of numbers; words by their place in the list of all words. */
type Kind = "number" | "flag" | "word";

/** The keys of a row in their order. `mayMiss`: no value means that the key is missing, and not null. */
export type Shape<T> = { readonly [Key in keyof T & string]-?: { kind: Kind; mayMiss?: true } };

const FIRST_ROWS = 8;
/** From here on a list grows by half of itself. */
const MANY_ROWS = 4096;
/** Up to this many words, a word is found by comparing each. */
const FEW_WORDS = 8;
const NONE = new Float64Array(0);
const NO_SLOT = -1;

export class Rows<T extends object> implements Timed<T> {
  readonly #keys: readonly string[];
  readonly #kinds: readonly { kind: Kind; mayMiss?: true }[];
  readonly #words: string[] = [];
  #codes: Map<string, number> | null = null;
  /** For each column, its place in `#data`, if it has one, and the one value that it had until then. NaN is null. */
  readonly #slots: number[];
  readonly #same: number[];
  #slotCount = 0;
  /** Slot after slot, each with room for `#room` rows. */
  #data = NONE;
  #room = 0;
  #length = 0;

  constructor(shape: Shape<T>) {
    const { keys, kinds } = listsOf(shape);
    this.#keys = keys;
    this.#kinds = kinds;
    this.#slots = this.#keys.map(() => NO_SLOT);
    this.#same = this.#keys.map(() => Number.NaN);
  }

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#room) this.#grow(roomAfter(this.#room));
    const row = item as Record<string, unknown>;
    const keys = this.#keys;
    const nr = this.#length;
    for (let column = 0; column < keys.length; column++) {
      const value = row[keys[column] as string];
      const code = typeof value === "number" ? value : this.#coded(value);
      let slot = this.#slots[column] as number;
      if (slot === NO_SLOT) {
        if (nr === 0) this.#same[column] = code;
        if (Object.is(this.#same[column], code)) continue;
        slot = this.#addSlot(column);
      }
      this.#data[slot * this.#room + nr] = code;
    }
    this.#length++;
  }

  /** Frees the room for more rows: for lists that get none, or few. */
  trim(): void {
    if (this.#room > this.#length) this.#grow(this.#length);
  }

  at(index: number): T | undefined {
    const nr = index < 0 ? this.#length + index : index;
    if (nr < 0 || nr >= this.#length) return undefined;
    const row: Record<string, unknown> = {};
    this.#keys.forEach((key, column) => {
      const { kind, mayMiss } = this.#kinds[column] ?? { kind: "number" };
      const code = this.#codeAt(column, nr);
      if (Number.isNaN(code)) {
        if (mayMiss !== true) row[key] = null;
      } else row[key] = kind === "word" ? this.#words[code] : kind === "flag" ? code === 1 : code;
    });
    return row as T;
  }

  slice(from = 0, to = this.#length): T[] {
    const place = (at: number) => Math.min(Math.max(at < 0 ? this.#length + at : at, 0), this.#length);
    const items: T[] = [];
    for (let nr = place(from); nr < place(to); nr++) items.push(this.at(nr) as T);
    return items;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let nr = 0; nr < this.#length; nr++) yield this.at(nr) as T;
  }

  /** As an array, for code that compares or prints evidence. */
  toJSON(): T[] {
    return this.slice();
  }

  /**
   * The key's values as numbers: NaN for null, 1 and 0 for flags, places in `words` for words. Valid until a row is
   * added.
   */
  column(key: keyof T & string): Float64Array {
    const column = this.#keys.indexOf(key);
    const slot = this.#slots[column] as number;
    if (slot === NO_SLOT) return filledWith(this.#same[column] as number, this.#length);
    return this.#data.subarray(slot * this.#room, slot * this.#room + this.#length);
  }

  /** The value that the key has in all rows; undefined if it has several, or there are no rows. */
  same(key: keyof T & string): number | undefined {
    const column = this.#keys.indexOf(key);
    return this.#slots[column] === NO_SLOT && this.#length > 0 ? this.#same[column] : undefined;
  }

  get words(): readonly string[] {
    return this.#words;
  }

  #codeAt(column: number, nr: number): number {
    const slot = this.#slots[column] as number;
    return (slot === NO_SLOT ? this.#same[column] : this.#data[slot * this.#room + nr]) as number;
  }

  #coded(value: unknown): number {
    switch (typeof value) {
      case "boolean":
        return value ? 1 : 0;
      case "string":
        return this.#codeOf(value);
      default:
        return Number.NaN;
    }
  }

  #codeOf(word: string): number {
    const known = this.#codes === null ? this.#words.indexOf(word) : this.#codes.get(word) ?? -1;
    if (known >= 0) return known;
    const code = this.#words.push(word) - 1;
    if (this.#codes !== null) this.#codes.set(word, code);
    else if (code >= FEW_WORDS) this.#codes = new Map(this.#words.map((each, place) => [each, place]));
    return code;
  }

  /** For a column that gets a second value. */
  #addSlot(column: number): number {
    const slot = this.#slotCount++;
    this.#slots[column] = slot;
    this.#grow(this.#room);
    this.#data.fill(this.#same[column] as number, slot * this.#room, slot * this.#room + this.#length);
    return slot;
  }

  /** Makes room for this many rows in every slot. */
  #grow(room: number): void {
    const data = new Float64Array(this.#slotCount * room);
    const kept = Math.min(room, this.#room);
    for (let start = 0, to = 0; start < this.#data.length; start += this.#room, to += room) {
      data.set(this.#data.subarray(start, start + kept), to);
    }
    this.#data = data;
    this.#room = room;
  }
}

/** Shared columns of NaN, 0 and 1, which are common: each is part of one that is as long as the longest. */
const filled = new Map<number, Float64Array>([Number.NaN, 0, 1].map((value) => [value, NONE]));

function filledWith(value: number, length: number): Float64Array {
  const known = filled.get(value);
  if (known !== undefined && known.length >= length && !Object.is(value, -0)) return known.subarray(0, length);
  const made = new Float64Array(length).fill(value);
  if (known !== undefined && !Object.is(value, -0)) filled.set(value, made);
  return made;
}

interface Lists {
  keys: readonly string[];
  kinds: readonly { kind: Kind; mayMiss?: true }[];
}

/** Each window of a run has rows of the same few shapes. */
const lists = new WeakMap<object, Lists>();

function listsOf(shape: object): Lists {
  const known = lists.get(shape) ?? { keys: Object.keys(shape), kinds: Object.values(shape) };
  lists.set(shape, known);
  return known;
}

function roomAfter(room: number): number {
  return Math.max(FIRST_ROWS, Math.floor(room * (room < MANY_ROWS ? 2 : 1.5)));
}

/** For lists that get nothing more, or little. */
export function trimRows(list: Timed<object>): void {
  if (list instanceof Rows) list.trim();
}

/** The one value, as a number, that the key has in all rows, if that is known without going over them. */
export function sameOf<T extends object>(list: Timed<T>, key: keyof T & string): number | undefined {
  return list instanceof Rows ? list.same(key) : undefined;
}

/**
 * The key's values of all rows as numbers: NaN if there is none, 1 and 0 for flags. Do not keep or change the result.
 */
export function numbersOf<T extends object>(list: Timed<T>, key: keyof T & string): Float64Array {
  if (list instanceof Rows) return list.column(key);
  return Float64Array.from(list, (item) => {
    const value = item[key];
    return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : Number.NaN;
  });
}

/** The key's words, each once, and for each row which one it has. */
export function wordsOf<T extends object>(
  list: Timed<T>,
  key: keyof T & string,
): { words: readonly string[]; places: Float64Array } {
  if (list instanceof Rows) return { words: list.words, places: list.column(key) };
  const codes = new Map<unknown, number>();
  const places = Float64Array.from(list, (item) => {
    const place = codes.get(item[key]) ?? codes.size;
    codes.set(item[key], place);
    return place;
  });
  return { words: [...codes.keys()].map(String), places };
}
