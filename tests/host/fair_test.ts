import { assertAlmostEquals, assertEquals } from "@std/assert";
import { coreShare, FairTimer, LONGEST_FACTOR, readLoad } from "../../lib/host/fair.ts";
import { extendedText } from "../../lib/text/extended.ts";
import { handClock } from "../fakes/clock.ts";

const NEVER = new AbortController().signal;

/** A host of two cores on which `running` processes besides this program want one. */
function busyHost(running: number, psi = true) {
  const clock = handClock();
  const load = { running };
  let asked = 0;
  const read = (path: string) => {
    asked++;
    if (path === "/proc/loadavg") return `4.00 3.00 2.00 ${load.running + 1}/456 7890\n`;
    if (path !== "/proc/pressure/cpu" || !psi) return null;
    const total = load.running > 2 ? Math.round(clock.mono() * 1000) : 0;
    return `some avg10=0.00 avg60=0.00 avg300=0.00 total=${total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`;
  };
  return { clock, cores: 2, load, asked: () => asked, kernel: { read, list: () => [], link: () => null } };
}

async function limitOf(host: ReturnType<typeof busyHost> | { clock: ReturnType<typeof handClock> }, limitMs: number) {
  const timer = new FairTimer(host);
  let reachedAt = -1;
  void timer.reaches(limitMs, NEVER).then((reached) => reachedAt = reached ? host.clock.mono() : -2);
  for (let step = 0; reachedAt === -1 && step < 1000; step++) await host.clock.advance(100);
  return { reachedAt, starvedMs: timer.starvedMs };
}

Deno.test("readLoad() counts the processes that want a core besides this one", () => {
  assertEquals(readLoad(busyHost(5)), { running: 5, stalledUs: 0 });
  assertEquals(readLoad(busyHost(5, false)), { running: 5, stalledUs: null });
  assertEquals(readLoad({}), null);
  const other = { read: () => "nonsense", list: () => [], link: () => null };
  assertEquals(readLoad({ kernel: other }), null);
});

Deno.test("coreShare() is all where there are cores enough, and a part of the time in which some waited", () => {
  const at = (running: number, stalledUs: number | null = null) => ({ running, stalledUs });
  const cases: [ReturnType<typeof at>, ReturnType<typeof at>, number][] = [
    [at(0), at(2), 1],
    [at(2), at(2), 1],
    [at(8), at(8), 0.25],
    [at(8, 0), at(8, 0), 1],
    [at(8, 1000), at(8, 501_000), 0.625],
    [at(8, 0), at(8, 9_000_000), 0.25],
  ];
  for (const [before, after, share] of cases) assertAlmostEquals(coreShare(before, after, 1000, 2), share, 1e-9);
});

Deno.test("a limit is what it says on a host with cores enough, and where the kernel says nothing", async () => {
  assertEquals(await limitOf(busyHost(2), 10_000), { reachedAt: 10_000, starvedMs: 0 });
  assertEquals(await limitOf({ clock: handClock() }, 10_000), { reachedAt: 10_000, starvedMs: 0 });
});

for (const psi of [true, false]) {
  Deno.test(`a limit is longer in proportion on a busy host, ${psi ? "with" : "without"} PSI`, async () => {
    const { reachedAt, starvedMs } = await limitOf(busyHost(6, psi), 10_000);
    assertAlmostEquals(reachedAt, 30_000, 5);
    assertEquals(starvedMs, 20_000);
  });
}

Deno.test("a limit counts in full again when the host is no longer busy", async () => {
  const host = busyHost(4, false);
  const timer = new FairTimer(host);
  const reached = timer.reaches(10_000, NEVER);
  await host.clock.advance(10_000);
  host.load.running = 1;
  await host.clock.advance(6000);
  assertEquals(await Promise.race([reached, Promise.resolve("not yet")]), true);
  assertAlmostEquals(timer.starvedMs, 5000, 200);
});

Deno.test("a limit ends at so many times itself, however busy the host is", async () => {
  const { reachedAt } = await limitOf(busyHost(200), 1000);
  assertEquals(reachedAt, 1000 * LONGEST_FACTOR);
});

Deno.test("a limit that is no longer needed says so, and the kernel is asked no more", async () => {
  const host = busyHost(4);
  const stop = new AbortController();
  const timer = new FairTimer(host);
  const reached = timer.reaches(10_000, stop.signal);
  await host.clock.advance(600);
  stop.abort();
  assertEquals(await reached, false);
  const asked = host.asked();
  await host.clock.advance(5000);
  assertEquals([host.asked(), host.clock.sleepers()], [asked, 0]);
});

Deno.test("extendedText() tells an extension that is worth it", () => {
  assertEquals(extendedText(10_000, undefined), "");
  assertEquals(extendedText(10_000, 400), "");
  assertEquals(extendedText(10_000, 21_240), " (the host was busy: the limit was extended from 10 s to 31.2 s)");
});

Deno.test("readLoad() takes no number for a load that no host has", () => {
  const kernel = { read: () => `0.1 0.1 0.1 ${"9".repeat(400)}/9 9\n`, list: () => [], link: () => null };
  assertEquals(readLoad({ kernel }), null);
});
