/** What a program prints, cut at the lines that begin with a mark: the parts between them, and what the lines say. */

import { readChunks } from "../../../host/capture.ts";

/** A line with the mark is no longer than this; longer ones are output. */
const LONGEST_LINE = 4096;

export interface Cutter {
  /** What the line says. Returns whether the parts before and after it are to be kept apart. */
  told(line: string): boolean;
  /** A next part has begun, with this stream; the one before has ended. */
  begun(part: ReadableStream<Uint8Array>): void;
}

/**
 * Reads the stream to its end or to the abort. The program is held up while nobody reads the part. What comes of a part that is
 * cancelled is dropped.
 */
export async function cut(
  stream: ReadableStream<Uint8Array>,
  mark: string,
  cutter: Cutter,
  abandon: AbortSignal,
): Promise<void> {
  const sought = new TextEncoder().encode(mark);
  const abandoned = new Promise<void>((resolve) => abandon.addEventListener("abort", () => resolve(), { once: true }));
  let part = newPart(cutter, abandoned);
  let held: Uint8Array = new Uint8Array();
  try {
    await readChunks(stream, abandon, async (chunk) => {
      held = joined(held, chunk);
      for (;;) {
        const found = findLine(held, sought);
        await part.write(held.subarray(0, found.from));
        held = held.slice(found.from);
        if (found.length === 0) return;
        const line = new TextDecoder().decode(held.subarray(sought.length, found.length - 1));
        held = held.slice(found.length);
        if (!cutter.told(line)) continue;
        await part.close();
        part = newPart(cutter, abandoned);
      }
    });
  } finally {
    await part.write(held);
    await part.close();
  }
}

interface PartWriter {
  write(data: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

function newPart(cutter: Cutter, abandoned: Promise<void>): PartWriter {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  cutter.begun(readable);
  // A part that is cancelled takes no more, and one that nobody reads takes nothing.
  const settled = (done: Promise<void>) => Promise.race([done.catch(() => {}), abandoned]);
  writer.closed.catch(() => {});
  return {
    write: (data) => data.length === 0 ? Promise.resolve() : settled(writer.write(data)),
    close: () => settled(writer.close()),
  };
}

function joined(before: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (before.length === 0) return chunk;
  const both = new Uint8Array(before.length + chunk.length);
  both.set(before);
  both.set(chunk, before.length);
  return both;
}

/**
 * Where the first line with the mark is, with its line end; a length of 0 if there is no whole one, and then from where on one
 * may still come.
 */
function findLine(data: Uint8Array, mark: Uint8Array): { from: number; length: number } {
  for (let from = data.indexOf(mark[0] ?? 0); from >= 0; from = data.indexOf(mark[0] ?? 0, from + 1)) {
    const there = data.subarray(from, from + mark.length);
    if (!there.every((byte, at) => byte === mark[at])) continue;
    if (there.length < mark.length) return { from, length: 0 };
    const end = data.subarray(from, from + LONGEST_LINE).indexOf(LINE_END);
    if (end >= 0) return { from, length: end + 1 };
    if (data.length - from < LONGEST_LINE) return { from, length: 0 };
  }
  return { from: data.length, length: 0 };
}

const LINE_END = 10;
