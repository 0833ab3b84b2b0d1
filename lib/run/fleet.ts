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

interface Start {
  /** What was asked for, with what the engine starts for it. */
  services: Set<string>;
  /** The project's containers right before: id → whether it was up. */
  before: ReadonlyMap<string, boolean>;
}

export class Fleet {
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #owned = new Map<string, Owned>();
  /** A start whose containers have not been claimed yet, or whose end was not seen: more of them may appear. */
  #pending: Start | null = null;

  constructor(engine: Engine, journal: Journal) {
    this.#engine = engine;
    this.#journal = journal;
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
    await this.claimLeft();
    const before = new Map((await this.#engine.look(options.signal)).map(({ state }) => [state.id, isUp(state)]));
    const existing = [...before.keys()];
    this.#journal.add({
      type: "starting",
      services: [...services],
      existing,
      up: existing.filter((id) => before.get(id)),
    });
    await this.#journal.flush();
    this.#pending = { services: this.closure(services), before };
    const outcome = await this.#engine.up(services, options);
    await this.claimLeft();
    this.#pending = null;
    return outcome;
  }

  /**
   * Takes over the containers of the latest start that were not there, or not up, right before it: what appears at any
   * other time is somebody else's. An interrupt, or an engine that does not answer, may have kept it from being done at once.
   */
  async claimLeft(): Promise<void> {
    if (this.#pending === null) return;
    const { before, services } = this.#pending;
    for (const { state } of await this.#engine.look()) {
      const wasUp = before.get(state.id);
      if (this.#owned.has(state.id) || !services.has(state.service) || wasUp === true) continue;
      if (wasUp === false && !isUp(state)) continue;
      const how = wasUp === undefined ? "created" : "started";
      this.#owned.set(state.id, { state, how });
      this.#journal.add({
        type: "owned",
        containerId: state.id,
        container: state.name,
        service: state.service,
        how,
      });
    }
  }

  /** Services of the latest start of which no container has been claimed: of what it made of them, nothing is known. */
  unclaimed(): string[] {
    const owned = new Set([...this.#owned.values()].map(({ state }) => state.service));
    return [...this.#pending?.services ?? []].filter((service) => !owned.has(service)).sort();
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
