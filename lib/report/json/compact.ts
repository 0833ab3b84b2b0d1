/**
 * JSON for people, on fewer lines than `JSON.stringify` takes: a value with nothing nested in it takes one line, so that a list
 * of latencies does not fill a page. Pure.
 */

import { visibleInJson } from "../escape.ts";

/** In columns, with the indent; a longer value takes a line for each of its items. */
const LONGEST = 120;

/** A value for people and programs. Control and bidi characters of foreign text come as `\u` escapes. */
export function readableJson(value: object): string {
  return [...readableJsonPieces(value)].join("");
}

/** Lines are joined into pieces of about this many characters. */
const PIECE_CHARS = 16 * 1024;

/** Values at this depth (in a report: its cycles) are made in one go: a generator step for a line takes longer than the line. */
const DEPTH_IN_PIECES = 4;

/**
 * The same in pieces of whole lines: for a long run, the whole text and what is needed to make it would take several times
 * the memory of the report's values.
 */
export function* readableJsonPieces(value: object): Generator<string> {
  let piece = "";
  for (const lines of piecesOf(value, { indent: "", lead: "", comma: "" }, 0)) {
    piece += `${lines}\n`;
    if (piece.length < PIECE_CHARS) continue;
    yield visibleInJson(piece);
    piece = "";
  }
  yield visibleInJson(piece);
}

/** The text around a value: spaces, its key with a colon, and the comma after it. */
interface Around {
  indent: string;
  lead: string;
  comma: string;
}

function* piecesOf(value: unknown, around: Around, depth: number): Generator<string> {
  if (depth >= DEPTH_IN_PIECES) {
    const lines: string[] = [];
    addLines(value, around, lines);
    return yield lines.join("\n");
  }
  const parts = partsOf(value, around);
  if (typeof parts === "string") return yield parts;
  yield parts.head;
  for (let nr = 0; nr < parts.items.length; nr++) {
    yield* piecesOf((parts.items[nr] as Item).value, aroundItem(parts, nr), depth + 1);
  }
  yield parts.end;
}

function addLines(value: unknown, around: Around, lines: string[]): void {
  const parts = partsOf(value, around);
  if (typeof parts === "string") return void lines.push(parts);
  lines.push(parts.head);
  for (let nr = 0; nr < parts.items.length; nr++) {
    addLines((parts.items[nr] as Item).value, aroundItem(parts, nr), lines);
  }
  lines.push(parts.end);
}

/** A value that takes several lines. */
interface Parts {
  head: string;
  within: string;
  items: readonly Item[];
  end: string;
}

function aroundItem({ items, within }: Parts, nr: number): Around {
  return { indent: within, lead: (items[nr] as Item).lead, comma: nr < items.length - 1 ? "," : "" };
}

/** A value that takes one line is that line. */
function partsOf(value: unknown, { comma, indent, lead }: Around): string | Parts {
  if (!isNested(value)) return `${indent}${lead}${scalar(value)}${comma}`;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const numbers = Array.isArray(value) ? inNumbers(value) : null;
  if (numbers !== null) return `${indent}${lead}[${numbers}]${comma}`;
  const items = itemsOf(value);
  const [head, end] = [`${indent}${lead}${open}`, `${close}${comma}`];
  if (items.length === 0) return `${head}${end}`;
  const line = items.some((item) => isNested(item.value)) ? null : oneLine(head, items, end);
  return line ?? { head, within: `${indent}  `, items, end: `${indent}${end}` };
}

/** A long soak has hundreds of thousands of latencies. null if not all values are plain numbers. */
function inNumbers(values: readonly unknown[]): string | null {
  // The text of any other list has other characters as well.
  const text = typeof values[0] === "number" ? JSON.stringify(values).slice(1, -1) : null;
  return text !== null && /^[\d.,-]*$/.test(text) ? text.replaceAll(",", ", ") : null;
}

interface Item {
  lead: string;
  value: unknown;
}

/** null if the line is too long and not of numbers alone, or if its strings have brackets. */
function oneLine(head: string, items: readonly Item[], end: string): string | null {
  const isMap = head.endsWith("{");
  let inner = "";
  for (let nr = 0; nr < items.length; nr++) {
    const { lead, value } = items[nr] as Item;
    inner += `${nr === 0 ? "" : ", "}${lead}${scalar(value)}`;
    // A map has keys, so it is never of numbers alone. Most maps of a report are longer than a line: give up as soon as it shows.
    if (isMap && head.length + inner.length > LONGEST) return null;
  }
  const line = isMap ? `${head} ${inner} ${end}` : `${head}${inner}${end}`;
  if (/[[\]{}]/.test(inner)) return null;
  return line.length <= LONGEST || /^[\d., -]*$/.test(inner) ? line : null;
}

/** Unlike an object, a map keeps the order of all keys, "7" too; so does anything else that iterates over keys and values. */
function itemsOf(value: object): Item[] {
  if (Array.isArray(value)) return value.map((item) => ({ lead: "", value: item }));
  const items: Item[] = [];
  for (const [key, item] of isEntries(value) ? value : Object.entries(value)) {
    if (item !== undefined) items.push({ lead: leadOf(key), value: item });
  }
  return items;
}

function isEntries(value: object): value is Iterable<[string, unknown]> {
  return Symbol.iterator in value;
}

/** The report's own keys come again in each cycle. */
const leads = new Map<string, string>();
const MOST_LEADS = 500;

function leadOf(key: string): string {
  const known = leads.get(key);
  if (known !== undefined) return known;
  const lead = `${JSON.stringify(key)}: `;
  if (leads.size < MOST_LEADS) leads.set(key, lead);
  return lead;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A value that JSON does not know becomes null, as in a list. */
function scalar(value: unknown): string {
  // Most are numbers, which need no escaping.
  if (typeof value === "number") return Number.isFinite(value) ? `${value}` : "null";
  return JSON.stringify(value) ?? "null";
}
