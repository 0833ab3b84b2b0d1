/**
 * How a value that the user gave appears in a message: strings in quotes, control characters escaped, long ones cut.
 * Never looks inside a list or a mapping, which may be huge or refer to itself.
 */

const LONGEST = 60;

/**
 * Characters that a terminal would obey rather than show, and that JSON does not escape: C1 controls, line separators,
 * text direction.
 */
const INVISIBLE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The value as a message names it: `"1e3"`, `200`, `true`, `empty`, `a list`, `a mapping`. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return String(value);
  const cut = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  return JSON.stringify(cut).replaceAll(INVISIBLE, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
