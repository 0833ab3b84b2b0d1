/**
 * Which containers are the run's own. It writes down what is about to be created before it is created, claims only what
 * it brought up, and lets nothing else be stopped or removed. Several starts may go on at once, of different services.
 */

import { abortable } from "@std/async";
import { serviceClosure } from "../engine/closure.ts";
import type { Engine, Look, UpOptions, UpOutcome } from "../engine/engine.ts";
import { type ContainerState, type EngineEvent, isUp } from "../model/evidence.ts";
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
  /** Its end was not seen: more of its containers may appear at any time. */
  abandoned: boolean;
}

export class Fleet {
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #owned = new Map<string, Owned>();
  /** Starts whose containers have not all been claimed yet. */
  readonly #starts = new Set<Start>();
  /** The look under way, and the one that begins after it for all who have asked since. */
  #looking: Promise<unknown> = Promise.resolve();
  #next: Promise<Look[]> | null = null;
  /** The latest look, as long as nothing is known to have changed since it was asked for. */
  #fresh: Promise<Look[]> | null = null;
  /** What is being stopped, or was since the latest start: what is told of it late is known. */
  readonly #going = new Set<string>();
  #hearsAll = true;
  /** Services that were up at the latest look. */
  #seenUp: ReadonlySet<string> = new Set();

  constructor(engine: Engine, journal: Journal) {
    this.#engine = engine;
    this.#journal = journal;
  }

  /**
   * All containers of the project, as they are at a moment after this was asked. Who asks while a look is under way gets
   * the next one, shared with all others that wait: an answer takes the engine as long for one as for many. Throws EngineError.
   */
  lookAll(signal?: AbortSignal): Promise<Look[]> {
    this.#next ??= this.#looking.then(() => {
      this.#next = null;
      const look = this.#engine.look();
      this.#fresh = look;
      look.catch(() => this.changed());
      this.#looking = look.then((looks) => {
        this.#seenUp = new Set(looks.filter(({ state }) => isUp(state)).map(({ state }) => state.service));
      }, () => {});
      return look;
    });
    return signal === undefined ? this.#next : abortable(this.#next, signal);
  }

  /** As `lookAll`, or the latest look where the events since say that it still holds. */
  lookBefore(signal: AbortSignal): Promise<Look[]> {
    const fresh = this.#hearsAll ? this.#fresh : null;
    return fresh === null ? this.lookAll(signal) : abortable(fresh, signal);
  }

  /** Hears of an event of the project. */
  note({ containerId }: Pick<EngineEvent, "containerId">): void {
    if (!this.#going.has(containerId)) this.changed();
  }

  /** Events may have been lost: from now on, no look holds for longer than its moment. */
  noteGap(): void {
    this.#hearsAll = false;
  }

  /** Called before the run itself stops and removes these. */
  goes(containerIds: readonly string[]): void {
    for (const id of containerIds) this.#going.add(id);
    this.changed();
  }

  /** The latest look does not hold any longer. */
  changed(): void {
    this.#fresh = null;
  }

  /** The container of each service, replica 1 where there are several. */
  async look(signal?: AbortSignal): Promise<Map<string, Look>> {
    return byService(await this.lookAll(signal));
  }

  /**
   * Starts services, and claims what is new afterwards, whether it went well or not. `before` is a look at the project
   * right before; `timed` is given the engine's part alone. Resolves to what the engine said and a look right after. Throws
   * EngineError.
   */
  async up(
    services: readonly string[],
    before: readonly Look[],
    options: UpOptions,
    timed: (order: () => Promise<UpOutcome>) => Promise<UpOutcome>,
  ): Promise<{ outcome: UpOutcome; looks: Look[] }> {
    for (const start of [...this.#starts].filter(({ abandoned }) => abandoned)) {
      this.#claim(start, before);
      this.#starts.delete(start);
    }
    const existing = before.map(({ state }) => state.id);
    const up = before.filter(({ state }) => isUp(state)).map(({ state }) => state.id);
    this.#journal.add({ type: "starting", services: [...services], existing, up });
    await this.#journal.flush();
    const ids = new Map(before.map(({ state }) => [state.id, isUp(state)]));
    const start: Start = { services: this.closure(services), before: ids, abandoned: false };
    this.#starts.add(start);
    this.#going.clear();
    this.changed();
    try {
      const outcome = await timed(() => this.#engine.up(services, options));
      const looks = await this.lookAll();
      this.#claim(start, looks);
      this.#starts.delete(start);
      return { outcome, looks };
    } catch (error) {
      this.changed();
      start.abandoned = true;
      throw error;
    }
  }

  /**
   * Takes over the containers of the starts that were not there, or not up, right before them: what appears at any other
   * time is somebody else's. An interrupt, or an engine that does not answer, may have kept it from being done at once.
   */
  async claimLeft(): Promise<void> {
    if (this.#starts.size === 0) return;
    const looks = await this.lookAll();
    for (const start of this.#starts) this.#claim(start, looks);
  }

  #claim({ before, services }: Start, looks: readonly Look[]): void {
    for (const { state } of looks) {
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

  /** Services of starts of which no container has been claimed: of what the engine made of them, nothing is known. */
  unclaimed(): string[] {
    const owned = new Set([...this.#owned.values()].map(({ state }) => state.service));
    const started = [...this.#starts].flatMap(({ services }) => [...services]);
    return [...new Set(started)].filter((service) => !owned.has(service)).sort();
  }

  isOwned(containerId: string): boolean {
    return this.#owned.has(containerId);
  }

  isOwnService(name: string): boolean {
    return [...this.#owned.values()].some(({ state }) => state.service === name);
  }

  /** The run's containers whose service is not in `kept`, the latest first. */
  ownedExcept(kept: ReadonlySet<string>): Owned[] {
    return [...this.#owned.values()].filter(({ state }) => !kept.has(state.service)).reverse();
  }

  /** The run's containers of these services, the latest first. */
  ownedOf(services: ReadonlySet<string>): Owned[] {
    return [...this.#owned.values()].filter(({ state }) => services.has(state.service)).reverse();
  }

  /** After it was stopped, and removed if the run had created it. */
  release(containerId: string): void {
    if (this.#owned.delete(containerId)) this.#journal.add({ type: "released", containerId });
  }

  /** What a start of these services may create: their containers, those of what they need, and networks. */
  startKeys(services: Iterable<string>): Set<string> {
    const all = [...this.closure(services)];
    return new Set([...all, ...all.flatMap((name) => this.#engine.services.get(name)?.networks.map(networkKey) ?? [])]);
  }

  /** Whether the thing of a start key was there at the latest look: it will not be created again. */
  isThere(key: string): boolean {
    const { services } = this.#engine;
    return this.#seenUp.has(key) ||
      [...this.#seenUp].some((name) => services.get(name)?.networks.map(networkKey).includes(key));
  }

  /** Services with all that the engine itself starts before them. */
  closure(services: Iterable<string>): Set<string> {
    return serviceClosure(this.#engine.services, services);
  }
}

/** No service has a name with a space in it. */
function networkKey(network: string): string {
  return `network ${network}`;
}

/** The container of each service, replica 1 where there are several. */
export function byService(looks: readonly Look[]): Map<string, Look> {
  const found = new Map<string, Look>();
  for (const look of looks) {
    const known = found.get(look.state.service);
    if (known === undefined || (!isUp(known.state) && isUp(look.state))) found.set(look.state.service, look);
  }
  return found;
}
