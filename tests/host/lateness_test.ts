import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { measureLateness } from "../../lib/host/lateness.ts";

Deno.test("measureLateness() counts what this process's own work kept it from", async () => {
  const end = measureLateness();
  await delay(1);
  const from = performance.now();
  while (performance.now() - from < 300);
  const lateMs = end();
  assert(lateMs >= 270 && lateMs < 5000, `${lateMs} ms`);
});

Deno.test("measureLateness() counts each stretch that is longer than a tick, and no other", () => {
  let at = 1000;
  const end = measureLateness(() => at);
  at += 15;
  assertEquals(end(), 0);
  const later = measureLateness(() => at);
  at += 520;
  assertEquals(later(), 500);
});
