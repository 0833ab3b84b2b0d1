/** Finds every form of every canary in what a run wrote and said, by its own means: nothing of lib/engine is used. Pure. */

import type { Planting } from "./forms.ts";

/** In front of each planting: number of its channel, of its form and of its canary. */
export function tagOf(channel: number, { canary, form }: Planting): string {
  return `ZQ${channel}F${form}I${canary}QZ=`;
}

const TAG = /ZQ(\d+)F(\d+)I(\d+)QZ/g;

export interface Leak {
  /** File or stream. */
  where: string;
  /** null: no tag stands before it. */
  channel: number | null;
  canary: number;
  form: number;
  /** What surrounds it. */
  text: string;
}

interface Needle {
  canary: number;
  form: number;
  text: string;
  /** Of a long one: the whole, of which `text` stands at `at`. */
  whole?: { text: string; at: number };
}

const KEY = 6;
/** Of so long a form, any piece of PIECE counts: one of BLOCK is wholly in it, wherever it begins. */
const LONG = 110;
const PIECE = 55;
const BLOCK = 28;
/** A line of a wrapped one that is shorter is in pieces of a few characters. */
const LEAST_LINE = 8;
const BITS = 20;

export class Finder {
  readonly #byKey = new Map<string, Needle[]>();
  readonly #filter = new Uint8Array(1 << BITS);

  constructor(plantings: readonly Planting[]) {
    const known = new Set<string>();
    for (const needle of plantings.flatMap(needlesOf)) {
      if (needle.text.length < KEY || known.has(needle.text)) continue;
      known.add(needle.text);
      const key = needle.text.slice(0, KEY);
      const same = this.#byKey.get(key);
      if (same === undefined) this.#byKey.set(key, [needle]);
      else same.push(needle);
      this.#filter[hashAt(key, 0)] = 1;
    }
  }

  leaks(where: string, text: string): Leak[] {
    const found: Leak[] = [];
    for (let at = 0; at + KEY <= text.length; at++) {
      if (this.#filter[hashAt(text, at)] === 0) continue;
      const needle = this.#byKey.get(text.slice(at, at + KEY))?.find((each) => isThere(text, at, each));
      if (needle === undefined) continue;
      found.push(leakAt(where, text, at, needle));
      at += needle.text.length - 1;
    }
    return found;
  }
}

/** `channel F form I canary` of all tags in it. */
export function tagsIn(text: string): Set<string> {
  return new Set([...text.matchAll(TAG)].map(([_, channel, form, canary]) => `${channel}F${form}I${canary}`));
}

function leakAt(where: string, text: string, at: number, { canary, form }: Needle): Leak {
  const before = text.slice(Math.max(0, at - 300), at);
  const tag = [...before.matchAll(TAG)].at(-1);
  return {
    where,
    channel: tag === undefined ? null : Number(tag[1]),
    canary,
    form: tag !== undefined && Number(tag[3]) === canary ? Number(tag[2]) : form,
    text: text.slice(Math.max(0, at - 60), at + 90),
  };
}

function needlesOf({ canary, form, name, pieces }: Planting): Needle[] {
  const base = { canary, form };
  const joined = bare(name, pieces.join(""));
  const lines = /^(?:raw|base64|hex)/.test(name)
    ? joined.split(/\r?\n/).filter((line) => line.length >= LEAST_LINE && !isFrame(line))
    : [];
  if (joined.length < LONG) return [joined, ...lines].map((text) => ({ ...base, text }));
  const count = Math.floor(joined.length / BLOCK);
  const blocks = Array.from({ length: count }, (_, nr): Needle => {
    const at = nr * BLOCK;
    return { ...base, text: joined.slice(at, at + BLOCK), whole: { text: joined, at } };
  });
  const short = lines.filter((line) => line.length < LONG).map((text) => ({ ...base, text }));
  return lines.length > 1 ? [...short, ...blocks] : blocks;
}

/** Whether it is what every key begins and ends with, or a part of that. */
function isFrame(line: string): boolean {
  return line.includes("PRIVATE KEY") || /^(?:-{0,5}(?:BEGIN|END) [A-Z ]*|[A-Z ]*KEY-{0,5}|[A-Z]{0,2}-+)$/.test(line);
}

/** Without what is none of the secret: quotes around it, what it was wrapped behind, dots where it was cut. */
function bare(name: string, text: string): string {
  if (name === "raw: wrapped at 76 behind a label") return text.replace(/^x+/, "");
  if (name === "raw: textwrap") return text.replace(/^(?:see\s)+/, "");
  if (name === "base64: of user and secret") return text.slice(8).replace(/.?={1,2}$/, "");
  if (name.startsWith("cut")) return text.replaceAll(/^\.\.\.|\.\.\.$|…$/g, "");
  return text.replace(/^(?:b|\$)?(["'])([^]*)\1$/, "$2").replace(/^\\*(["'])([^]*?)\\*\1$/, "$2").replace(/=+$/, "");
}

function isThere(text: string, at: number, { text: needle, whole }: Needle): boolean {
  if (!text.startsWith(needle, at)) return false;
  if (whole === undefined) return true;
  let [before, after] = [0, BLOCK];
  while (before < whole.at && before < at && text[at - before - 1] === whole.text[whole.at - before - 1]) before++;
  while (after < PIECE && whole.at + after < whole.text.length && text[at + after] === whole.text[whole.at + after]) {
    after++;
  }
  return before + after >= PIECE;
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let next = at; next < at + KEY; next++) hash = (Math.imul(hash, 0x01000193) + text.charCodeAt(next)) | 0;
  return (hash ^ (hash >>> 13)) & ((1 << BITS) - 1);
}

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The text as it is, and as its readers see it: strings of JSON, text of HTML and XML, of Markdown, of GitHub's commands. */
export function readings(text: string): string[] {
  const ways = [
    stringsOf,
    (each: string) =>
      each.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
        if (name !== undefined) return NAMED[name] ?? whole;
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : whole;
      }),
    (each: string) => each.replaceAll(/\\([!-/:-@[-`{-~])/g, "$1"),
    (each: string) => each.replaceAll(/%(0A|0D|25|3A|2C)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    // deno-lint-ignore no-control-regex -- what a terminal obeys
    (each: string) => each.replaceAll(/\x1b\[[\d;?]*[A-Za-z]|\r/g, ""),
  ];
  return [...new Set([text, ...ways.map((way) => way(text))])];
}

/** All strings of a text that is JSON as a whole, or line by line; empty for any other. */
function stringsOf(text: string): string {
  const found: string[] = [];
  const collect = (value: unknown) => {
    if (typeof value === "string") found.push(value);
    else if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        found.push(key);
        collect(each);
      }
    }
  };
  if (!/^\s*[{[]/.test(text)) return "";
  for (const part of [text, ...text.split("\n")]) {
    try {
      collect(JSON.parse(part));
      if (part === text) break;
    } catch {
      // Its lines may be.
    }
  }
  return found.join("\n");
}
