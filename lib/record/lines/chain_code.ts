/**
 * The check of the chain of hashes (chain.ts) for many lines at once, as WebAssembly: with a call of the runtime's
 * digest for each line, the calls alone took longer than parsing the lines.
 */

import { compress, END, FIRST_STATE, STATE } from "./sha256_code.ts";
import {
  add,
  and,
  call,
  type Code,
  copy,
  eq,
  fill,
  type Func,
  get,
  giveBack,
  leU,
  load16,
  load32,
  load8,
  loop,
  ltU,
  moduleOf,
  ne,
  num,
  set,
  shl,
  shrU,
  store32,
  store8,
  sub,
  swapped,
  when,
} from "./wasm.ts";

/** The layout of memory, after what hashing needs: the last blocks of a message, the digits of the line before. */
const LAST = END;
export const BEFORE = LAST + 128;
/** The lines; the digits of the line before are put in front of each. */
export const LINES = 1024;

const DIGITS = 16;
/** `,"h":"`, the digits, `"}`. */
const TAIL = 24;
const BLOCK = 64;
const PAGE = 65536;

const little = (text: string): number => [...text].reduceRight((word, char) => word << 8 | char.charCodeAt(0), 0);

/**
 * Arguments: where the lines end, each of which ends with a line feed, and how many digits of the line before there are
 * at BEFORE. Result: how many lines, from the first one on, each follow from the one before. Changes the lines while it
 * reads them.
 */
function follow(): Func {
  const [end, digits, at, feed, tail, from, size, rest, count, nr, nibble] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const stop = giveBack(get(count));
  const stopUnless = (condition: Code) => when(eq(condition, num(0)), stop);
  const bytes = (length: number, copyWord: (offset: number) => Code) =>
    Array.from({ length: length / 4 }, (_, word) => copyWord(4 * word)).flat();
  return {
    params: 2,
    hasResult: true,
    locals: 9,
    body: [
      ...set(at, num(LINES)),
      ...loop(ltU(get(at), get(end)), [
        ...set(feed, get(at)),
        ...loop(ne(load8(get(feed)), num(10)), set(feed, add(get(feed), num(1)))),
        // A shorter line has no hash.
        ...stopUnless(ltU(add(get(at), num(TAIL)), get(feed))),
        ...set(tail, sub(get(feed), num(TAIL))),
        ...stopUnless(eq(load32(get(tail)), num(little(',"h"')))),
        ...stopUnless(eq(load16(get(tail), 4), num(little(':"')))),
        ...stopUnless(eq(load16(get(tail), TAIL - 2), num(little('"}')))),
        // The message: the digits before, the line's text, and its last bracket in the place of the comma.
        ...store8(get(tail), num(little("}"))),
        ...set(from, sub(get(at), get(digits))),
        ...when(get(digits), bytes(DIGITS, (word) => store32(get(from), load32(num(0), BEFORE + word), word))),
        ...set(size, sub(add(get(tail), num(1)), get(from))),
        ...FIRST_STATE.flatMap((word, place) => store32(num(0), num(word), STATE + 4 * place)),
        ...set(rest, get(size)),
        ...loop(leU(num(BLOCK), get(rest)), [
          ...call(0, get(from)),
          ...set(from, add(get(from), num(BLOCK))),
          ...set(rest, sub(get(rest), num(BLOCK))),
        ]),
        // Its last bytes, a one, and its length in bits at the end of a block.
        ...fill(num(LAST), num(0), num(2 * BLOCK)),
        ...copy(num(LAST), get(from), get(rest)),
        ...store8(get(rest), num(0x80), LAST),
        ...set(size, swapped(shl(get(size), num(3)))),
        ...when(ltU(get(rest), num(BLOCK - 8)), store32(num(0), get(size), LAST + BLOCK - 4)),
        ...when(leU(num(BLOCK - 8), get(rest)), [
          ...store32(num(0), get(size), LAST + 2 * BLOCK - 4),
          ...call(0, num(LAST)),
        ]),
        ...call(0, add(num(LAST), shl(leU(num(BLOCK - 8), get(rest)), num(6)))),
        ...set(nr, num(0)),
        ...loop(ltU(get(nr), num(DIGITS)), [
          // Eight digits a word, the highest first.
          ...set(
            nibble,
            and(
              shrU(load32(and(shrU(get(nr), num(1)), num(4)), STATE), shl(and(sub(num(7), get(nr)), num(7)), num(2))),
              num(15),
            ),
          ),
          ...set(nibble, add(get(nibble), num(little("0")), [...leU(num(10), get(nibble)), ...num(39), 0x6c])),
          ...stopUnless(eq(load8(add(get(tail), get(nr)), 6), get(nibble))),
          ...set(nr, add(get(nr), num(1))),
        ]),
        ...bytes(DIGITS, (word) => store32(num(0), load32(get(tail), 6 + word), BEFORE + word)),
        ...set(digits, num(DIGITS)),
        ...set(count, add(get(count), num(1))),
        ...set(at, add(get(feed), num(1))),
      ]),
      ...stop,
    ],
  };
}

/** The module; `bytes`: the room for lines in its memory at first. */
export function chainCode(bytes: number): Uint8Array<ArrayBuffer> {
  return moduleOf([compress(), follow()], Math.ceil((LINES + bytes) / PAGE));
}
