/**
 * Schemas of JSON values as plain tables: what a value must be, whether it is, and where it is not. A journal has a
 * million lines and the program runs without V8's optimizing compilers, without which a library for it took longer than
 * all else. Each is a JSON Schema, too, which names no more keys than are written: a reader ignores others.
 */

import { isRecord } from "./json.ts";
import { type JsonSchema, namedSchema, objectSchema, orNull } from "./json_schema.ts";

/** Where a value is not as it must be: the keys that lead there, what stands there (undefined: nothing), and what should. */
export interface Trouble {
  path: string[];
  found: unknown;
  wanted: string;
}

export interface Schema<T> {
  /** What a value must be, in words. */
  readonly wanted: string;
  is(value: unknown): boolean;
  /** The first place where a value does not fit. */
  trouble(value: unknown): Trouble | null;
  readonly json: JsonSchema;
  /** The type that it accepts; only for the compiler. */
  readonly type?: T;
}

/** A key of an object that may be missing. */
interface OptionalKey<T> {
  readonly optional: Schema<T>;
}

export type Infer<S> = S extends Schema<infer T> ? T : never;

type Entries = Readonly<Record<string, Schema<unknown> | OptionalKey<unknown>>>;
type Flat<T> = { [Key in keyof T]: T[Key] };
type ObjectOf<E extends Entries> = Flat<
  & { -readonly [Key in keyof E as E[Key] extends Schema<unknown> ? Key : never]: Infer<E[Key]> }
  & { -readonly [Key in keyof E as E[Key] extends OptionalKey<unknown> ? Key : never]?: TypeOfOptional<E[Key]> }
>;
type TypeOfOptional<K> = K extends OptionalKey<infer T> ? T : never;

export function value<T>(wanted: string, is: (value: unknown) => boolean, json: JsonSchema): Schema<T> {
  return { wanted, is, trouble: (found) => is(found) ? null : { path: [], found, wanted }, json };
}

export const text = value<string>("a string", (found) => typeof found === "string", { type: "string" });
export const flag = value<boolean>("true or false", (found) => typeof found === "boolean", { type: "boolean" });
export const yes = value<true>("true", (found) => found === true, { const: true });

/** `holds` must refuse numbers that are not finite. `range`: the same as keywords of JSON Schema. */
export function number(wanted: string, holds: (number: number) => boolean, range: JsonSchema): Schema<number> {
  return value(wanted, (found) => typeof found === "number" && holds(found), { type: "number", ...range });
}

/** The same, with a sentence about it in the JSON Schema. */
export function about<S extends Schema<unknown> | OptionalKey<unknown>>(description: string, schema: S): S {
  if ("optional" in schema) return { ...schema, optional: about(description, schema.optional) };
  return { ...schema, json: { ...schema.json, description } };
}

/** The same, which stands once in the JSON Schema, under this name. */
export function named<T>(name: string, schema: Schema<T>): Schema<T> {
  return { ...schema, json: namedSchema(name, schema.json) };
}

export function literal<const Word extends string>(word: Word): Schema<Word> {
  return value(JSON.stringify(word), (found) => found === word, { const: word });
}

export function oneOf<const Word extends string>(words: readonly Word[]): Schema<Word> {
  const all = new Set<unknown>(words);
  const wanted = `one of ${words.map((word) => JSON.stringify(word)).join(", ")}`;
  return value(wanted, (found) => all.has(found), { enum: words });
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  const wanted = `${schema.wanted}, or null`;
  return {
    wanted,
    is: (found) => found === null || schema.is(found),
    trouble: (found) => found === null ? null : within(schema.trouble(found), wanted),
    json: orNull(schema.json),
  };
}

/** If the value as a whole is wrong, the words are those of the schema around it. */
function within(trouble: Trouble | null, wanted: string): Trouble | null {
  return trouble === null || trouble.path.length > 0 ? trouble : { ...trouble, wanted };
}

export function optional<T>(schema: Schema<T>): OptionalKey<T> {
  return { optional: schema };
}

export function list<T>(items: Schema<T>): Schema<T[]> {
  return {
    wanted: "a list",
    is: (found) => Array.isArray(found) && found.every(items.is),
    trouble: (found) =>
      Array.isArray(found)
        ? firstIn(found.map((item, index) => [String(index), item]), items)
        : { path: [], found, wanted: "a list" },
    json: { type: "array", items: items.json },
  };
}

/** Names → values, whatever the names. */
export function mapOf<T>(values: Schema<T>): Schema<Record<string, T>> {
  const wanted = "an object";
  return {
    wanted,
    is: (found) => isRecord(found) && Object.values(found).every(values.is),
    trouble: (found) => isRecord(found) ? firstIn(Object.entries(found), values) : { path: [], found, wanted },
    json: { type: "object", additionalProperties: values.json },
  };
}

function firstIn(entries: readonly (readonly [string, unknown])[], schema: Schema<unknown>): Trouble | null {
  for (const [key, item] of entries) {
    const trouble = schema.trouble(item);
    if (trouble !== null) return { ...trouble, path: [key, ...trouble.path] };
  }
  return null;
}

/** Other keys are ignored. */
export function object<const E extends Entries>(entries: E): Schema<ObjectOf<E>> {
  const keys = Object.keys(entries);
  const fields = Object.entries(entries).map(([key, entry]) =>
    "optional" in entry ? { key, schema: entry.optional, isNeeded: false } : { key, schema: entry, isNeeded: true }
  );
  const needed = fields.map(({ isNeeded }) => isNeeded);
  const checks = fields.map(({ schema }) => schema.is);
  const is = (found: unknown): boolean => {
    if (!isRecord(found)) return false;
    for (let index = 0; index < keys.length; index++) {
      const item = found[keys[index] as string];
      if (item === undefined ? needed[index] : !checks[index]?.(item)) return false;
    }
    return true;
  };
  const trouble = (found: unknown): Trouble | null => {
    if (!isRecord(found)) return { path: [], found, wanted: "an object" };
    for (const { key, schema, isNeeded } of fields) {
      const item = found[key];
      if (item === undefined && !isNeeded) continue;
      const inner = schema.trouble(item);
      if (inner !== null) return { ...inner, path: [key, ...inner.path] };
    }
    return null;
  };
  const properties = Object.fromEntries(fields.map(({ key, schema }) => [key, schema.json]));
  const json = objectSchema(properties, keys.filter((_, nr) => needed[nr]));
  return { wanted: "an object", is, trouble, json };
}
