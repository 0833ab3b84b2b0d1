import { assertEquals } from "@std/assert";
import { untilTick } from "../../lib/host/tick.ts";

for (
  const [now, offset, expected] of [
    [0, 0, 500],
    [1, 0, 499],
    [250, 0, 250],
    [251, 0, 749],
    [499, 0, 501],
    [500, 0, 500],
    [0, 50, 550],
    [50, 50, 500],
    [10_300, 50, 250],
  ] as const
) {
  Deno.test(`untilTick() at ${now} ms, offset ${offset}, pauses ${expected} ms to a shared moment`, () => {
    const pause = untilTick({ mono: () => now }, 500, offset);
    assertEquals(pause, expected);
    assertEquals((now + pause - offset) % 500, 0);
  });
}
