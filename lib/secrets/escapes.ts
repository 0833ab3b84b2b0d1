/**
 * What an escape in a text may stand for in JSON, XML, HTML, Python, a shell or a URL, also one within the other:
 * `&quot;`, `\u00e9`, `\\n`, `%26`, `&amp;lt;`. Pure.
 */

/** HTML's names for the characters from 160 to 255, in their order. */
const LATIN =
  ("nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute " +
    "micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
    "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute " +
    "Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute " +
    "icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml")
    .split(" ");
/** HTML's names for the signs that secrets are likely to have. */
const SIGNS =
  "lt < gt > amp & quot \" apos ' euro € num # excl ! dollar $ percnt % lpar ( rpar ) ast * plus + comma , " +
  "period . sol / colon : semi ; equals = quest ? commat @ lsqb [ lbrack [ bsol \\ rsqb ] rbrack ] Hat ^ lowbar _ grave ` " +
  "lcub { lbrace { verbar | vert | rcub } rbrace } hyphen ‐ ndash – mdash — hellip … Tab \t NewLine \n";

const NAMED: ReadonlyMap<string, string> = new Map([
  ...LATIN.map((name, nr) => [name, String.fromCharCode(160 + nr)] as const),
  ...[...SIGNS.matchAll(/(\w+) (\S|\s)(?: |$)/g)].map(([_, name = "", sign = ""]) => [name, sign] as const),
]);

const CONTROLS: Readonly<Record<string, string>> = {
  ...{ n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", a: "\x07", e: "\x1b", E: "\x1b" },
};

const ENTITY = /&(?:amp;|#38;|#x26;){0,8}(?:#x0{0,4}([\da-f]{1,6})|#0{0,4}(\d{1,7})|([a-z]\w{1,9}));/iy;
/** A small u has four digits behind it, Python's large one eight. */
const BACKSLASHED =
  /\\{1,64}(?:u([\da-fA-F]{4})(?:\\{1,64}u([dD][c-fC-F][\da-fA-F]{2}))?|u\{([\da-fA-F]{1,6})\}|U([\da-fA-F]{8})|x([\da-fA-F]{2})|([^\\]))?/y;
const PERCENT = /%(?:25){0,8}([\da-f]{2})/iy;
const HEX_BYTE = /\\{1,64}x([\da-f]{2})/iy;

/** A way to read the text at some place: what it stands for, and where it ends. */
export interface Reading {
  value: string;
  end: number;
}

/** All ways to read the text there, if an escape begins; `asBytes`: texts have a character for each byte of UTF-8. */
function readingsAt(text: string, at: number, asBytes: boolean): Reading[] {
  const spell = (value: string) => asBytes ? inBytes(value) : value;
  switch (text[at]) {
    case "&":
      return entityAt(text, at, spell);
    case "%":
      return encodedAt(PERCENT, text, at, asBytes);
    case "+":
      return [{ value: " ", end: at + 1 }];
    case "\\":
      return backslashedAt(text, at, asBytes, spell);
    default:
      return [];
  }
}

function entityAt(text: string, at: number, spell: (value: string) => string): Reading[] {
  ENTITY.lastIndex = at;
  const match = ENTITY.exec(text);
  if (match === null) return [];
  const [, hex, decimal, name = ""] = match;
  const value = hex === undefined && decimal === undefined
    ? NAMED.get(name)
    : character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  return value === undefined ? [] : [{ value: spell(value), end: ENTITY.lastIndex }];
}

/** Reads escapes of one byte of UTF-8 each, which `one` matches, to the end of one character. */
function encodedAt(one: RegExp, text: string, at: number, asBytes: boolean): Reading[] {
  const bytes: number[] = [];
  let end = at;
  do {
    one.lastIndex = end;
    const match = one.exec(text);
    if (match === null) return [];
    bytes.push(Number.parseInt(match[1] ?? "", 16));
    end = one.lastIndex;
    if (asBytes) return [{ value: String.fromCharCode(...bytes), end }];
  } while (bytes.length < lengthOf(bytes[0] ?? 0));
  const value = new TextDecoder().decode(Uint8Array.from(bytes));
  return [{ value, end }];
}

/** The length of a character of UTF-8, by its first byte. */
function lengthOf(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function backslashedAt(
  text: string,
  at: number,
  asBytes: boolean,
  spell: (value: string) => string,
): Reading[] {
  BACKSLASHED.lastIndex = at;
  const match = BACKSLASHED.exec(text);
  if (match === null) return [];
  const end = BACKSLASHED.lastIndex;
  const [, unit, low, braced, long, byte, sign] = match;
  const hex = unit ?? braced ?? long ?? byte;
  if (hex !== undefined) {
    const first = Number.parseInt(hex, 16);
    // In a text that is not bytes, each half of a surrogate pair is a character of its own.
    const value = low === undefined ? character(first) : String.fromCharCode(first, Number.parseInt(low, 16));
    // Python's bytes have an escape for each byte.
    const raw = byte === undefined ? [] : encodedAt(HEX_BYTE, text, at, asBytes);
    return [...raw, ...(value === undefined ? [] : [{ value: spell(value), end }])];
  }
  if (sign === undefined) return [];
  const control = CONTROLS[sign];
  const start = end - sign.length;
  return [
    { value: sign, end },
    ...(control === undefined ? [] : [{ value: control, end }]),
    ...(sign === "&" || sign === "%" ? readingsAt(text, start, asBytes) : []),
  ];
}

function character(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function inBytes(value: string): string {
  // Most values are ASCII, and half a surrogate pair has no bytes.
  if (/^\p{ASCII}*$/v.test(value)) return value;
  return String.fromCharCode(...new TextEncoder().encode(value));
}

/** How many places are remembered: several forms are compared with the same ones. */
const MOST_KNOWN = 512;

/** A text with what its escapes stand for. */
export class EscapedText {
  readonly text: string;
  readonly #asBytes: boolean;
  readonly #known = new Map<number, Reading[]>();

  constructor(text: string, asBytes: boolean) {
    this.text = text;
    this.#asBytes = asBytes;
  }

  /** Whether an escape may begin there: with nearly no character. */
  mayBegin(at: number): boolean {
    return BEGINNINGS.includes(this.text.charCodeAt(at));
  }

  readingsAt(at: number): readonly Reading[] {
    if (!this.mayBegin(at)) return NONE;
    const known = this.#known.get(at);
    if (known !== undefined) return known;
    const readings = readingsAt(this.text, at, this.#asBytes);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(at, readings);
    return readings;
  }
}

const BEGINNINGS = ["\\", "&", "%", "+"].map((each) => each.charCodeAt(0));
const NONE: readonly Reading[] = [];

/** Whether the text from there to its end may begin an escape. */
export function mayBeginEscape(text: string, at: number): boolean {
  return /^(?:\\{1,64}(?:u\{?[\da-f]{0,5}|U[\da-f]{0,7}|x[\da-f]?)?|\\{1,64}u[\da-f]{4}\\{0,64}(?:u[\da-f]{0,3})?|\\{0,64}&[#\w;]{0,40}|%(?:25)*[\da-f]?)$/i
    .test(text.slice(at, at + 200));
}
