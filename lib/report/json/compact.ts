/**
 * JSON as people read it, on fewer lines than `JSON.stringify` takes: what has nothing nested in it stands on one, so that a
 * list of latencies is not a page. Pure.
 */

import { visibleInJson } from "../escape.ts";

/** In columns, with the indent; what is longer takes a line for each of its items. */
const LONGEST = 120;

/** A value as people and programs read it. Control and bidi characters of foreign text come as `\u` escapes. */
export function readableJson(value: object): string {
  return [...readableJsonPieces(value)].join("");
}

/** Lines are put together to pieces of so many characters. */
const PIECE_CHARS = 16 * 1024;

/** Values so deep in the whole, of a report its cycles, are made in one go: a step from line to line takes longer than a line. */
const DEPTH_IN_PIECES = 4;

/**
 * The same in pieces of whole lines: of a long run, the whole text and what is needed to make it would take several times
 * the memory of all that is told in it.
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

/** What stands around a value: spaces, its key with a colon, and what follows it. */
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

/** The latencies of a long soak are hundreds of thousands. null where not all are plain numbers. */
function inNumbers(values: readonly unknown[]): string | null {
  // What is no list of finite numbers has other characters as well.
  const text = typeof values[0] === "number" ? JSON.stringify(values).slice(1, -1) : null;
  return text !== null && /^[\d.,-]*$/.test(text) ? text.replaceAll(",", ", ") : null;
}

interface Item {
  lead: string;
  value: unknown;
}

/** null where that is too long and not of numbers alone, or has brackets in its strings. */
function oneLine(head: string, items: readonly Item[], end: string): string | null {
  const isMap = head.endsWith("{");
  let inner = "";
  for (let nr = 0; nr < items.length; nr++) {
    const { lead, value } = items[nr] as Item;
    inner += `${nr === 0 ? "" : ", "}${lead}${scalar(value)}`;
    // Keys are no numbers: most maps of a report are longer than a line, and are seen to be before they are put together.
    if (isMap && head.length + inner.length > LONGEST) return null;
  }
  const line = isMap ? `${head} ${inner} ${end}` : `${head}${inner}${end}`;
  if (/[[\]{}]/.test(inner)) return null;
  return line.length <= LONGEST || /^[\d., -]*$/.test(inner) ? line : null;
}

/** A map is an object whose keys keep their order, whatever they look like; so is what else hands out keys and values. */
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

/** The report's own keys stand there for each cycle. */
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

/** As in a list, what is nothing that JSON knows is null. */
function scalar(value: unknown): string {
  // Most are numbers, and need no look at each character.
  if (typeof value === "number") return Number.isFinite(value) ? `${value}` : "null";
  return JSON.stringify(value) ?? "null";
}
