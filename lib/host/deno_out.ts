/** Writes to stdout and stderr of the real host, to the last byte, also if these do not block. */

/** A pipe takes this much as a whole or not at all (PIPE_BUF of Linux). */
const PIECE_BYTES = 4096;
const NEWLINE = 10;
const PAUSE_MS = 5;
const pause = new Int32Array(new SharedArrayBuffer(4));

type Stream = Pick<typeof Deno.stdout, "writeSync">;

/**
 * Waits as long as a reader is slow. A pipe that another program made non-blocking (Node's, some CI runners') refuses
 * with EAGAIN while it is full, and no event says when that ends. Only a reader that goes away is an error.
 */
export function writeAll(stream: Stream, data: Uint8Array, { isBuffered }: { isBuffered: boolean }): void {
  for (let done = 0; done < data.length;) {
    const piece = isBuffered ? pieceAt(data, done) : data.subarray(done);
    try {
      done += stream.writeSync(piece);
    } catch (error) {
      wait(error);
      // Nothing was taken of a whole line. The beginning of a line is in the buffer by now, and an empty write sends it
      // on.
      if (!isBuffered || piece.at(-1) === NEWLINE || piece.length >= BUFFER_BYTES) continue;
      done += piece.length;
      flush(stream);
    }
  }
}

/** The buffer of Deno's stdout, which holds back what follows the last newline, and then sends it at once or fails. */
const BUFFER_BYTES = 1024;

/** A piece that ends with a line if possible, so that after a refusal it is known how much was taken. */
function pieceAt(data: Uint8Array, from: number): Uint8Array {
  const piece = data.subarray(from, from + PIECE_BYTES);
  const end = piece.lastIndexOf(NEWLINE) + 1;
  return end === 0 ? piece : piece.subarray(0, end);
}

function flush(stream: Stream): void {
  for (;;) {
    try {
      stream.writeSync(new Uint8Array());
      return;
    } catch (error) {
      wait(error);
    }
  }
}

/** Pauses after a refusal, and throws any other error. */
function wait(error: unknown): void {
  if (!(error instanceof Deno.errors.WouldBlock)) throw error;
  Atomics.wait(pause, 0, 0, PAUSE_MS);
}
