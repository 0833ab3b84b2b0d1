import { assertEquals } from "@std/assert";
import { pressureFigures } from "../../lib/figures/pressure.ts";
import { WAITS } from "../../lib/model/evidence.ts";
import type { TimedPressure } from "../../lib/model/record.ts";
import { pressure } from "../fakes/evidence.ts";

/** Of CPU: some and all. */
function cpu(...cycles: TimedPressure[][]) {
  const { pct, readings } = pressureFigures(cycles.map((pressures) => ({ pressures })));
  return [pct.cpuSomeUsec, pct.cpuFullUsec, readings];
}

const at = (ms: number, cpuSomeUsec: number, over: Partial<TimedPressure> = {}) =>
  pressure("db", ms, { cpuSomeUsec, ...over });

Deno.test("pressureFigures() gives the share of the time between the first and the last reading", () => {
  assertEquals(cpu([at(1000, 5_000_000), at(1500, 5_000_000), at(3000, 5_500_000)]), [25, 0, 3]);
});

Deno.test("pressureFigures() has no figure, and no 0, without two readings of a container", () => {
  const nothing = Object.fromEntries(WAITS.map((wait) => [wait, null]));
  assertEquals(pressureFigures([]), { pct: nothing as never, readings: 0 });
  assertEquals(cpu([at(1000, 5)]), [null, null, 1]);
  assertEquals(cpu([at(1000, 5)], [at(9000, 6)]), [null, null, 2]);
  assertEquals(cpu([at(1000, 5), at(1000, 5)]), [null, null, 2]);
  assertEquals(cpu([at(1000, 5), pressure("web", 2000, { cpuSomeUsec: 9 })]), [null, null, 2]);
});

Deno.test("pressureFigures() leaves out what the kernel does not count, as all of CPU before Linux 5.13", () => {
  const { cpuFullUsec: _, ...old } = at(2000, 100_000);
  const { cpuFullUsec: _first, ...first } = at(1000, 0);
  assertEquals(cpu([first, old]), [10, null, 2]);
});

Deno.test("pressureFigures() leaves out the time around a restart, which sets all counters back", () => {
  const before = [at(0, 100_000, { ioSomeUsec: 5 }), at(1000, 200_000, { ioSomeUsec: 5 })];
  // It waited longer for CPU than the one before: only IO shows that this is another counter.
  const after = [at(2000, 900_000), at(3000, 1_000_000)];
  assertEquals(cpu([...before, ...after]), [10, 0, 4]);
});

Deno.test("pressureFigures() takes the windows of several cycles together, without the time between them", () => {
  assertEquals(cpu([at(0, 0), at(1000, 100_000)], [at(9000, 0), at(12_000, 1_500_000)]), [40, 0, 4]);
});

Deno.test("pressureFigures() keeps the readings of several containers apart", () => {
  const other = (ms: number, cpuSomeUsec: number) => ({ ...at(ms, cpuSomeUsec), containerId: "db-2" });
  assertEquals(cpu([at(0, 0), other(0, 7_000_000), at(1000, 200_000), other(1000, 7_400_000)]), [30, 0, 4]);
});

Deno.test("pressureFigures() is never above 100: readings are written down a little later than they were made", () => {
  assertEquals(cpu([at(1000, 0), at(1995, 1_000_000)]), [100, 0, 2]);
});
