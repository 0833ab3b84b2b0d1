/**
 * Finds secrets in text and puts `[secret NAME]` in their place, in one pass; does nothing if there are no secrets.
 * Each is found in all forms of secret_forms.ts. Pure.
 */

import { MARKER, marker, withoutCredentials } from "./marker.ts";
import { formsOf } from "./secret_forms.ts";
import { SecretMatcher, type Unfinished } from "./secret_matcher.ts";
import type { Secret } from "./secrets.ts";

export interface Redactor {
  /** Whether there is nothing to find but credentials in URLs. */
  readonly isEmpty: boolean;
  /** The text without the secrets, also without one that is cut short at its end. Doing it again changes nothing. */
  text(text: string): string;
  /**
   * The stream without them, wherever its chunks are cut; its other bytes stay as they are. The stream itself if there
   * are no secrets.
   */
  stream(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>;
}

export function newRedactor(secrets: readonly Secret[]): Redactor {
  const names = new Map<string, string>();
  for (const { name, values } of secrets) {
    for (const form of values.flatMap(formsOf)) if (!names.has(form)) names.set(form, marker(name));
  }
  const inText = new SecretMatcher(names, { kept: MARKER });
  let inBytes: SecretMatcher | null = null;
  return {
    isEmpty: names.size === 0,
    text(text) {
      return withoutCredentials(names.size === 0 ? text : inText.clean(text, "cut").done);
    },
    stream(stream) {
      if (names.size === 0) return stream;
      inBytes ??= new SecretMatcher(
        new Map([...names].map(([form, mark]) => [bytesOf(new TextEncoder().encode(form)), mark])),
        { kept: MARKER, asBytes: true },
      );
      return stream.pipeThrough(cleaner(inBytes));
    },
  };
}

function cleaner(matcher: SecretMatcher): TransformStream<Uint8Array, Uint8Array> {
  let rest = "";
  let unfinished: Unfinished = [];
  return new TransformStream({
    transform(chunk, controller) {
      const text = rest + bytesOf(chunk);
      const cleaned = matcher.clean(text, "more", unfinished);
      ({ rest, unfinished } = cleaned);
      // Mostly nothing was found.
      if (cleaned.done.length === chunk.length && cleaned.done === text) controller.enqueue(chunk);
      else if (cleaned.done !== "") controller.enqueue(toBytes(cleaned.done));
    },
    flush(controller) {
      const last = matcher.clean(rest, "end", unfinished).done;
      if (last !== "") controller.enqueue(toBytes(last));
    },
  });
}

const PIECE = 8192;

/** Each byte as one character, so that bytes that are no text stay what they are. */
function bytesOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}

function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
