/**
 * How a secret looks when other programs print it: in URLs, base64, hex, JSON, XML and HTML, Python and shells. Pure.
 */

import { SHORTEST_SECRET } from "./secrets.ts";

/**
 * The value as it is, and in every form below; each once, and none that is too short to be distinguished from other
 * text.
 */
export function formsOf(value: string): string[] {
  // Compose doubles each $ of what it prints, so the service may have either form.
  const meant = unique([value, value.replaceAll("$$", "$"), ...unpadded(value)]);
  return unique(meant.flatMap(spellings)).filter((form) => form.length >= SHORTEST_SECRET);
}

function spellings(value: string): string[] {
  const text = value.toWellFormed();
  return [
    value,
    ...urls(text),
    ...jsons(text),
    ...xmls(text),
    ...pythons(text),
    // Shells: how Bash and how Python's shlex escape single quotes.
    ...[`'\\''`, `'"'"'`].map((quote) => text.replaceAll("'", quote)),
    ...hexes(text),
    ...base64s(text),
  ];
}

/** A key that is base64 itself is often written without its padding, and with the signs for URLs. */
function unpadded(value: string): string[] {
  const bare = /^([A-Za-z\d+/_-]{12,})={1,2}$/.exec(value)?.[1];
  return bare === undefined ? [] : [bare, bare.replaceAll("+", "-").replaceAll("/", "_")];
}

/** What an encoder leaves as it is beside letters and digits, and what it makes of a space. */
const URL_ENCODERS: readonly [kept: string, space: string][] = [
  // JavaScript's encodeURIComponent and encodeURI.
  ["-_.!~*'()", "%20"],
  ["-_.!~*'();/?:@&=+$,#", "%20"],
  // RFC 3986: curl, Python's quote with nothing safe; Go's QueryEscape, Python's quote_plus.
  ["-_.~", "%20"],
  ["-_.~", "+"],
  // Python's quote; Go's PathEscape; Java's URLEncoder and forms in HTML.
  ["-_.~/", "%20"],
  ["-_.~$&+=:@", "%20"],
  ["-_.*", "+"],
];

/** For each encoder, what it makes of each byte: in capital letters, and in small ones. */
const URL_TABLES: readonly (readonly string[])[] = URL_ENCODERS.flatMap(([kept, space]) =>
  [(hex: string) => hex.toUpperCase(), (hex: string) => hex].map((cased) =>
    Array.from({ length: 256 }, (_, byte) => {
      const char = String.fromCharCode(byte);
      if (char === " ") return space;
      return /[A-Za-z\d]/.test(char) || kept.includes(char) ? char : `%${cased(hexOf(byte))}`;
    })
  )
);

function urls(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const forms = URL_TABLES.map((table) => Array.from(bytes, (byte) => table[byte]).join(""));
  return [...forms, encodeURIComponent(encodeURIComponent(text))];
}

function hexOf(byte: number, digits = 2): string {
  return byte.toString(16).padStart(digits, "0");
}

/**
 * The inside of a JSON string: as most write it, with `\/`, with Go's escapes for HTML, with all but ASCII escaped; and
 * each in JSON once more.
 */
function jsons(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const forHtml = plain.replaceAll(/[<>&\u2028\u2029]/g, escapedUnit);
  const slashed = unique([plain, forHtml].flatMap((form) => [form, form.replaceAll("/", "\\/")]));
  const once = unique([...slashed, ...slashed.map(asciiJson)]);
  const upper = once.map((form) => form.replaceAll(/\\u[\da-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`));
  const all = unique([...once, ...upper]);
  return [...all, ...all.map((form) => JSON.stringify(form).slice(1, -1))];
}

function unique(forms: readonly string[]): string[] {
  return [...new Set(forms)];
}

function asciiJson(form: string): string {
  return form.replaceAll(/\P{ASCII}/gv, (char) => char.split("").map(escapedUnit).join(""));
}

function escapedUnit(unit: string): string {
  return `\\u${hexOf(unit.charCodeAt(0), 4)}`;
}

function xmls(text: string): string[] {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const decimal = text.replaceAll(/[&<>]/g, (char) => entity(char, 10));
  const inAttribute = plain.replaceAll(/[\t\n\r]/g, (char) => entity(char, 10));
  // Mostly they are all the same.
  const quoted = unique(
    [plain, decimal, inAttribute].flatMap((form) =>
      ['"', "&quot;", "&#34;"].flatMap((quote) =>
        ["'", "&apos;", "&#39;", "&#x27;"].map((apostrophe) => form.replaceAll('"', quote).replaceAll("'", apostrophe))
      )
    ),
  );
  return [
    ...quoted,
    ...[10, 16].flatMap((base) => quoted.map((form) => form.replaceAll(/\P{ASCII}/gu, (char) => entity(char, base)))),
  ];
}

function entity(char: string, base: number): string {
  const code = char.codePointAt(0) ?? 0;
  return base === 10 ? `&#${code};` : `&#x${code.toString(16)};`;
}

const PYTHON_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The inside of `repr()` of a text and of its bytes, whichever quotes stand around it. */
function pythons(text: string): string[] {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  return [text, bytes].flatMap((each) => {
    // deno-lint-ignore no-control-regex
    const inside = each.replaceAll(/[\\\x00-\x1f\x7f-\xa0\xad]/g, escapedPython);
    const ascii = inside.replaceAll(/\P{ASCII}/gv, escapedPython);
    return [inside, ascii].flatMap((form) => [form, form.replaceAll("'", "\\'")]);
  });
}

function escapedPython(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const long = code <= 0xff ? `\\x${hexOf(code)}` : code <= 0xffff ? `\\u${hexOf(code, 4)}` : `\\U${hexOf(code, 8)}`;
  return PYTHON_ESCAPES[char] ?? long;
}

function hexes(text: string): string[] {
  const lower = Array.from(new TextEncoder().encode(text), (byte) => hexOf(byte)).join("");
  return [lower, lower.toUpperCase()];
}

/**
 * The part of its base64 that is the same whatever is before and after it, at each of the three places where it may
 * begin. Too little is left of short ones to be distinguished from other text.
 */
function base64s(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const found = [0, 1, 2].flatMap((shift) => {
    const shifted = new Uint8Array(shift + bytes.length);
    shifted.set(bytes, shift);
    const first = [0, 2, 3][shift] ?? 0;
    const whole = Math.floor((shift + bytes.length) * 8 / 6);
    return shifted.toBase64().slice(first, whole);
  }).filter((form) => form.length >= 8);
  return [...found, ...found.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}
