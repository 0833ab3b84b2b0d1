/** The output of children, read into buffers that fit what comes. */

const FIRST_BYTES = 2 * 1024;
const MOST_BYTES = 64 * 1024;

/**
 * The pipe's stream, unchanged. Deno's own stream takes 64 KiB for each read, however few bytes are there: in a run
 * with many children, that is most of all memory that is ever allocated. Here a buffer is used until a read fills it;
 * the next one is twice as large.
 */
export function inSmallReads(pipe: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = pipe.getReader({ mode: "byob" });
  let buffer = new Uint8Array(FIRST_BYTES);
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await reader.read(buffer);
      // Also after a cancel: then closing throws, and nobody sees the error.
      if (done) return controller.close();
      controller.enqueue(value.slice());
      const size = value.buffer.byteLength;
      const isFull = value.length === size && size < MOST_BYTES;
      buffer = isFull ? new Uint8Array(2 * size) : new Uint8Array(value.buffer);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
