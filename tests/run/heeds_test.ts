import { assert, assertEquals, assertMatch } from "@std/assert";
import { heedsTerm } from "../../lib/run/ending/heeds.ts";
import { builtinModules } from "../../lib/modules.ts";
import type { Script } from "../fakes/engine.ts";
import { verdictOn, world } from "./harness.ts";

const TERM = "0000000000004000";
const NONE = "0000000000000000";

function status({ pids = "4711", blocked = NONE, ignored = NONE, caught = NONE }): string {
  return `Name:\tpython\nState:\tR (running)\nNSpid:\t${pids.replaceAll(" ", "\t")}\nSigBlk:\t${blocked}\n` +
    `SigIgn:\t${ignored}\nSigCgt:\t${caught}\n`;
}

const CASES: [string, Parameters<typeof status>[0], boolean][] = [
  ["a process of this host", {}, true],
  ["one that ignores it", { ignored: TERM }, false],
  ["PID 1 without a handler", { pids: "4711 1" }, false],
  ["PID 1 with a handler for another signal", { pids: "4711 1", caught: "0000000000000002" }, false],
  ["PID 1 with its handler", { pids: "4711 1", caught: TERM }, true],
  ["PID 1 with its handler among others", { pids: "4711 1", caught: "0000000180014a03" }, true],
  ["an init that waits for its signals", { pids: "4711 1", blocked: TERM }, true],
  ["PID 11 of a container", { pids: "4711 11" }, true],
];

for (const [what, given, heeds] of CASES) {
  Deno.test(`heedsTerm(): ${what} ${heeds ? "does" : "does not"}`, () => assertEquals(heedsTerm(status(given)), heeds));
}

/** Two services in one module, so that one is stopped early because of the other. */
const PAIR = {
  description: "",
  services: ["switch", "hermes"],
  dependsOn: ["baseline"],
  health: ["switch", "hermes"].map((service, n) => ({ service, kind: "http", port: 8002 + n, path: "/health" })),
  tests: [],
  optional: false,
};

/** The process of "hermes", at so many milliseconds after the start: its PID 1, and what CPU time it has used. */
interface Behaviour {
  isDeaf(ms: number): boolean;
  /** Whether it has said that it ignores the signal. */
  ignores?: boolean;
  ticks?(ms: number): number;
}

interface Given {
  /** When the page of "hermes" answers; never unless set. */
  readyMs?: number;
  hermes?: Script;
  /** Whether "hermes" has a page. */
  hasPage?: boolean;
}

/** Runs a module of which "switch" ends at once, and returns after how many seconds "hermes" was asked to stop. */
async function askedToStopAfter(behaviour: Behaviour, given: Given = {}): Promise<number> {
  return (await stopped(behaviour, given)).afterS;
}

/** And whether "hermes" is a slow_stop. */
async function stopped(
  { ignores = false, isDeaf, ticks = () => 0 }: Behaviour,
  { hasPage = true, hermes = {}, readyMs = Infinity }: Given = {},
): Promise<{ afterS: number; isSlow: boolean }> {
  const it = world({ config: { selected: ["pair"] }, scripts: { hermes } });
  const pair = hasPage ? PAIR : { ...PAIR, health: PAIR.health.slice(0, 1) };
  Object.assign(it.config.settings, { modules: new Map([...builtinModules(), ["pair", pair]]) });
  let began = 0;
  let asked = NaN;
  const ms = () => it.clock.mono() - began;
  it.engine.onOrder = (order) => {
    if (order === "up switch hermes") {
      began = it.clock.mono();
      it.engine.end(it.engine.container("switch")?.state.id ?? "", 1);
    }
    if (order.startsWith("stop hermes")) asked = ms();
  };
  it.onGet = () => void it.pages.set("hermes", ms() < readyMs ? "refused" : 200);
  const memory = it.host.kernel.read("/proc/meminfo");
  Object.assign(it.host.kernel, {
    read: (path: string) => {
      if (path === "/proc/meminfo") return memory;
      const pid = it.engine.container("hermes")?.state.pid;
      if (path === `/proc/${pid}/status`) {
        return status({ pids: "4711 1", caught: isDeaf(ms()) ? NONE : TERM, ignored: ignores ? TERM : NONE });
      }
      return path === `/proc/${pid}/stat`
        ? `${pid} (python) S ${"1 ".repeat(10)}${ticks(ms())} ${"0 ".repeat(30)}`
        : null;
    },
  });
  const result = await it.run();
  assertMatch(verdictOn(result, "pair"), /^FAIL exited/);
  return { afterS: Math.round(asked / 100) / 10, isSlow: verdictOn(result, "pair").includes("slow_stop") };
}

const NEVER = { isDeaf: () => true };

Deno.test("a service that is not ready is asked to stop when it has set up its handler", async () => {
  assertEquals(await askedToStopAfter({ isDeaf: (ms) => ms < 3000 }), 3);
});

Deno.test("a service that never hears is asked to stop when its time for becoming ready is over", async () => {
  assertEquals(await askedToStopAfter(NEVER), 5);
});

Deno.test("a service that is ready without a handler is asked to stop then: it will have none", async () => {
  const asked = await askedToStopAfter(NEVER, { readyMs: 2000 });
  assert(asked >= 2 && asked <= 2.2, `asked to stop after ${asked} s`);
});

Deno.test("what Docker's check calls healthy is not waited for", async () => {
  assertEquals(await askedToStopAfter(NEVER, { hermes: { state: { health: "healthy" } } }), 0);
});

Deno.test("a process that hears is not waited for", async () => {
  assertEquals(await askedToStopAfter({ isDeaf: () => false }), 0);
});

Deno.test("a service without a page that does nothing is waited for no longer than it takes to see that", async () => {
  assertEquals(await askedToStopAfter(NEVER, { hasPage: false }), 1);
});

Deno.test("a service without a page that uses a core is still starting, within its limit", async () => {
  const until = (end: number) => (ms: number) => Math.round(Math.min(ms, end) / 10);
  assertEquals(await askedToStopAfter({ ...NEVER, ticks: until(2000) }, { hasPage: false }), 3);
  assertEquals(await askedToStopAfter({ ...NEVER, ticks: until(9000) }, { hasPage: false }), 5);
  assertEquals(await askedToStopAfter({ isDeaf: (ms) => ms < 1500, ticks: until(9000) }, { hasPage: false }), 1.5);
});

Deno.test("a service without a page may be starting though it sleeps, while Docker's check says so", async () => {
  const hermes: Script = { state: { health: "starting" } };
  assertEquals(await askedToStopAfter({ isDeaf: (ms) => ms < 4000 }, { hasPage: false, hermes }), 4);
});

Deno.test("a service that was up for longer than its limit for becoming ready is not waited for", async () => {
  assertEquals(await askedToStopAfter(NEVER, { hermes: { state: { startedAt: "2025-12-22T21:50:00.000Z" } } }), 0);
});

const KILLED: Script = { stopsLate: true, state: { stopGraceSec: 2 } };

for (
  const [what, behaviour, given, isSlow] of [
    ["was not ready and has no handler yet has not ignored its stop", NEVER, {}, false],
    ["was not ready and says that it ignores its stop is slow_stop", { ...NEVER, ignores: true }, {}, true],
    ["was not ready and has a handler that does nothing is slow_stop", { isDeaf: () => false }, {}, true],
    ["is ready and never sets up a handler is slow_stop", NEVER, { readyMs: 2000 }, true],
    ["has no page and never sets up a handler is slow_stop", NEVER, { hasPage: false }, true],
  ] as const
) {
  Deno.test(`a service that ${what}`, async () => {
    assertEquals((await stopped(behaviour, { ...given, hermes: KILLED })).isSlow, isSlow);
  });
}

/** Restarts a service that was ready a second before its window ends, and returns how long after that it was asked to stop. */
async function askedAfterRestart(isDeaf: (ms: number) => boolean, readyMs: number): Promise<number> {
  const it = world({ config: { selected: ["switch"], soakSec: 3 }, scripts: { switch: KILLED } });
  let restarted = Infinity;
  let began = 0;
  let asked = NaN;
  const ms = () => it.clock.mono() - restarted;
  it.engine.onOrder = (order) => {
    if (order === "up switch") began = it.clock.mono();
    if (order.startsWith("stop switch") && Number.isNaN(asked)) asked = ms();
  };
  it.onGet = (service) => {
    if (service !== "switch") return;
    if (restarted === Infinity && it.clock.mono() > began + 2000) {
      restarted = it.clock.mono();
      it.engine.restart(it.engine.container("switch")?.state.id ?? "", 1);
    }
    it.pages.set("switch", restarted === Infinity || ms() >= readyMs ? 200 : "refused");
  };
  const { read } = it.host.kernel;
  Object.assign(it.host.kernel, {
    read: (path: string) =>
      path === `/proc/${it.engine.container("switch")?.state.pid}/status`
        ? status({ pids: "4711 1", caught: isDeaf(ms()) ? NONE : TERM })
        : read(path),
  });
  assertMatch(verdictOn(await it.run(), "switch"), /^FAIL restarted/);
  return Math.round(asked / 100) / 10;
}

Deno.test("a service that was ready and is started again is asked to stop when it hears again", async () => {
  assertEquals(await askedAfterRestart((ms) => ms < 2500, 4000), 2.5);
});

Deno.test("a service that was ready and is started again has its whole limit to hear, and no more", async () => {
  assertEquals(await askedAfterRestart(() => true, Infinity), 5);
});

Deno.test("a service that is started again and ready without a handler is asked to stop then", async () => {
  const asked = await askedAfterRestart(() => true, 2000);
  assert(asked >= 2 && asked <= 2.2, `asked to stop after ${asked} s`);
});
