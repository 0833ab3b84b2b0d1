/**
 * The modules of one cycle. Each waits for what it depends on and for its turn, comes up, is tested, and is taken down
 * when nothing needs it any longer: one after the other with one job, side by side with more.
 */

import { closure, dependencyGraph } from "../plan/graph.ts";
import { coreModules } from "../plan/plan.ts";
import { turnsOf } from "../plan/turns.ts";
import type { RunContext } from "./context.ts";
import { isTested, specOf } from "./context.ts";
import { findCycle } from "../record/fold.ts";
import { Gate } from "./gate.ts";
import { measure } from "./window/measure.ts";
import { StartPressure } from "./start_pressure.ts";
import { takeDown } from "./ending/takedown.ts";
import { awaitTurn } from "./turn.ts";
import type { Cause, Unit, Units } from "./units.ts";
import { lostCause, start } from "./units.ts";
import { Window } from "./window/window.ts";

/**
 * Heap in use above which garbage is collected after a module is taken down. A run of nine modules does not use this
 * much.
 */
const MOST_HEAP_MIB = 32;

export class Pass {
  readonly #context: RunContext;
  readonly #units: Units;
  readonly cycle: number;
  readonly #gate: Gate;
  /** Module → its unit, when it is ready or has failed. */
  readonly #ups = new Map<string, Promise<Unit>>();
  /** Module → when it is down. */
  readonly #downs = new Map<string, Promise<void>>();
  /** Tested modules that are not done. */
  readonly #open: Set<string>;

  constructor(context: RunContext, units: Units, cycle: number) {
    this.#context = context;
    this.#units = units;
    this.cycle = cycle;
    const { config, engine, host, jobs: slots, memFreeBytes } = context;
    // If the user gave a number, it must be kept; and the load of another host's cores cannot be seen.
    const pressure = config.jobs === "auto" && engine.isLocal ? new StartPressure(host) : null;
    this.#gate = new Gate({ slots, memFreeBytes, pressure });
    const { journal, plan } = context;
    // Some may have been done before the run was resumed.
    const isDone = (name: string) => findCycle(journal.evidence, name, cycle) !== undefined;
    this.#open = new Set(
      plan.steps.map(({ module }) => module).filter((name) => isTested(context, name) && !isDone(name)),
    );
  }

  /** Brings the modules of the core up; `check` may end the run for one that is not ready. */
  async bringUpCore(core: readonly string[], check: (unit: Unit) => Promise<void>): Promise<void> {
    await this.#each(core, async (module) => {
      await check(await this.#bringUp(module));
      this.#gate.rest(module);
    });
  }

  /** Tests every selected module, and brings up and down what they need. */
  async runModules(): Promise<void> {
    const { modules, plan } = this.#context;
    const coreTested = coreModules(plan).filter((module) => this.#open.has(module));
    const needed = this.#needed();
    const turns = turnsOf(plan, dependencyGraph(modules)).filter((module) => needed.has(module));
    await this.#each([...coreTested, ...turns], (module) => this.#take(module));
  }

  /** The core, and what the modules that are not done need. */
  #needed(): Set<string> {
    const { modules, plan } = this.#context;
    return closure(dependencyGraph(modules), [...coreModules(plan), ...this.#open]);
  }

  /**
   * In their order, or side by side. All are waited for, even if one throws: nothing goes on while the run is ended.
   */
  async #each(names: readonly string[], work: (module: string) => Promise<void>): Promise<void> {
    const { jobs, signal } = this.#context;
    if (jobs === 1) {
      for (const name of names) {
        signal.throwIfAborted();
        await work(name);
      }
      return;
    }
    const close = () => this.#gate.close(signal.reason);
    signal.addEventListener("abort", close, { once: true });
    try {
      signal.throwIfAborted();
      const all = names.map(async (name) => {
        try {
          await work(name);
        } catch (error) {
          this.#gate.close(error);
          throw error;
        }
      });
      for (const result of await Promise.allSettled(all)) if (result.status === "rejected") throw result.reason;
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  async #take(module: string): Promise<void> {
    const known = this.#ups.get(module);
    const unit = await (known ?? this.#bringUp(module));
    if (this.#open.has(module)) {
      if (known !== undefined && unit.cause === null) await awaitTurn(this.#context, this.#gate, unit);
      if (unit.cause === null) await measure(this.#context, this.#units, unit);
      this.#open.delete(module);
    }
    await this.#gate.ending(async () => {
      this.#gate.rest(module);
      await this.#takeDownUnneeded();
    });
  }

  #bringUp(module: string): Promise<Unit> {
    const up = this.#start(module);
    // The modules that need it get its error, and there may be none.
    up.catch(() => {});
    this.#ups.set(module, up);
    return up;
  }

  async #start(module: string): Promise<Unit> {
    const { journal, problems, progress } = this.#context;
    const unit: Unit = { module, window: new Window(this.#context, this.cycle, module), cause: null };
    // A problem that prevents its start is reported first: a dependency that is ready would not help it.
    const isHopeless = (problems.get(module) ?? []).length > 0;
    const dependsOn = isHopeless ? [] : specOf(this.#context, module).dependsOn;
    const dependencies = dependsOn.flatMap((name) => this.#ups.get(name) ?? []);
    if (dependencies.length > 0) await unit.window.wait("dependencies", () => firstFailed(dependencies));
    if (!isHopeless && this.#causeIn(dependsOn) === null) await awaitTurn(this.#context, this.#gate, unit);
    const began = journal.elapsedMs();
    this.#units.set(module, unit);
    const cause = this.#causeIn(dependsOn) ?? await this.#lostAmong(dependsOn);
    if (cause === null) unit.cause = await start(this.#context, unit);
    else {
      unit.cause = cause;
      journal.add({ type: "dependency_failed", cycle: this.cycle, module, dependency: cause.module, why: cause.why });
    }
    this.#gate.started(module);
    progress({ type: "up", module, afterMs: journal.elapsedMs() - began, why: unit.cause?.why ?? null });
    return unit;
  }

  /** The first cause that is known so far. */
  #causeIn(modules: readonly string[]): Cause | null {
    return modules.map((name) => this.#units.get(name)?.cause ?? null).find((cause) => cause !== null) ?? null;
  }

  async #lostAmong(modules: readonly string[]): Promise<Cause | null> {
    for (const unit of modules.flatMap((name) => this.#units.get(name) ?? [])) {
      unit.cause ??= await lostCause(this.#context, unit);
      if (unit.cause !== null) return unit.cause;
    }
    return null;
  }

  /** Takes down the modules of the core, except those that stay. */
  takeDownCore(staying: ReadonlySet<string>): Promise<void> {
    return this.#takeDownBut(staying);
  }

  #takeDownUnneeded(): Promise<void> {
    return this.#takeDownBut(this.#needed());
  }

  /** The latest first, and none before the modules that need it. */
  async #takeDownBut(needed: ReadonlySet<string>): Promise<void> {
    const going = [...this.#units.values()].reverse()
      .filter(({ module }) => !needed.has(module) && !this.#downs.has(module));
    const downs: Promise<void>[] = [];
    for (const unit of going) {
      const down = this.#takeDown(unit);
      downs.push(down);
      if (this.#context.jobs === 1) await down;
    }
    // All are waited for, even if one throws: nothing goes on while the run is ended.
    for (const down of await Promise.allSettled(downs)) if (down.status === "rejected") throw down.reason;
  }

  #takeDown(unit: Unit): Promise<void> {
    const step = this.#context.plan.steps.find(({ module }) => module === unit.module);
    const users = step?.neededBy.flatMap((name) => this.#downs.get(name) ?? []) ?? [];
    const down = Promise.all(users).then(async () => {
      await takeDown(this.#context, this.#units, unit);
      this.#context.host.collectGarbage(MOST_HEAP_MIB);
      this.#gate.leave(unit.module);
    });
    down.catch(() => {});
    this.#downs.set(unit.module, down);
    return down;
  }
}

/** Resolves when one of them has failed, or all are ready. */
async function firstFailed(units: readonly Promise<Unit>[]): Promise<void> {
  const failed = units.map(async (unit) => {
    if ((await unit).cause === null) await new Promise<never>(() => {});
  });
  await Promise.race([...failed, Promise.all(units)]);
}
