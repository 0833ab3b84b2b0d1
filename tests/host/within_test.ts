import { assertEquals, assertRejects } from "@std/assert";
import { LATE, within } from "../../lib/host/within.ts";
import { autoClock } from "../fakes/auto_clock.ts";

Deno.test("within() gives what the work gives in time, and LATE after the limit", async () => {
  const clock = autoClock();
  await clock.drive(async () => {
    assertEquals(await within(clock, 1000, clock.sleep(400).then(() => "done")), "done");
    assertEquals(clock.mono(), 400);
    assertEquals(await within(clock, 1000, clock.sleep(4000)), LATE);
    assertEquals(clock.mono(), 1400);
  });
});

Deno.test("within() rejects as the work does, and when its signal aborts; a later end of the work is nobody's", async () => {
  const clock = autoClock();
  await clock.drive(async () => {
    await assertRejects(() => within(clock, 1000, Promise.reject(new Error("broken"))), Error, "broken");
    const abort = new AbortController();
    const waiting = within(clock, 1000, new Promise<void>(() => {}), abort.signal);
    abort.abort(new Error("interrupted"));
    await assertRejects(() => waiting, Error, "interrupted");
    assertEquals(await within(clock, 10, clock.sleep(50).then(() => Promise.reject(new Error("too late")))), LATE);
    await clock.sleep(100);
  });
});
