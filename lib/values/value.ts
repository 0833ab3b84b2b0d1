/**
 * A value of a config file with the path of its key, and the readers that turn it into a typed value or fail with a
 * usage Failure that names the path, the value seen and the expected one. No key of the file is used to look anything
 * up in an object: keys are only compared, and kept in a Map.
 */

import { type Failure, usageFailure } from "../model/failure.ts";
import { nameHint, nearest } from "../text/nearest.ts";
import { shown } from "../text/shown.ts";

export interface ConfigValue {
  /** The file as the user named it, for messages. */
  file: string;
  /** Place in the file: `modules.switch.health[0].port`; empty for the whole file. */
  path: string;
  value: unknown;
}

/** The place as a message names it. */
export function placeOf({ file, path }: ConfigValue): string {
  return path === "" ? `Config ${shown(file)}` : `Config ${shown(file)}: ${path}`;
}

/** The failure for a value that is not the wanted one. */
export function wrongValue(at: ConfigValue, wanted: string, next = ""): Failure {
  return usageFailure(`${placeOf(at)} is ${shown(at.value)}, it must be ${wanted}`, next);
}

/**
 * Key → value, in the order of the file. If `known` is given, only its keys may occur, and those of `alsoKnown`, which
 * messages do not offer. Keys that begin with `x-` are the user's own, such as for YAML anchors, and are left out.
 */
export function readMapping(
  at: ConfigValue,
  known?: readonly string[],
  alsoKnown: readonly string[] = [],
): Map<string, ConfigValue> {
  const entries = readEntries(at, known).filter(([key]) => !key.startsWith("x-"));
  for (const [key, entry] of entries) {
    if (known === undefined || known.includes(key) || alsoKnown.includes(key)) continue;
    throw usageFailure(
      `Config ${shown(at.file)}: unknown key ${entry.path}`,
      nameHint(key, known, "Keys"),
    );
  }
  return new Map(entries);
}

/** All keys with their values, in the order of the file, of a mapping whose keys are the user's: no name of one means anything here. */
export function readEntries(at: ConfigValue, known?: readonly string[]): [key: string, value: ConfigValue][] {
  if (typeof at.value !== "object" || at.value === null || Array.isArray(at.value)) {
    throw wrongValue(at, "a mapping", known === undefined ? "" : `Keys: ${known.join(", ")}`);
  }
  const given = Object.entries(at.value);
  // The YAML parser writes a mapping that is used as a key this way, also within a list.
  if (given.some(([key]) => key.includes("[object Object]"))) {
    throw usageFailure(
      `${placeOf(at)} has a mapping as a key, it must be a text`,
      "Correct the `?` or the brackets before the colon",
    );
  }
  return given.map(([key, value]) => [key, keyIn(at, key, value)]);
}

/** The value of a key, in a mapping or below it. */
export function keyIn({ file, path }: ConfigValue, key: string, value: unknown): ConfigValue {
  return { file, path: path === "" ? keyText(key) : `${path}.${keyText(key)}`, value };
}

function keyText(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : shown(key);
}

/** Throws a usage Failure that names the missing keys, and all that are required. */
export function requireKeys(at: ConfigValue, keys: ReadonlyMap<string, ConfigValue>, names: readonly string[]): void {
  const missing = names.filter((name) => !keys.has(name));
  if (missing.length === 0) return;
  const [last = "", ...before] = [...names].reverse();
  const all = before.length === 0 ? last : `${before.reverse().join(", ")} and ${last}`;
  throw usageFailure(`${placeOf(at)} lacks ${missing.join(", ")}`, `Give ${all}`);
}

/** The value of a required key, which `requireKeys` has checked. */
export function keyOf(keys: ReadonlyMap<string, ConfigValue>, name: string): ConfigValue {
  const found = keys.get(name);
  if (found === undefined) throw new Error(`the key "${name}" was required`);
  return found;
}

export function readList(at: ConfigValue, of: string): ConfigValue[] {
  if (!Array.isArray(at.value)) throw wrongValue(at, `a list of ${of}`);
  return at.value.map((value: unknown, index) => ({ file: at.file, path: `${at.path}[${index}]`, value }));
}

/** A list in which no text occurs twice. */
export function readTexts(at: ConfigValue, of: string, readOne: (item: ConfigValue) => string): string[] {
  const texts: string[] = [];
  for (const item of readList(at, of)) {
    const text = readOne(item);
    if (texts.includes(text)) {
      throw usageFailure(`${placeOf(item)} is ${shown(text)}, which is in the list already`, "Remove one of the two");
    }
    texts.push(text);
  }
  return texts;
}

export function readText(at: ConfigValue, wanted: string, valid: (text: string) => boolean): string {
  if (typeof at.value !== "string" || !valid(at.value)) throw wrongValue(at, wanted);
  return at.value;
}

export interface NumberRange {
  min: number;
  max: number;
  whole: boolean;
  /** What to do if a number is refused. */
  next?: string;
}

/** A number in the range; the text "5" is no number. */
export function readNumber(at: ConfigValue, { min, max, whole, next }: NumberRange): number {
  const { value } = at;
  // NaN fails every comparison.
  if (typeof value === "number" && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw wrongValue(at, `a ${whole ? "whole " : ""}number from ${min} to ${max}`, next);
}

export const PORT: NumberRange = { min: 1, max: 65535, whole: true };

/** The required key `port`. */
export function readPort(keys: ReadonlyMap<string, ConfigValue>): number {
  return readNumber(keyOf(keys, "port"), PORT);
}

export function readBoolean(at: ConfigValue): boolean {
  if (typeof at.value !== "boolean") throw wrongValue(at, "true or false");
  return at.value;
}

export function readChoice<Name extends string>(at: ConfigValue, names: readonly Name[]): Name {
  const choice = names.find((name) => name === at.value);
  if (choice !== undefined) return choice;
  const near = typeof at.value === "string" ? nearest(at.value, names) : undefined;
  throw wrongValue(at, `one of ${names.join(", ")}`, near === undefined ? "" : `Did you mean ${shown(near)}?`);
}
