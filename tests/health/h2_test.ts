/** A request by HTTP/2, on a line whose other side says bytes that servers rarely say, or must not say. */

import { assertEquals, assertRejects } from "@std/assert";
import { NoHttp2, Refused, request } from "../../lib/health/grpc/h2.ts";
import { packed } from "../../lib/health/grpc/hpack.ts";
import type { Line } from "../../lib/host/host.ts";
import { joinBytes } from "../../lib/text/bytes.ts";

const DATA = 0,
  HEADERS = 1,
  PRIORITY = 2,
  RST_STREAM = 3,
  SETTINGS = 4,
  PING = 6,
  GOAWAY = 7,
  WINDOW_UPDATE = 8,
  CONTINUATION = 9;
const END_STREAM = 1, END_HEADERS = 4, PADDED = 8, PRIORITIZED = 0x20;

function frame(type: number, flags: number, stream: number, ...payload: (number[] | Uint8Array)[]): Uint8Array {
  const body = joinBytes(payload.map((part) => new Uint8Array(part)));
  const length = [body.length >> 16, body.length >> 8 & 255, body.length & 255];
  return joinBytes([new Uint8Array([...length, type, flags, 0, 0, 0, stream]), body]);
}

const SETTLED = frame(SETTINGS, 0, 0);
const OK = packed([[":status", "200"]]);
const END = packed([["grpc-status", "0"]]);
const ANSWER = [
  frame(HEADERS, END_HEADERS, 1, OK),
  frame(DATA, 0, 1, [1, 2]),
  frame(HEADERS, END_HEADERS | END_STREAM, 1, END),
];

/** What comes of it if these frames come, in pieces of so many bytes; and what was said. */
async function answered(frames: Uint8Array[], piece = 1000) {
  const said: Uint8Array[] = [];
  const all = joinBytes(frames);
  const pieces = Array.from(
    { length: Math.ceil(all.length / piece) },
    (_, nth) => all.slice(nth * piece, (nth + 1) * piece),
  );
  const line: Line = {
    readable: ReadableStream.from(pieces),
    write: (bytes) => Promise.resolve(void said.push(bytes)),
    close: () => Promise.resolve(),
  };
  const { data, headers, trailers } = await request(line, { headers: [[":path", "/x"]], body: new Uint8Array([7]) });
  return { answer: { data: [...data], headers: [...headers], trailers: [...trailers] }, said };
}

const WANTED = { data: [1, 2], headers: [[":status", "200"]], trailers: [["grpc-status", "0"]] };

Deno.test("request() reads headers, data and trailers, wherever the bytes are cut, and says goodbye", async () => {
  for (const piece of [1, 7, 1000]) {
    const { answer, said } = await answered([SETTLED, ...ANSWER], piece);
    assertEquals<unknown>(answer, WANTED);
    assertEquals(new TextDecoder().decode(said[0]?.subarray(0, 24)), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertEquals(said.slice(1), [frame(SETTINGS, 1, 0), frame(GOAWAY, 0, 0, Array(8).fill(0))]);
  }
});

Deno.test("request() answers a ping, and minds no frames of other kinds and other streams", async () => {
  const ping = [1, 2, 3, 4, 5, 6, 7, 8];
  const others = [
    frame(PING, 0, 0, ping),
    frame(PING, 1, 0, ping),
    frame(SETTINGS, 1, 0),
    frame(WINDOW_UPDATE, 0, 0, [0, 0, 1, 0]),
    frame(PRIORITY, 0, 1, [0, 0, 0, 0, 1]),
    frame(0xfe, 0xff, 1, ping),
    frame(RST_STREAM, 0, 3, [0, 0, 0, 2]),
    frame(GOAWAY, 0, 0, [0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  ];
  const { answer, said } = await answered([SETTLED, ...others, ...ANSWER]);
  assertEquals<unknown>(answer, WANTED);
  assertEquals(said.filter((each) => each[3] === PING), [frame(PING, 1, 0, ping)]);
});

Deno.test("request() reads headers in several frames, with padding and priority, and leaves out those that come before an answer", async () => {
  const early = frame(HEADERS, END_HEADERS, 1, packed([[":status", "103"], ["link", "x"]]));
  const first = frame(HEADERS, PADDED | PRIORITIZED, 1, [2], [0, 0, 0, 0, 9], OK.slice(0, 3), [0, 0]);
  const rest = [frame(CONTINUATION, 0, 1, OK.slice(3, 5)), frame(CONTINUATION, END_HEADERS, 1, OK.slice(5))];
  const data = frame(DATA, PADDED, 1, [3], [1, 2], [0, 0, 0]);
  const { answer } = await answered([
    SETTLED,
    early,
    first,
    ...rest,
    data,
    frame(HEADERS, END_HEADERS | END_STREAM, 1, END),
  ]);
  assertEquals<unknown>(answer, WANTED);
});

Deno.test("request() gives an answer of headers alone", async () => {
  const { answer } = await answered([SETTLED, frame(HEADERS, END_HEADERS | END_STREAM, 1, END)]);
  assertEquals<unknown>(answer, { data: [], headers: [["grpc-status", "0"]], trailers: [] });
});

const FLOOD = Array.from({ length: 5 }, () => frame(DATA, 0, 1, new Uint8Array(16_000)));
const ENDLESS = Array.from({ length: 5 }, () => frame(CONTINUATION, 0, 1, new Uint8Array(16_000)));

for (
  const [what, frames, why] of [
    ["nothing", [], "the connection ended"],
    ["an answer that is cut short", [SETTLED, ...ANSWER.slice(0, 2)], "the connection ended"],
    ["another protocol", [new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")], "no HTTP/2"],
    ["frames without settings", ANSWER, "no HTTP/2"],
    [
      "a frame that is too long",
      [SETTLED, new Uint8Array([0, 0x40, 1, DATA, 0, 0, 0, 0, 1])],
      "a frame of 16385 bytes",
    ],
    ["more data than is asked for", [SETTLED, ANSWER[0] ?? SETTLED, ...FLOOD], "an answer of over 65535 bytes"],
    ["headers without an end", [SETTLED, frame(HEADERS, 0, 1, OK), ...ENDLESS], "headers of over 65536 bytes"],
    ["headers that something else cuts", [SETTLED, frame(HEADERS, 0, 1, OK), SETTLED], "headers that are cut short"],
    ["headers that are none", [SETTLED, frame(HEADERS, END_HEADERS, 1, [0xbe])], "there is no header 62"],
    ["too much padding", [SETTLED, frame(DATA, PADDED, 1, [9], [1, 2])], "too much padding"],
  ] as const
) {
  Deno.test(`request() takes ${what} for no HTTP/2`, async () => {
    await assertRejects(() => answered([...frames]), NoHttp2, why);
  });
}

Deno.test("request() is refused by a reset, and by a goodbye that leaves it out or has an error", async () => {
  const reset = frame(RST_STREAM, 0, 1, [0, 0, 0, 7]);
  await assertRejects(() => answered([SETTLED, reset]), Refused, "it ended the request with REFUSED_STREAM");
  const late = frame(GOAWAY, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
  await assertRejects(() => answered([SETTLED, late]), Refused, "it ends the connection with NO_ERROR");
  const calm = frame(GOAWAY, 0, 0, [0, 0, 0, 1, 0, 0, 0, 11]);
  await assertRejects(() => answered([SETTLED, calm]), Refused, "it ends the connection with ENHANCE_YOUR_CALM");
  const odd = frame(RST_STREAM, 0, 1, [0xff, 0, 0, 0]);
  await assertRejects(() => answered([SETTLED, odd]), Refused, "with error 4278190080");
});
