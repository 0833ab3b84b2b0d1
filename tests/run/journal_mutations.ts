/** Journals with one structural edit each, by seed: as somebody might make them, or a disk, or a program of another version. */

import { chained } from "../../lib/record/lines/chain.ts";
import { random } from "../fakes/random.ts";

/** What becomes of the hashes: kept as they were, made anew over what was changed, or left out. */
export type Hashes = "kept" | "made anew" | "left out";

export interface Mutation {
  text: string;
  hashes: Hashes;
  /** Whether nothing but the end was cut off. */
  isCut: boolean;
}

type Line = Record<string, unknown>;

const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e9,
  1e14,
  -1e14,
  1e300,
  "",
  "x",
  "constructor",
  "__proto__",
  "toString",
  "\u0000\u001b[31m\uD800",
  "2025-12-22T21:51:00Z",
  [],
  {},
  [[]],
  [null],
  { a: { b: 1 } },
  [1, "x"],
  "y".repeat(5000),
];

/** Numbers that JSON has and JavaScript does not, or only just. */
const NUMBERS = ["1e999", "-1e999", "1e-400", "123456789012345678901234567890", "-0"];

export function mutated(lines: readonly object[], seed: number): Mutation {
  const next = random(seed);
  const hashes = pick(next, ["kept", "made anew", "made anew", "left out"] as const);
  const texts = lines.map((line) => JSON.stringify(line));
  const whole = hashes === "left out" ? texts : [...chained(texts)];
  if (next() < 0.08) return { text: cut(next, whole), hashes, isCut: true };
  const changed = next() < 0.3 ? moved(next, hashes === "kept" ? whole : texts) : edited(next, lines, whole, hashes);
  const all = hashes === "made anew" ? [...chained(changed)] : changed;
  return { text: all.map((line) => `${line}\n`).join(""), hashes, isCut: false };
}

function pick<T>(next: () => number, from: readonly T[]): T {
  return from[Math.floor(next() * from.length)] as T;
}

function cut(next: () => number, lines: readonly string[]): string {
  const text = lines.map((line) => `${line}\n`).join("");
  return text.slice(0, Math.floor(next() * (text.length - 2)) + 1);
}

/** Lines taken out, doubled, swapped, put elsewhere. */
function moved(next: () => number, lines: readonly string[]): string[] {
  const at = () => Math.floor(next() * lines.length);
  const [one, other] = [at(), at()];
  const line = lines[one] ?? "";
  const type = /"type":"(\w+)"/.exec(line)?.[1] ?? "";
  return pick(next, [
    () => lines.toSpliced(one, 1),
    () => lines.toSpliced(one, 0, line),
    () => lines.with(one, lines[other] ?? "").with(other, line),
    () => lines.toSpliced(one, 1).toSpliced(other, 0, line),
    () => lines.toSpliced(Math.min(one, other), Math.abs(one - other)),
    () => lines.filter((each) => !each.includes(`"type":"${type}"`)),
    () => [lines[0] ?? "", lines.at(-1) ?? ""],
    () => lines.toReversed(),
    () => [...lines, ...lines],
  ])();
}

/** One value of one line, or a name wherever it stands. */
function edited(next: () => number, lines: readonly object[], whole: readonly string[], hashes: Hashes): string[] {
  const all = lines.map((line) => structuredClone(line) as Line);
  const index = next() < 0.3 ? 0 : Math.floor(next() * all.length);
  const line = all[index] ?? {};
  if (next() < 0.1) return renamed(next, hashes === "kept" ? whole : all.map((each) => JSON.stringify(each)));
  let text = "";
  if (next() < 0.1) text = JSON.stringify(line).replace(/:-?\d+(\.\d+)?/, `:${pick(next, NUMBERS)}`);
  else {
    edit(next, line);
    text = JSON.stringify(line);
  }
  if (hashes !== "kept") return all.map((each, nr) => nr === index ? text : JSON.stringify(each));
  const hash = /,"h":"\w+"}$/.exec(whole[index] ?? "")?.[0] ?? "}";
  return whole.with(index, `${text.slice(0, -1)}${hash}`);
}

function renamed(next: () => number, lines: readonly string[]): string[] {
  const names = [...lines.join("").matchAll(/"(?:module|service|container|containerId|file)":("[^"]*")/g)];
  const name = pick(next, names)?.[1] ?? '"switch"';
  return lines.map((line) =>
    line.replaceAll(name, JSON.stringify(pick(next, ["constructor", "__proto__", "toString", ""])))
  );
}

/** Goes down into the value by chance, and changes what it comes to. */
function edit(next: () => number, parent: Line | unknown[]): void {
  const keys = Object.keys(parent);
  const key = pick(next, keys);
  const at = parent as Line;
  if (key === undefined) return;
  const value = at[key];
  if (typeof value === "object" && value !== null && Object.keys(value).length > 0 && next() < 0.8) {
    return edit(next, value as Line | unknown[]);
  }
  pick(next, [
    () => void delete at[key],
    () => void (at[key] = pick(next, ODD)),
    () => void (at[key] = pick(next, ODD)),
    () => void (at[key] = [value]),
    () => void (at[key] = { [key]: value }),
    () => void (at[pick(next, [`${key}x`, "constructor", "type", "h"])] = value),
    () => void (at[key] = typeof value === "number" ? value * pick(next, [-1, 1e6, 1e12, 0.001]) : String(value)),
  ])();
}
