/**
 * JSON as people read it, on fewer lines than `JSON.stringify` takes: what has nothing nested in it stands on one, so that a
 * list of latencies is not a page. Pure.
 */

import { visibleInJson } from "./escape.ts";

/** In columns, with the indent; what is longer takes a line for each of its items. */
const LONGEST = 120;

/** A value as people and programs read it. Control and bidi characters of foreign text come as `\u` escapes. */
export function readableJson(value: object): string {
  return [...readableJsonPieces(value)].join("");
}

/** Lines are put together to pieces of so many characters. */
const PIECE_CHARS = 16 * 1024;

/**
 * The same in pieces of whole lines: of a long run, the whole text and what is needed to make it would take several times
 * the memory of all that is told in it.
 */
export function* readableJsonPieces(value: object): Generator<string> {
  let piece = "";
  for (const line of linesOf(value, { indent: "", lead: "", comma: "" })) {
    piece += `${line}\n`;
    if (piece.length < PIECE_CHARS) continue;
    yield visibleInJson(piece);
    piece = "";
  }
  yield visibleInJson(piece);
}

/** What stands around a value: spaces, its key with a colon, and what follows it. */
interface Around {
  indent: string;
  lead: string;
  comma: string;
}

function* linesOf(value: unknown, { comma, indent, lead }: Around): Generator<string> {
  if (!isNested(value)) return yield `${indent}${lead}${scalar(value)}${comma}`;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const numbers = Array.isArray(value) ? inNumbers(value) : null;
  if (numbers !== null) return yield `${indent}${lead}[${numbers}]${comma}`;
  const items = itemsOf(value);
  const within = `${indent}  `;
  const [head, end] = [`${indent}${lead}${open}`, `${close}${comma}`];
  if (items.length === 0) return yield `${head}${end}`;
  const line = items.some((item) => isNested(item.value)) ? null : oneLine(head, items, end);
  if (line !== null) return yield line;
  yield head;
  for (const [index, item] of items.entries()) {
    yield* linesOf(item.value, { indent: within, lead: item.lead, comma: index < items.length - 1 ? "," : "" });
  }
  yield `${indent}${end}`;
}

/** The latencies of a long soak are hundreds of thousands. null where not all are plain numbers. */
function inNumbers(values: readonly unknown[]): string | null {
  if (!values.every((value) => typeof value === "number")) return null;
  const text = values.map(scalar).join(", ");
  return /^[\d., -]*$/.test(text) ? text : null;
}

interface Item {
  lead: string;
  value: unknown;
}

/** null where that is too long and not of numbers alone, or has brackets in its strings. */
function oneLine(head: string, items: readonly Item[], end: string): string | null {
  const inner = items.map(({ lead, value }) => `${lead}${scalar(value)}`).join(", ");
  const line = head.endsWith("{") ? `${head} ${inner} ${end}` : `${head}${inner}${end}`;
  if (/[[\]{}]/.test(inner)) return null;
  return line.length <= LONGEST || /^[\d., -]*$/.test(inner) ? line : null;
}

/** A map is an object whose keys keep their order, whatever they look like. */
function itemsOf(value: object): Item[] {
  if (Array.isArray(value)) return value.map((item) => ({ lead: "", value: item }));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return entries.filter(([, item]) => item !== undefined)
    .map(([key, item]) => ({ lead: `${JSON.stringify(key)}: `, value: item }));
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** As in a list, what is nothing that JSON knows is null. */
function scalar(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}
