/** What a call fails with, for tests of the words that a user reads. */

import { assertEquals, AssertionError } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";

/** Asserts that the call throws a usage Failure of exactly this text: what, and what to do next. */
export async function assertUsage(call: () => unknown, what: string, next: string): Promise<void> {
  const { data } = await failureOf(call);
  assertEquals(data, { exit: "usage", what, next });
}

export async function failureOf(call: () => unknown): Promise<Failure> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new AssertionError("Expected a Failure, and nothing was thrown");
}
