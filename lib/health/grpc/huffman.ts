/** The Huffman code of HPACK (RFC 7541, appendix B), which is canonical: the lengths of the codes are the whole code. Pure. */

/** Length of the code of each byte in bits, and at the end that of EOS. */
const LENGTHS = [
  [
    13,
    23,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    24,
    30,
    28,
    28,
    30,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    30,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
  ],
  [6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10],
  [13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6],
  [15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28],
  [
    20,
    22,
    20,
    20,
    22,
    22,
    22,
    23,
    22,
    23,
    23,
    23,
    23,
    23,
    24,
    23,
    24,
    24,
    22,
    23,
    24,
    23,
    23,
    23,
    23,
    21,
    22,
    23,
    22,
    23,
    23,
    24,
  ],
  [
    22,
    21,
    20,
    22,
    22,
    23,
    23,
    21,
    23,
    22,
    22,
    24,
    21,
    22,
    23,
    23,
    21,
    21,
    22,
    21,
    23,
    22,
    23,
    23,
    20,
    22,
    22,
    22,
    23,
    22,
    22,
    23,
  ],
  [
    26,
    26,
    20,
    19,
    22,
    23,
    22,
    25,
    26,
    26,
    26,
    27,
    27,
    26,
    24,
    25,
    19,
    21,
    26,
    27,
    27,
    26,
    27,
    24,
    21,
    21,
    26,
    26,
    28,
    27,
    27,
    27,
  ],
  [
    20,
    24,
    20,
    21,
    22,
    21,
    21,
    23,
    22,
    22,
    25,
    25,
    24,
    24,
    26,
    23,
    26,
    27,
    26,
    26,
    27,
    27,
    27,
    27,
    27,
    28,
    27,
    27,
    27,
    27,
    27,
    26,
  ],
  [30],
].flat();

const EOS = LENGTHS.length - 1;
const LONGEST = 30;

/** For each length the first code of that length, and the symbols in the order of their codes. */
const CODES = (() => {
  const codes: { first: number; symbols: number[] }[] = [];
  let next = 0;
  for (let length = 0; length <= LONGEST; length++) {
    const symbols = LENGTHS.flatMap((each, symbol) => each === length ? symbol : []);
    codes.push({ first: next, symbols });
    next = (next + symbols.length) * 2;
  }
  return codes;
})();

/** null if the bytes are no such code. */
export function huffmanDecoded(bytes: Uint8Array): Uint8Array | null {
  const decoded: number[] = [];
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + (byte >> bit & 1);
      length++;
      const { first, symbols } = CODES[length] ?? { first: 0, symbols: [] };
      const symbol = symbols[code - first];
      if (symbol === EOS || length > LONGEST) return null;
      if (symbol === undefined) continue;
      decoded.push(symbol);
      code = length = 0;
    }
  }
  // What is left is the beginning of EOS: less than a byte of ones.
  return length < 8 && code === 2 ** length - 1 ? new Uint8Array(decoded) : null;
}
