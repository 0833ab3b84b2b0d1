import { assertEquals } from "@std/assert";
import { LOOK_MS, StartPressure } from "../../lib/run/start_pressure.ts";
import { handClock } from "../fakes/clock.ts";

function host(says: () => string | null) {
  return {
    clock: handClock(),
    cores: 2,
    kernel: { read: (path: string) => path === "/proc/loadavg" ? says() : null, list: () => [], link: () => null },
  };
}

Deno.test("starts press on the cores while more processes want one than there are, and are looked at once in a while", async () => {
  let running = 1;
  let asked = 0;
  const on = host(() => (asked++, `1.00 1.00 1.00 ${running}/99 1`));
  const pressure = new StartPressure(on);
  assertEquals([pressure.free, pressure.isBusy()], [3, false]);
  running = 9;
  await on.clock.advance(LOOK_MS);
  assertEquals([pressure.isBusy(), pressure.isBusy(), asked], [true, true, 2]);
  running = 1;
  await on.clock.advance(LOOK_MS);
  pressure.isBusy();
  await on.clock.advance(LOOK_MS);
  assertEquals(pressure.isBusy(), false);
});

Deno.test("what a start costs is seen first, and then the next one goes on", async () => {
  const on = host(() => "1.00 1.00 1.00 1/99 1");
  const pressure = new StartPressure(on);
  pressure.began();
  assertEquals(pressure.isBusy(), true);
  await on.clock.advance(LOOK_MS);
  assertEquals(pressure.isBusy(), false);
});

Deno.test("where the kernel says nothing, no start waits for cores", async () => {
  const on = host(() => null);
  const pressure = new StartPressure(on);
  pressure.began();
  await on.clock.advance(LOOK_MS);
  assertEquals(pressure.isBusy(), false);
});
