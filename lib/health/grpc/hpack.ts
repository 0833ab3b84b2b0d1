/**
 * Headers of HTTP/2 as HPACK (RFC 7541) packs them. The table of earlier headers stays empty, which the settings of a connection ask
 * of its other side. Pure.
 */

import { joinBytes } from "../../text/bytes.ts";
import { huffmanDecoded } from "./huffman.ts";

/** The bytes are no headers, or refer to a table that is empty. */
export class NoHeaders extends Error {}

/** Names of the static table that an answer may have; all others stay unnamed. */
const STATIC: ReadonlyMap<number, readonly [name: string, value: string]> = new Map(
  Object.entries({ 8: "200", 9: "204", 10: "206", 11: "304", 12: "400", 13: "404", 14: "500" })
    .map(([index, status]): [number, [string, string]] => [Number(index), [":status", status]])
    .concat([[31, ["content-type", ""]]]),
);
const STATIC_SIZE = 61;
const UNNAMED = ["", ""] as const;

/** Each as a literal that no one on the way may keep. Names are in lower case. */
export function packed(headers: readonly (readonly [name: string, value: string])[]): Uint8Array<ArrayBuffer> {
  const utf8 = new TextEncoder();
  return joinBytes(headers.flatMap((header) => [
    new Uint8Array([0x10]),
    ...header.flatMap((text) => {
      const bytes = utf8.encode(text);
      return [integer(bytes.length, 7), bytes];
    }),
  ]));
}

/** A whole number of 0 or more, in the low bits of its first byte, and in further bytes if it does not fit. */
function integer(value: number, bits: number): Uint8Array {
  const most = 2 ** bits - 1;
  if (value < most) return new Uint8Array([value]);
  const bytes = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(rest % 128 + 128);
  return new Uint8Array([...bytes, rest]);
}

/** In their order. Throws NoHeaders. */
export function unpacked(block: Uint8Array): [name: string, value: string][] {
  const reader = new Reader(block);
  const headers: [string, string][] = [];
  while (!reader.isAtEnd) {
    const first = reader.peek();
    if (first >= 0x80) {
      const [name, value] = entry(reader.integer(7));
      headers.push([name, value]);
    } else if (first >= 0x40) headers.push(literal(reader, 6));
    // The size of the table, which is 0.
    else if (first >= 0x20) reader.integer(5);
    else headers.push(literal(reader, 4));
  }
  return headers;
}

function literal(reader: Reader, bits: number): [string, string] {
  const index = reader.integer(bits);
  const name = index === 0 ? reader.text() : entry(index)[0];
  return [name, reader.text()];
}

function entry(index: number): readonly [string, string] {
  if (index < 1 || index > STATIC_SIZE) throw new NoHeaders(`there is no header ${index}`);
  return STATIC.get(index) ?? UNNAMED;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  peek(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new NoHeaders("headers that are cut short");
    return byte;
  }

  integer(bits: number): number {
    const most = 2 ** bits - 1;
    const first = this.#next() & most;
    if (first < most) return first;
    let value = most;
    for (let factor = 1; factor < 2 ** 28; factor *= 128) {
      const byte = this.#next();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new NoHeaders("a number without an end");
  }

  text(): string {
    const isPacked = this.peek() >= 0x80;
    const length = this.integer(7);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new NoHeaders("headers that are cut short");
    this.#at += length;
    const plain = isPacked ? huffmanDecoded(bytes) : bytes;
    if (plain === null) throw new NoHeaders("a text that is not packed as HTTP/2 packs it");
    return new TextDecoder().decode(plain);
  }

  #next(): number {
    const byte = this.peek();
    this.#at++;
    return byte;
  }
}
