/**
 * The part of WebAssembly's binary form that hashing needs, as functions that put instructions together. This program
 * runs without V8's optimizing compilers, so in JavaScript a loop over the bytes of a journal would take minutes;
 * WebAssembly has a compiler of its own.
 */

/** Instructions; an expression leaves one i32. */
export type Code = readonly number[];

export interface Func {
  /**
   * How many i32s it is given, which are its first locals; whether it returns one; and how many locals it has besides.
   */
  params: number;
  hasResult: boolean;
  locals: number;
  body: Code;
}

const I32 = 0x7f;
const VOID = 0x40;

/** Signed and unsigned LEB128 are the same if the sign's bit is left free. */
function leb(value: number): Code {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if (rest === 0 && (low & 0x40) === 0 || rest === -1 && (low & 0x40) !== 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

export const num = (value: number): Code => [0x41, ...leb(value)];
export const get = (local: number): Code => [0x20, ...leb(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...leb(local)];

const binary = (code: number) => (a: Code, b: Code): Code => [...a, ...b, code];
export const eq = binary(0x46);
export const ne = binary(0x47);
export const ltU = binary(0x49);
export const leU = binary(0x4d);
export const add2 = binary(0x6a);
export const sub = binary(0x6b);
export const and = binary(0x71);
export const xor2 = binary(0x73);
export const shl = binary(0x74);
export const shrU = binary(0x76);
export const rotr = binary(0x78);
const or = binary(0x72);

export const add = (...terms: [Code, Code, ...Code[]]): Code => terms.reduce(add2);
export const xor = (...terms: [Code, Code, ...Code[]]): Code => terms.reduce(xor2);

/** From and to memory, at any address; those of 32 bits are little-endian. */
export const load8 = (at: Code, offset = 0): Code => [...at, 0x2d, 0, ...uleb(offset)];
export const load16 = (at: Code, offset = 0): Code => [...at, 0x2f, 0, ...uleb(offset)];
export const load32 = (at: Code, offset = 0): Code => [...at, 0x28, 0, ...uleb(offset)];
export const store8 = (at: Code, value: Code, offset = 0): Code => [...at, ...value, 0x3a, 0, ...uleb(offset)];
export const store32 = (at: Code, value: Code, offset = 0): Code => [...at, ...value, 0x36, 0, ...uleb(offset)];
export const copy = (to: Code, from: Code, length: Code): Code => [...to, ...from, ...length, 0xfc, 0x0a, 0, 0];
export const fill = (at: Code, value: Code, length: Code): Code => [...at, ...value, ...length, 0xfc, 0x0b, 0];

/** The bytes of a word in the other order. */
export const swapped = (word: Code): Code =>
  or(and(rotr(word, num(24)), num(0x00ff00ff)), and(rotr(word, num(8)), num(0xff00ff00)));

export const when = (condition: Code, then: Code): Code => [...condition, 0x04, VOID, ...then, 0x0b];
/** Repeats the body as long as the condition holds. */
export const loop = (condition: Code, body: Code): Code => [
  ...[0x03, VOID],
  ...when(condition, [...body, 0x0c, 1]),
  0x0b,
];
export const call = (func: number, ...args: Code[]): Code => [...args.flat(), 0x10, ...uleb(func)];
export const giveBack = (value: Code): Code => [...value, 0x0f];

function uleb(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push(rest & 0x7f | 0x80);
  return [...bytes, rest];
}

const list = (items: readonly Code[]): Code => [...uleb(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...uleb(content.length), ...content];
const nameOf = (text: string): Code => list([...text].map((char) => uleb(char.charCodeAt(0))));

/** A module of these functions with so many pages of memory; it exports `memory`, and the last function as `main`. */
export function moduleOf(funcs: readonly Func[], pages: number): Uint8Array<ArrayBuffer> {
  const types = funcs.map(({ hasResult, params }) => [
    0x60,
    ...list(Array.from({ length: params }, () => [I32])),
    ...list(hasResult ? [[I32]] : []),
  ]);
  const bodies = funcs.map(({ body, locals }) => {
    const code = [...list([[...uleb(locals), I32]]), ...body, 0x0b];
    return [...uleb(code.length), ...code];
  });
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(3, list(funcs.map((_, nr) => uleb(nr)))),
    ...section(5, list([[0x00, ...uleb(pages)]])),
    ...section(7, list([[...nameOf("memory"), 0x02, 0], [...nameOf("main"), 0x00, ...uleb(funcs.length - 1)]])),
    ...section(10, list(bodies)),
  ]);
}
