/**
 * Lists of samples and of probes. A long soak has a million of them, and as objects they would take four times the memory,
 * all of which is walked whenever garbage is collected: so a fold keeps them as columns of numbers, and makes an object of a
 * row when one is asked for. Whoever goes over all of them takes the columns. A plain array will do in the place of each list.
 */

/** What both can do. */
export interface Timed<T> extends Iterable<T> {
  readonly length: number;
  at(index: number): T | undefined;
  slice(from?: number, to?: number): T[];
  push(item: T): unknown;
}

/** How a key's values stand in a column of numbers: words by their place in a list of those that there are. */
type Kind = "number" | "flag" | "word";

/** The keys of a row in their order. `mayMiss`: null stands for a key that is not there, and not for null. */
export type Shape<T> = { readonly [Key in keyof T & string]-?: { kind: Kind; mayMiss?: true } };

const FIRST_ROWS = 8;
/** From here on a list grows by half of itself. */
const MANY_ROWS = 4096;
/** Up to so many, words are found by looking at each. */
const FEW_WORDS = 8;
const NONE = new Float64Array(0);

export class Rows<T extends object> implements Timed<T> {
  readonly #keys: readonly string[];
  readonly #kinds: readonly { kind: Kind; mayMiss?: true }[];
  readonly #words: string[] = [];
  #codes: Map<string, number> | null = null;
  /** Column after column, each as long as there is room for. NaN is null. */
  #data = NONE;
  #room = 0;
  #length = 0;

  constructor(shape: Shape<T>) {
    this.#keys = Object.keys(shape);
    this.#kinds = Object.values(shape);
  }

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#room) this.#grow();
    const row = item as Record<string, unknown>;
    for (let column = 0; column < this.#keys.length; column++) {
      this.#data[column * this.#room + this.#length] = this.#coded(row[this.#keys[column] as string]);
    }
    this.#length++;
  }

  at(index: number): T | undefined {
    const nr = index < 0 ? this.#length + index : index;
    if (nr < 0 || nr >= this.#length) return undefined;
    const row: Record<string, unknown> = {};
    this.#keys.forEach((key, column) => {
      const { kind, mayMiss } = this.#kinds[column] ?? { kind: "number" };
      const code = this.#data[column * this.#room + nr] as number;
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

  /** As an array, for whoever compares or prints evidence. */
  toJSON(): T[] {
    return this.slice();
  }

  /** The key's values as numbers, until something is added: NaN for null, 1 and 0 for flags, places in `words` for words. */
  column(key: keyof T & string): Float64Array {
    const start = this.#keys.indexOf(key) * this.#room;
    return this.#data.subarray(start, start + this.#length);
  }

  get words(): readonly string[] {
    return this.#words;
  }

  #coded(value: unknown): number {
    switch (typeof value) {
      case "number":
        return value;
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

  #grow(): void {
    const room = Math.max(FIRST_ROWS, Math.floor(this.#room * (this.#room < MANY_ROWS ? 2 : 1.5)));
    const data = new Float64Array(this.#keys.length * room);
    for (let column = 0; column < this.#keys.length; column++) {
      const start = column * this.#room;
      data.set(this.#data.subarray(start, start + this.#length), column * room);
    }
    this.#data = data;
    this.#room = room;
  }
}

/** The key's values of all rows as numbers: NaN where there is none, 1 and 0 for flags. Not to be kept, and not changed. */
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
