/** What is fuzzed: one parser of foreign data, and how an answer of it is told from a find. */

import { EngineError } from "../../lib/engine/engine.ts";
import { Failure } from "../../lib/model/failure.ts";

export interface Parser {
  name: string;
  /** Inputs of a unit test: as many as take a second or so. */
  inputs: number;
  /** What it really gets to see: inputs are made of these. */
  samples: readonly string[];
  /** Reads the input, and throws if what it promises of the value does not hold. */
  run(input: string): unknown;
  /** Whether the error is its own way to refuse an input, besides Failure and EngineError. */
  refuses?(error: unknown): boolean;
}

/** A refusal is told to a person: longer than this, nobody reads it. */
const LONGEST_SENTENCE = 2000;

/** Why the input is a find; null where the parser answered with a value, or refused the input in its own way. */
export async function findOf(parser: Parser, input: string): Promise<string | null> {
  try {
    const value = parser.run(input);
    if (value instanceof Promise) await value;
    return null;
  } catch (error) {
    if (error instanceof Failure) {
      return oddText(error.data.what) ?? (error.data.next === "" ? null : oddText(error.data.next));
    }
    if (error instanceof EngineError || parser.refuses?.(error) === true) return oddText((error as Error).message);
    return error instanceof Error ? error.stack ?? String(error) : `thrown: ${String(error)}`;
  }
}

function oddText(text: string): string | null {
  if (text.trim() === "") return "refused without a word";
  if (text.length > LONGEST_SENTENCE) return `refused in ${text.length} characters: ${text.slice(0, 200)}`;
  return text.includes("[object ") ? `refused, and names no value: ${text}` : null;
}
