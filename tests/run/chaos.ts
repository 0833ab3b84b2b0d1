/**
 * A whole run in which things go wrong at random moments, all of it from one seed: what is selected, what was there before,
 * what each service does, how long the engine takes, and what happens while the run is at work.
 */

import { EngineError } from "../../lib/engine/engine.ts";
import type { ContainerState } from "../../lib/model/evidence.ts";
import type { RunResult } from "../../lib/run/run.ts";
import type { Script } from "../fakes/engine.ts";
import { random } from "../fakes/random.ts";
import type { World, WorldOptions } from "./harness.ts";
import { world } from "./harness.ts";

const MODULES = ["baseline", "switch", "hermes", "spawner", "mcp", "operator-backend"];
const SERVICES = ["madre", "tentaculo_link", "redis", "switch", "hermes", "spawner", "mcp", "operator-backend"];

export interface Chaos {
  seed: number;
  world: World;
  /** Containers that were there before, or that somebody else started: nobody may touch them. */
  foreign: Set<string>;
  /** Containers that were there, stopped: they may be started, and never removed. */
  stoppedBefore: Set<string>;
  /** What has really happened to services, whatever anybody was told of it. */
  truth: Truth[];
  /** When the interrupt came, on the run's clock; null where none did. */
  interruptedMs: number | null;
}

/** Something that no PASS survives if it happens in a window of the service. */
export interface Truth {
  service: string;
  what: string;
  /** On the run's clock, in milliseconds since 1970. */
  wallMs: number;
}

export interface ChaosResult extends Chaos {
  /** null where the run threw, or was killed. */
  result: RunResult | null;
  error: unknown;
}

interface Dice {
  chance: (share: number) => boolean;
  upTo: (limit: number) => number;
  one: <T>(list: readonly T[]) => T;
}

function diceOf(seed: number): Dice {
  const next = random(seed * 7919);
  return {
    chance: (share) => next() < share,
    upTo: (limit) => Math.floor(next() * limit),
    one: <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T,
  };
}

export function chaos(seed: number): Chaos {
  const dice = diceOf(seed);
  const it = world(optionsOf(dice));
  const { config, engine } = it;
  const stoppedBefore = new Set(
    [...engine.containers.values()].flatMap(({ state }) => state.status === "exited" ? [state.id] : []),
  );
  const foreign = new Set([...engine.containers.keys()].filter((id) => !stoppedBefore.has(id) && !config.recreate));
  const made: Chaos = { seed, world: it, foreign, stoppedBefore, truth: [], interruptedMs: null };
  it.onStranger = (service) => note(made, service, "somebody else answered for it");
  takesTime(made, dice);
  for (let left = dice.upTo(6); left > 0; left--) {
    const { happens } = dice.one(EVENTS);
    void it.clock.sleep(dice.upTo(9000)).then(() => happens(made, dice));
  }
  if (dice.chance(0.2)) void it.clock.sleep(dice.upTo(8000)).then(() => interrupt(made, dice));
  return made;
}

function optionsOf(dice: Dice): WorldOptions {
  const chosen = MODULES.filter(() => dice.chance(0.35));
  const tests = ["madre", "switch", "hermes", "spawner", "mcp", "operator"].map((name) => `test_${name}_a.py`);
  return {
    config: {
      selected: chosen.length === 0 ? [dice.one(MODULES)] : chosen,
      mode: dice.chance(0.85) ? "low_power" : "operative_core",
      cycles: 1 + dice.upTo(dice.chance(0.2) ? 3 : 2),
      jobs: dice.one([1, 1, 2, 3, "auto"] as const),
      keepCore: dice.chance(0.5),
      soakSec: dice.chance(0.2) ? 2 : 0,
      timeoutSec: 2,
      recreate: dice.chance(0.1),
    },
    thresholds: {
      min_probes: 3,
      probe_interval_ms: 40,
      probe_idle_interval_ms: 150,
      probe_timeout_ms: 400,
      sample_interval_ms: 150,
    },
    running: SERVICES.filter(() => dice.chance(0.06)),
    stopped: ["switch", "hermes"].filter(() => dice.chance(0.06)),
    scripts: Object.fromEntries(SERVICES.map((name) => [name, scriptOf(dice)])),
    tests: Object.fromEntries(
      tests.map((name) => [name, dice.chance(0.85) ? 0 : dice.one([1, 2, 5, "hangs", "cut"] as const)]),
    ),
  };
}

/** Mostly nothing out of the ordinary. */
function scriptOf(dice: Dice): Script {
  const script: Script = { memMib: 5 + dice.upTo(40), state: { stopGraceSec: 1 + dice.upTo(9) } };
  if (dice.chance(0.85)) return script;
  return { ...script, ...dice.one(TROUBLE) };
}

const TROUBLE: readonly Script[] = [
  { upFails: "port is taken" },
  { upFails: "exec format error", leavesCreated: true },
  { upThrows: "no answer from the daemon" },
  { upThrows: "no answer from the daemon", leavesCreated: true },
  { stopFails: "device busy" },
  { stopThrows: "no answer from the daemon" },
  { removeFails: "removal is in progress" },
  { stopsLate: true },
  { stopExitCode: 137 },
  { state: { health: "starting", checks: { passed: 0, failed: 0 } }, check: () => "it ended with 1" },
  { state: { health: "starting", checks: { passed: 0, failed: 2 } } },
  { state: { health: "starting", checks: { passed: 0, failed: 0 } } },
  { sampleMissing: "its cgroup cannot be reached" },
  { unpublished: true },
  { memMib: 63 },
];

/** The engine takes its time for each order, and pages for each answer. */
function takesTime({ world: it }: Chaos, dice: Dice): void {
  it.engine.onOrder = async (order) => {
    await it.clock.sleep(1 + dice.upTo(order === "look" ? 20 : 200));
  };
  it.onGet = () => it.clock.sleep(1 + dice.upTo(15));
}

interface Event {
  name: string;
  happens: (chaos: Chaos, dice: Dice) => void;
}

const EVENTS: readonly Event[] = [
  {
    name: "crash",
    happens: (chaos, dice) =>
      each(chaos, dice, ({ id, service }) => {
        note(chaos, service, "it crashed");
        chaos.world.engine.end(id, 1 + dice.upTo(139));
      }),
  },
  {
    name: "restart",
    happens: (chaos, dice) =>
      each(chaos, dice, ({ id, service }) => {
        note(chaos, service, "it was started again");
        chaos.world.engine.restart(id, 1);
      }),
  },
  { name: "a child killed for memory", happens: (chaos, dice) => chaos.world.engine.emit(dice.one(SERVICES), "oom") },
  { name: "killed for memory", happens: killForMemory },
  {
    name: "unhealthy",
    happens: (chaos, dice) => chaos.world.engine.emit(dice.one(SERVICES), "unhealthy"),
  },
  {
    name: "gone",
    happens: (chaos, dice) =>
      each(chaos, dice, ({ id, service }) => {
        note(chaos, service, "it was taken away");
        chaos.world.engine.containers.delete(id);
      }),
  },
  { name: "events that are lost", happens: loseEvents },
  { name: "strangers at the ports", happens: ({ world: it }, dice) => void it.strangers.add(dice.one(SERVICES)) },
  { name: "a page that fails", happens: failPage },
  { name: "pages that are slow", happens: slowPages },
  { name: "an engine that does not answer", happens: silence },
  { name: "a hole in the events", happens: ({ world: { engine } }) => engine.gap("docker events ended") },
  { name: "somebody else's start", happens: startByHand },
  { name: "memory that grows", happens: grow },
  { name: "a full disk", happens: ({ world: it }) => void (it.diskFull = (path) => path.startsWith("/audit")) },
];

function note({ truth, world: { clock } }: Chaos, service: string, what: string): void {
  truth.push({ service, what, wallMs: clock.wall() });
}

/** For a while nobody is told of anything, and then that something may be missing. */
function loseEvents({ world: { clock, engine } }: Chaos, dice: Dice): void {
  const before = engine.emit;
  engine.emit = () => {};
  void clock.sleep(dice.upTo(2000)).then(() => {
    engine.emit = before;
    engine.gap("docker events ended");
  });
}

/** Does it to a container that is not somebody else's. */
function each({ world: { engine }, foreign }: Chaos, dice: Dice, act: (state: ContainerState) => void): void {
  const own = [...engine.containers.values()].filter(({ state }) =>
    state.status === "running" && !foreign.has(state.id)
  );
  if (own.length > 0) act(dice.one(own).state);
}

function killForMemory(chaos: Chaos, dice: Dice): void {
  const { engine } = chaos.world;
  each(chaos, dice, ({ id }) => {
    const state = engine.containers.get(id)?.state;
    if (state === undefined) return;
    note(chaos, state.service, "it was killed for memory");
    engine.killForMemory(id, true);
  });
}

function failPage({ world: it }: Chaos, dice: Dice): void {
  const service = dice.one(SERVICES);
  it.pages.set(service, dice.one([500, 404, "hangs", "refused"] as const));
  if (dice.chance(0.7)) void it.clock.sleep(dice.upTo(1500)).then(() => it.pages.delete(service));
}

function slowPages({ world: it }: Chaos, dice: Dice): void {
  const before = it.onGet;
  it.onGet = () => it.clock.sleep(300 + dice.upTo(300));
  void it.clock.sleep(dice.upTo(1500)).then(() => it.onGet = before);
}

function silence({ world: it }: Chaos, dice: Dice): void {
  const before = it.engine.onOrder;
  it.engine.onOrder = (order) => {
    // To remove is no question: it says what went wrong.
    if (!order.startsWith("remove")) throw new EngineError(`no answer to ${order}`);
  };
  if (dice.chance(0.8)) void it.clock.sleep(dice.upTo(2000)).then(() => it.engine.onOrder = before);
}

function startByHand({ foreign, world: { engine } }: Chaos, dice: Dice): void {
  foreign.add(engine.startByHand(dice.one(["shubniggurath", "manifestator", "hormiguero"])));
}

function grow({ world: { engine } }: Chaos, dice: Dice): void {
  const script = engine.scripts.get(dice.one(SERVICES));
  if (script !== undefined) script.memMib = (script.memMib ?? 20) + 10 + dice.upTo(60);
}

function interrupt(made: Chaos, dice: Dice): void {
  made.interruptedMs = made.world.clock.mono();
  made.world.interrupt.abort(dice.one(["SIGINT", "SIGTERM"]));
}

/** To its end. */
export async function chaosRun(seed: number): Promise<ChaosResult> {
  const made = chaos(seed);
  try {
    return { ...made, result: await made.world.run(), interruptedMs: made.interruptedMs, error: null };
  } catch (error) {
    return { ...made, interruptedMs: made.interruptedMs, result: null, error };
  }
}
