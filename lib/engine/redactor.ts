/**
 * Finds secrets in text and puts `[secret NAME]` in their place: one pass with one compiled pattern, nothing at all where
 * there are no secrets. It knows each also as URLs, base64, JSON and XML have it. Pure.
 */

import type { Secret } from "./secrets.ts";
import { SHORTEST_SECRET } from "./secrets.ts";

export interface Redactor {
  /** Whether there is nothing to be found, but credentials in URLs. */
  readonly isEmpty: boolean;
  /** The text without the secrets, also one that is cut short at its end. The same once more changes nothing. */
  text(text: string): string;
  /** The stream without them, wherever its chunks are cut; its other bytes stay as they are. The stream itself where empty. */
  stream(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>;
}

/** What stands in the place of a secret; found first, so that it is never taken for text. */
const MARKER = /\[secret [\w.-]{1,60}\]/;

function marker(name: string): string {
  return `[secret ${name.replaceAll(/[^\w.-]/g, "_").slice(0, 60)}]`;
}

/** Credentials that no environment tells of. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"'<>]+@/gi;

export function newRedactor(secrets: readonly Secret[]): Redactor {
  const names = new Map<string, string>();
  for (const { name, values } of secrets) {
    for (const form of values.flatMap(formsOf)) if (!names.has(form)) names.set(form, marker(name));
  }
  const inText = newMatcher(names);
  let inBytes: Matcher | null = null;
  return {
    isEmpty: names.size === 0,
    text(text) {
      const known = names.size === 0 ? text : inText.end(inText.replaced(text), SHORTEST_SECRET);
      return known.includes("://") ? known.replaceAll(URL_CREDENTIALS, "$1***@") : known;
    },
    stream(stream) {
      if (names.size === 0) return stream;
      inBytes ??= newMatcher(
        new Map([...names].map(([form, mark]) => [bytesOf(new TextEncoder().encode(form)), mark])),
      );
      return stream.pipeThrough(cleaner(inBytes));
    },
  };
}

/** As it is, and as it is written in URLs, base64, JSON and XML; each once. */
function formsOf(value: string): string[] {
  const url = encodeURIComponent(value.toWellFormed());
  const lower = url.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
  const json = JSON.stringify(value).slice(1, -1);
  const xml = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  // Compose doubles each $ of what it prints.
  const dollars = value.replaceAll("$$", "$");
  const forms = [value, dollars, url, lower, json, xml, xml.replaceAll('"', "&quot;"), ...base64(value)];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_SECRET);
}

/**
 * What of its base64 is the same whatever stands before and behind it: at each of the three places where it may begin. Of
 * short ones too little is left to be told from other text.
 */
function base64(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const found = [0, 1, 2].flatMap((shift) => {
    const encoded = btoa(bytesOf(new Uint8Array([...new Uint8Array(shift), ...bytes])));
    const first = [0, 2, 3][shift] ?? 0;
    const whole = Math.floor((shift + bytes.length) * 8 / 6);
    return encoded.slice(first, whole);
  }).filter((form) => form.length >= 8);
  return [...found, ...found.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

interface Matcher {
  replaced(text: string): string;
  /** Where an occurrence may begin that is not over yet; the text's length where none. */
  open(text: string): number;
  /** What is found before `open`, replaced, and the rest as it is. */
  take(text: string): { done: string; rest: string };
  /** As `replaced` leaves it, and the beginning of a secret of at least `shortest` characters at its end, too. */
  end(text: string, shortest: number): string;
}

/** `names`: what is looked for, and what stands in its place. */
function newMatcher(names: ReadonlyMap<string, string>): Matcher {
  // The longest first, since one may begin with another.
  const forms = [...names.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp([MARKER.source, ...forms.map(literal)].join("|"), "g");
  const longest = forms[0]?.length ?? 0;
  const byFirst = Map.groupBy(forms, (form) => form[0]);
  const mark = (found: string) => names.get(found) ?? found;
  const beginning = (text: string, at: number): string | undefined => {
    const likely = byFirst.get(text[at]);
    if (likely === undefined) return undefined;
    const part = text.slice(at);
    return likely.find((form) => form.length > part.length && form.startsWith(part));
  };
  const matcher: Matcher = {
    replaced: (text) => text.replaceAll(pattern, mark),
    open(text) {
      for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
        if (beginning(text, at) !== undefined) return at;
      }
      return text.length;
    },
    take(text) {
      const open = matcher.open(text);
      let done = "";
      let at = 0;
      for (const match of text.matchAll(pattern)) {
        if (match.index >= open) break;
        done += text.slice(at, match.index) + mark(match[0]);
        at = match.index + match[0].length;
      }
      // What was found may reach beyond the place where another could begin.
      if (at <= open) return { done: done + text.slice(at, open), rest: text.slice(open) };
      const next = matcher.take(text.slice(at));
      return { done: done + next.done, rest: next.rest };
    },
    end(text, shortest) {
      const open = matcher.open(text);
      if (text.length - open < shortest) return text;
      return text.slice(0, open) + (names.get(beginning(text, open) ?? "") ?? "");
    },
  };
  return matcher;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function cleaner(matcher: Matcher): TransformStream<Uint8Array, Uint8Array> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const text = rest + bytesOf(chunk);
      const taken = matcher.take(text);
      rest = taken.rest;
      // Mostly there is nothing in it.
      if (taken.done.length === chunk.length && taken.done === text) controller.enqueue(chunk);
      else if (taken.done !== "") controller.enqueue(toBytes(taken.done));
    },
    flush(controller) {
      const last = matcher.replaced(rest);
      if (last !== "") controller.enqueue(toBytes(last));
    },
  });
}

const PIECE = 8192;

/** Each byte as one character, so that what is no text stays what it is. */
function bytesOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}

function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
