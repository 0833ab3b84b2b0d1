/** Reads numbers and switches from environment variables, and collects a sentence for each wrong value. Pure. */

export type Env = (name: string) => string | undefined;

export interface Knobs {
  /** Empty if it is not set. */
  text(name: string): string;
  /** On if the variable has any text. */
  flag(name: string): boolean;
  /** A number of 0 or more; null if it is not set. */
  amount(name: string): number | null;
  /** A whole number within the bounds; null if it is not set. */
  whole(name: string, min: number, max: number): number | null;
  /** Numbers of 0 or more, separated by commas; empty if it is not set. */
  amounts(name: string): readonly number[];
  /** One of the words; null if it is not set. */
  word<Word extends string>(name: string, words: readonly Word[]): Word | null;
  /** `NAME is …, it must be …`, in the order of reading. */
  readonly problems: readonly string[];
}

export function readKnobs(env: Env): Knobs {
  const problems: string[] = [];
  const text = (name: string) => env(name) ?? "";
  function read<Value>(name: string, value: (text: string) => Value | undefined, wanted: string): Value | null {
    if (text(name) === "") return null;
    const found = value(text(name));
    if (found === undefined) problems.push(`${name} is ${JSON.stringify(text(name))}, it must be ${wanted}`);
    return found ?? null;
  }
  return {
    text,
    flag: (name) => text(name) !== "",
    amount: (name) =>
      read(name, (given) => /^\d{1,7}(\.\d{1,6})?$/.test(given) ? Number(given) : undefined, "a number of 0 or more"),
    whole: (name, min, max) =>
      read(
        name,
        (given) => /^\d{1,7}$/.test(given) && Number(given) >= min && Number(given) <= max ? Number(given) : undefined,
        `a whole number from ${min} to ${max}`,
      ),
    amounts: (name) =>
      read(
        name,
        (given) =>
          /^\d{1,7}(\.\d{1,6})?(,\d{1,7}(\.\d{1,6})?)*$/.test(given) ? given.split(",").map(Number) : undefined,
        "numbers of 0 or more, separated by commas",
      ) ?? [],
    word: (name, words) => read(name, (given) => words.find((word) => word === given), words.join(" or ")),
    problems,
  };
}
