/** The output of children, read into buffers that fit what comes. */

const FIRST_BYTES = 2 * 1024;
const MOST_BYTES = 64 * 1024;

/**
 * The pipe's stream as it is. Deno's own takes 64 KiB for each read, however few bytes are there: over a run with many
 * children that is most of all memory that is ever asked for. Here a buffer is used until a read fills it, and then twice as
 * large.
 */
export function inSmallReads(pipe: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = pipe.getReader({ mode: "byob" });
  let buffer = new Uint8Array(FIRST_BYTES);
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await reader.read(buffer);
      // After a cancel, too, where closing what is closed throws and nobody is there to hear of it.
      if (done) return controller.close();
      controller.enqueue(value.slice());
      const size = value.buffer.byteLength;
      const isFull = value.length === size && size < MOST_BYTES;
      buffer = isFull ? new Uint8Array(2 * size) : new Uint8Array(value.buffer);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
