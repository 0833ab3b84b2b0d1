/** The heart of SHA-256 (FIPS 180-4) as WebAssembly: it adds a block of 64 bytes to the state. */

import {
  add,
  and,
  type Code,
  type Func,
  get,
  load32,
  loop,
  ltU,
  num,
  rotr,
  set,
  shl,
  shrU,
  store32,
  swapped,
  xor,
} from "./wasm.ts";

/** The layout of memory: the constants, the words of a block, the state; all below END. */
export const K = 0;
const WORDS = 256;
export const STATE = 512;
export const END = 576;

const ROUNDS = 64;
const STATE_WORDS = 8;

/** The first 32 bits of the fraction of a root of each of the first primes. */
function roots(count: number, root: (prime: number) => number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32));
}

export const CONSTANTS: readonly number[] = roots(ROUNDS, Math.cbrt);
export const FIRST_STATE = roots(STATE_WORDS, Math.sqrt);

/** How many rounds are written out: after as many, each word of the state is in its own place again. */
const AT_ONCE = STATE_WORDS;

/** Adds the 64 bytes at its argument to the state. */
export function compress(): Func {
  const [at, nr, t1, t2] = [0, 1, 2, 3];
  const state = [4, 5, 6, 7, 8, 9, 10, 11];
  const here = shl(get(nr), num(2));
  const forEach = (from: number, to: number, body: (offset: number) => Code): Code => [
    ...set(nr, num(from)),
    ...loop(ltU(get(nr), num(to)), [
      ...Array.from({ length: AT_ONCE }, (_, place) => body(4 * place)).flat(),
      ...set(nr, add(get(nr), num(AT_ONCE))),
    ]),
  ];
  const turned = (word: Code, ...by: [number, number, number]): Code =>
    xor(rotr(word, num(by[0])), rotr(word, num(by[1])), rotr(word, num(by[2])));
  const mixed = (word: Code, ...by: [number, number, number]): Code =>
    xor(rotr(word, num(by[0])), rotr(word, num(by[1])), shrU(word, num(by[2])));
  const round = (offset: number): Code => {
    const place = offset / 4;
    const [a, b, c, d, e, f, g, h] = state.map((_, nr) =>
      state[(nr + STATE_WORDS - place) % STATE_WORDS] as number
    ) as [
      ...[number, number, number, number, number, number, number, number],
    ];
    const choice = xor(get(g), and(get(e), xor(get(f), get(g))));
    const most = xor(and(get(a), xor(get(b), get(c))), and(get(b), get(c)));
    return [
      ...set(
        t1,
        add(get(h), turned(get(e), 6, 11, 25), choice, load32(here, K + offset), load32(here, WORDS + offset)),
      ),
      ...set(d, add(get(d), get(t1))),
      ...set(h, add(get(t1), turned(get(a), 2, 13, 22), most)),
    ];
  };
  return {
    params: 1,
    hasResult: false,
    locals: 11,
    body: [
      ...forEach(0, 16, (offset) => store32(here, swapped(load32(add(get(at), here), offset)), WORDS + offset)),
      ...forEach(16, ROUNDS, (offset) => {
        const earlier = (back: number) => load32(here, WORDS + offset - 4 * back);
        return [
          ...set(t1, earlier(15)),
          ...set(t2, earlier(2)),
          ...store32(
            here,
            add(earlier(16), mixed(get(t1), 7, 18, 3), earlier(7), mixed(get(t2), 17, 19, 10)),
            WORDS + offset,
          ),
        ];
      }),
      ...state.flatMap((word, place) => set(word, load32(num(0), STATE + 4 * place))),
      ...forEach(0, ROUNDS, round),
      ...state.flatMap((word, place) =>
        store32(num(0), add(load32(num(0), STATE + 4 * place), get(word)), STATE + 4 * place)
      ),
    ],
  };
}
