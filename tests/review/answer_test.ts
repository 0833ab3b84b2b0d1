/** What an endpoint's answer is taken for that is none. */

import { assertEquals } from "@std/assert";
import { errorMessage, readAnswer } from "../../lib/review/answer.ts";

Deno.test("an error without a word is none, and one without end is cut", () => {
  for (const error of ["", " \n", { message: "" }, 5, null, [], { message: { toString: 1 } }]) {
    const body = JSON.stringify({ choices: [], error });
    assertEquals(errorMessage(body), null);
    assertEquals(readAnswer(body), { why: "it has no choices" });
  }
  assertEquals(readAnswer(JSON.stringify({ error: "x".repeat(100_000) })), { why: `${"x".repeat(299)}…` });
  const choices = [{ finish_reason: "y".repeat(100_000), message: {} }];
  assertEquals(readAnswer(JSON.stringify({ choices })), {
    why: `it holds no text (finish_reason: ${"y".repeat(299)}…)`,
  });
});
