/**
 * Which containers are the run's own. It writes down what is about to be created before it is created, claims only what
 * it brought up, and lets nothing else be stopped or removed.
 */

import { serviceClosure } from "../engine/closure.ts";
import type { Engine, Look, UpOptions, UpOutcome } from "../engine/engine.ts";
import type { ContainerState } from "../model/evidence.ts";
import type { Journal } from "./journal.ts";

export interface Owned {
  state: ContainerState;
  /** `created`: removed at the end. `started`: it was there, stopped; it is stopped again and stays. */
  how: "created" | "started";
}

export class Fleet {
  readonly #engine: Engine;
  readonly #journal: Journal;
  /** Containers that were there before the run: id → whether it was running. */
  readonly #before: ReadonlyMap<string, boolean>;
  readonly #owned = new Map<string, Owned>();
  /** Services that the run asked the engine to start, with what they need. */
  readonly #asked = new Set<string>();
  /** Whether something was asked for and not looked for since. */
  #unclaimed = false;

  constructor(engine: Engine, journal: Journal, before: readonly Look[]) {
    this.#engine = engine;
    this.#journal = journal;
    this.#before = new Map(before.map(({ state }) => [state.id, isUp(state)]));
  }

  /** The container of each service, replica 1 where there are several. */
  async look(signal?: AbortSignal): Promise<Map<string, Look>> {
    const looks = new Map<string, Look>();
    for (const look of await this.#engine.look(signal)) {
      const known = looks.get(look.state.service);
      if (known === undefined || (!isUp(known.state) && isUp(look.state))) looks.set(look.state.service, look);
    }
    return looks;
  }

  /** Starts services, and claims what is new afterwards, whether it went well or not. Throws EngineError. */
  async up(services: readonly string[], options: UpOptions): Promise<UpOutcome> {
    for (const name of this.closure(services)) this.#asked.add(name);
    this.#journal.add({ type: "starting", services: [...services], existing: [...this.#before.keys()] });
    await this.#journal.flush();
    this.#unclaimed = true;
    const outcome = await this.#engine.up(services, options);
    await this.claim();
    return outcome;
  }

  /** Takes over the containers that are up through the run's doing and were not, or not up, before it. */
  async claim(): Promise<void> {
    for (const { state } of await this.#engine.look()) {
      const before = this.#before.get(state.id);
      if (this.#owned.has(state.id) || !this.#asked.has(state.service) || before === true) continue;
      if (before === false && !isUp(state)) continue;
      const how = before === undefined ? "created" : "started";
      this.#owned.set(state.id, { state, how });
      this.#journal.add({
        type: "owned",
        containerId: state.id,
        container: state.name,
        service: state.service,
        how,
      });
    }
    this.#unclaimed = false;
  }

  /** Makes up for a claim that an engine which did not answer, or an interrupt, kept from being made. */
  async claimLeft(): Promise<void> {
    if (this.#unclaimed) await this.claim();
  }

  isOwned(containerId: string): boolean {
    return this.#owned.has(containerId);
  }

  /** The run's containers whose service is not in `kept`, the latest first. */
  ownedExcept(kept: ReadonlySet<string>): Owned[] {
    return [...this.#owned.values()].filter(({ state }) => !kept.has(state.service)).reverse();
  }

  /** After it was stopped, and removed if the run had created it. */
  release(containerId: string): void {
    if (this.#owned.delete(containerId)) this.#journal.add({ type: "released", containerId });
  }

  /** Services with all that the engine itself starts before them. */
  closure(services: Iterable<string>): Set<string> {
    return serviceClosure(this.#engine.services, services);
  }
}

/** Whether it runs or is about to by itself. */
export function isUp({ status }: ContainerState): boolean {
  return status === "running" || status === "restarting" || status === "paused";
}
