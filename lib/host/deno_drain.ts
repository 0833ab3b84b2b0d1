/** Keeps a long output's first and last bytes in a file; the bytes between them are only read and counted. */

import { readChunks } from "./capture.ts";
import { openNew } from "./deno_open.ts";
import { Tail, tailBytes } from "./tail.ts";

export async function drainTo(
  { path, mode }: { path: string; mode: number },
  streams: ReadableStream<Uint8Array>[],
  maxBytes: number,
  abandon: AbortSignal,
): Promise<number> {
  const file = await openNew(path, mode);
  const tail = new Tail(tailBytes(maxBytes));
  const headBytes = maxBytes - tailBytes(maxBytes);
  let bytes = 0;
  try {
    await Promise.all(streams.map(async (stream) => {
      await readChunks(stream, abandon, async (chunk) => {
        const head = chunk.subarray(0, Math.max(0, headBytes - bytes));
        bytes += chunk.length;
        tail.add(chunk.subarray(head.length));
        if (head.length > 0) await writeAll(file, head);
      });
    }));
    await writeAll(file, tail.rest(headBytes));
  } finally {
    file.close();
  }
  return bytes;
}

export async function writeAll(file: Pick<Deno.FsFile, "write">, data: Uint8Array): Promise<void> {
  for (let done = 0; done < data.length;) done += await file.write(data.subarray(done));
}
