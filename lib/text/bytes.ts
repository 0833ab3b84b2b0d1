/** Bytes, and texts as bytes. Pure. */

/** Joins several pieces into one. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const utf8 = new TextEncoder();
/** Written to and never read. */
const scratch = new Uint8Array(16 * 1024);

/** How many bytes the text is in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let done = 0; done < text.length;) {
    const { read, written } = utf8.encodeInto(text.slice(done), scratch);
    done += read;
    bytes += written;
  }
  return bytes;
}
