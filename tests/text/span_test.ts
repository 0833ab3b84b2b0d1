/** Spans of time as a user writes them. */

import { assertEquals } from "@std/assert";
import { spanSec, spanText } from "../../lib/text/span.ts";

for (
  const [text, seconds] of [["90s", 90], ["30m", 1800], ["24h", 86_400], ["1h30m", 5400], ["2h0m1s", 7201]] as const
) {
  Deno.test(`spanSec() of ${text}`, () => assertEquals(spanSec(text), seconds));
}

for (const text of ["", "24", "h", "1.5h", "30m1h", "1h1h", " 1h", "1h ", "-1h", "1d", "1H", "1000000000s"]) {
  Deno.test(`spanSec() refuses ${JSON.stringify(text)}`, () => assertEquals(spanSec(text), undefined));
}

Deno.test("spanText() is the shortest form that spanSec() reads back", () => {
  assertEquals([90, 1800, 86_400, 5400, 0, 7201].map(spanText), ["1m30s", "30m", "24h", "1h30m", "0s", "2h1s"]);
  for (let seconds = 0; seconds < 100_000; seconds += 37) assertEquals(spanSec(spanText(seconds)), seconds);
});
