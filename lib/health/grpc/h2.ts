/** One request by HTTP/2 (RFC 9113), and its answer, on a connection of its own: as much of the protocol as that takes. */

import { ByteReader, Ended } from "../../host/byte_reader.ts";
import type { Line } from "../../host/host.ts";
import { joinBytes } from "../../text/bytes.ts";
import { NoHeaders, packed, unpacked } from "./hpack.ts";

/** The other side speaks no HTTP/2, or breaks its rules. */
export class NoHttp2 extends Error {}

/** The other side refuses the request, or gave up on it; `code` is that of HTTP/2. */
export class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface H2Request {
  /** Those that begin with `:` first. Names are in lower case. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
}

/** Names in lower case. */
export interface H2Answer {
  headers: ReadonlyMap<string, string>;
  data: Uint8Array;
  /** Headers that came after the data; empty if none did. */
  trailers: ReadonlyMap<string, string>;
}

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const CONTINUATION = 9;
const ACK = 1;
const END_STREAM = 1;
const END_HEADERS = 4;
const PADDED = 8;
const PRIORITY = 0x20;
/** No table of earlier headers, and no pushed answers. */
const OWN_SETTINGS = new Uint8Array([0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
/** The most that a frame may have if nothing is said. */
const MOST_FRAME = 16_384;
/** As much as may come without a word of this side: what is asked for here is far shorter. */
const MOST_DATA = 65_535;
const MOST_HEADERS = 65_536;
/** The one request. */
const STREAM = 1;

interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Uint8Array;
}

/** Throws NoHttp2 and Refused. */
export async function request(line: Line, { body, headers }: H2Request): Promise<H2Answer> {
  const bytes = new ByteReader(line.readable);
  const say = (...parts: Uint8Array[]) => {
    // Whether it was heard, the answer shows.
    line.write(joinBytes(parts)).catch(() => {});
  };
  say(
    new TextEncoder().encode(PREFACE),
    frame(SETTINGS, 0, 0, OWN_SETTINGS),
    frame(HEADERS, END_HEADERS, STREAM, packed(headers)),
    frame(DATA, END_STREAM, STREAM, body),
  );
  try {
    return await answer(bytes, say);
  } catch (error) {
    if (error instanceof Ended) throw new NoHttp2("the connection ended");
    throw error instanceof NoHeaders ? new NoHttp2(error.message) : error;
  }
}

async function answer(bytes: ByteReader, say: (frame: Uint8Array) => void): Promise<H2Answer> {
  const blocks: Map<string, string>[] = [];
  const data: Uint8Array[] = [];
  let left = MOST_DATA;
  for (let isFirst = true;; isFirst = false) {
    const next = await nextFrame(bytes, isFirst);
    const { flags, payload, stream, type } = next;
    if (type === SETTINGS && !(flags & ACK)) say(frame(SETTINGS, ACK, 0, new Uint8Array()));
    if (type === PING && !(flags & ACK)) say(frame(PING, ACK, 0, payload));
    if (type === GOAWAY) refuseGoaway(payload);
    if (stream !== STREAM) continue;
    if (type === RST_STREAM) throw refused(numberAt(payload, 0), "ended the request");
    if (type === HEADERS) {
      const block = new Map(unpacked(await wholeBlock(bytes, next)));
      // Those from 100 on only say that an answer will come.
      if (!/^1\d\d$/.test(block.get(":status") ?? "")) blocks.push(block);
    }
    if (type === DATA) {
      const piece = unpadded(next);
      left -= piece.length;
      if (left < 0) throw new NoHttp2(`an answer of over ${MOST_DATA} bytes`);
      data.push(piece);
    }
    if ((type === HEADERS || type === DATA) && flags & END_STREAM) {
      say(frame(GOAWAY, 0, 0, new Uint8Array(8)));
      const [headers = new Map(), trailers = new Map()] = blocks;
      return { headers, data: joinBytes(data), trailers };
    }
  }
}

async function nextFrame(bytes: ByteReader, isFirst = false): Promise<Frame> {
  const head = await bytes.take(9);
  const length = numberAt(head, 0) >>> 8;
  const [, , , type = 0, flags = 0] = head;
  const stream = numberAt(head, 5) & 0x7fff_ffff;
  if (isFirst && (type !== SETTINGS || stream !== 0 || length > MOST_FRAME)) throw new NoHttp2("no HTTP/2");
  if (length > MOST_FRAME) throw new NoHttp2(`a frame of ${length} bytes`);
  return { type, flags, stream, payload: await bytes.take(length) };
}

/** The headers of a frame, and of those that continue it. */
async function wholeBlock(bytes: ByteReader, first: Frame): Promise<Uint8Array> {
  const parts = [unpadded(first)];
  let length = first.payload.length;
  for (let { flags } = first; !(flags & END_HEADERS);) {
    const next = await nextFrame(bytes);
    if (next.type !== CONTINUATION || next.stream !== first.stream) throw new NoHttp2("headers that are cut short");
    length += next.payload.length;
    if (length > MOST_HEADERS) throw new NoHttp2(`headers of over ${MOST_HEADERS} bytes`);
    parts.push(next.payload);
    flags = next.flags;
  }
  return joinBytes(parts);
}

/** The payload without its padding, and without a priority. */
function unpadded({ flags, payload, type }: Frame): Uint8Array {
  const isPadded = (flags & PADDED) !== 0;
  const padding = isPadded ? payload[0] ?? 0 : 0;
  const start = (isPadded ? 1 : 0) + (type === HEADERS && flags & PRIORITY ? 5 : 0);
  if (start + padding > payload.length) throw new NoHttp2("a frame with too much padding");
  return payload.subarray(start, payload.length - padding);
}

function refuseGoaway(payload: Uint8Array): void {
  const last = numberAt(payload, 0) & 0x7fff_ffff;
  const code = numberAt(payload, 4);
  if (last < STREAM || code !== 0) throw refused(code, "ends the connection");
}

const CODES = [
  ...["NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED"],
  ...["FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM"],
  ...["INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"],
];

function refused(code: number, what: string): Refused {
  return new Refused(code, `it ${what} with ${CODES[code] ?? `error ${code}`}`);
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(9);
  const view = new DataView(head.buffer);
  view.setUint32(0, payload.length << 8 | type);
  view.setUint8(4, flags);
  view.setUint32(5, stream);
  return joinBytes([head, payload]);
}

/** Four bytes as one number of 0 or more; missing ones are 0. */
function numberAt(bytes: Uint8Array, at: number): number {
  return [0, 1, 2, 3].reduce((number, nth) => number * 256 + (bytes[at + nth] ?? 0), 0);
}
