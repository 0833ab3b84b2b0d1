/**
 * Which containers are the run's own. It records what is about to be created before that happens, claims only what the
 * run brought up, and lets nothing else be stopped or removed. Several starts of different services may go on at once.
 */

import { abortable } from "@std/async";
import { closureOfStarts, serviceClosure } from "../engine/closure.ts";
import type { Engine, Look, UpOptions, UpOutcome } from "../engine/engine.ts";
import type { Clock } from "../host/host.ts";
import { LATE, within } from "../host/within.ts";
import { type ContainerState, type EngineEvent, isUp } from "../model/evidence.ts";
import type { Journal } from "../record/journal.ts";
import { claimOf, mayBeInFlight, type StartFacts } from "../engine/start_claim.ts";

export interface Owned {
  state: ContainerState;
  /** `created`: removed at the end. `started`: it was there, stopped; it is stopped again and stays. */
  how: "created" | "started";
}

interface Start extends StartFacts {
  nr: number;
  services: Set<string>;
  to: number | null;
  isDone: boolean;
  heard: Set<string>;
  /** Services that may still appear, by the latest look. */
  missing: string[];
  /** How long the engine was at work on it. */
  tookMs: number;
  /** Its latest sign of life, by the monotonic clock. */
  signMs: number;
  /** How many of its services are missing if nothing more is on its way: the one that the engine refused. */
  refused: number;
}

/**
 * A start that was cut short is taken to be over if nothing new has appeared for this long. The engine does not say
 * what it is still creating. One container takes it some hundred milliseconds, and more on a busy host. The time that
 * the start itself took shows that, so the wait is several times as long.
 */
const QUIET_FACTOR = 4;
const QUIET_MIN_MS = 3000;
const QUIET_MAX_MS = 15_000;
/** No start is waited for longer, however often something new appears. */
const LONGEST_SETTLE_MS = 60_000;

export class Fleet {
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #owned = new Map<string, Owned>();
  /** Starts whose containers have not all been claimed yet. */
  readonly #starts = new Set<Start>();
  #started = 0;
  /** Resolves at the next event of a container that was created or started. */
  #news = Promise.withResolvers<void>();
  /** The look under way, and the next one, for all callers since. */
  #looking: Promise<unknown> = Promise.resolve();
  #next: Promise<Look[]> | null = null;
  /** The latest look, as long as nothing is known to have changed since it began. */
  #fresh: Promise<Look[]> | null = null;
  /** Containers that are being stopped, or were since the latest start: a late event about one changes nothing. */
  readonly #going = new Set<string>();
  /** Containers that were reported to have ended, not by a stop of this run. */
  readonly #ended = new Set<string>();
  #hearsAll = true;
  /** Services that were up at the latest look. */
  #seenUp: ReadonlySet<string> = new Set();

  constructor(engine: Engine, journal: Journal, clock: Clock) {
    this.#engine = engine;
    this.#journal = journal;
    this.#clock = clock;
  }

  /**
   * All containers of the project, as they are at a moment after this call. A caller during a look gets the next one,
   * shared with all others that wait: the engine takes as long for one answer as for many. Throws EngineError.
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

  /** Like `lookAll`, or the latest look if the events since show that it still holds. */
  lookBefore(signal: AbortSignal): Promise<Look[]> {
    const fresh = this.#hearsAll ? this.#fresh : null;
    return fresh === null ? this.lookAll(signal) : abortable(fresh, signal);
  }

  /** Takes an event of the project. */
  note({ action, containerId }: Pick<EngineEvent, "action" | "containerId">): void {
    if (!this.#going.has(containerId)) {
      this.changed();
      if (action === "die" || action === "destroy") this.#ended.add(containerId);
      if (action === "start") this.#ended.delete(containerId);
    }
    if (action !== "create" && action !== "start") return;
    if (action === "create") { for (const start of this.#starts) if (start.to === null) start.heard.add(containerId); }
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  /** Whether it was reported to have ended by itself, or by somebody else, and not to have started since. */
  hasEnded(containerId: string): boolean {
    return this.#ended.has(containerId);
  }

  /** Events may have been lost: from now on no look is used again. */
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

  /** The container of each service, replica 1 if there are several. */
  async look(signal?: AbortSignal): Promise<Map<string, Look>> {
    return byService(await this.lookAll(signal));
  }

  /**
   * Starts services, and claims what is new afterwards, whether it went well or not. `before` is a look at the project
   * right before; `timed` gets only the engine's part. Resolves to the engine's outcome and a look right after. Throws
   * EngineError.
   */
  async up(
    services: readonly string[],
    before: readonly Look[],
    options: UpOptions,
    timed: (order: () => Promise<UpOutcome>) => Promise<UpOutcome>,
  ): Promise<{ outcome: UpOutcome; looks: Look[] }> {
    for (const start of this.#starts) this.#claim(start, before);
    const start = this.#newStart(services, before);
    const existing = [...start.before.keys()];
    const up = existing.filter((id) => start.before.get(id));
    this.#journal.add({
      type: "starting",
      nr: start.nr,
      from: new Date(start.from).toISOString(),
      services: [...services],
      existing,
      up,
    });
    await this.#journal.flush();
    this.#starts.add(start);
    this.#going.clear();
    this.changed();
    const began = this.#clock.mono();
    try {
      const renew = standingStill(start.services, before);
      const order = renew.length === 0 ? options : { ...options, renew };
      const outcome = await timed(() => this.#engine.up(services, order)).finally(() => this.#end(start, began));
      let looks = await this.lookAll();
      start.isDone = outcome.ok;
      this.#claim(start, looks);
      if (outcome.ok) this.#close(start);
      else {
        start.refused = outcome.cutShort === true ? 0 : 1;
        looks = await this.#settle(start, looks, quietOf(start), options.signal);
      }
      return { outcome, looks };
    } catch (error) {
      this.changed();
      throw error;
    }
  }

  #newStart(services: readonly string[], before: readonly Look[]): Start {
    return {
      nr: ++this.#started,
      services: this.closure(services),
      before: new Map(before.map(({ state }) => [state.id, isUp(state)])),
      from: this.#engineTime(),
      to: null,
      isDone: false,
      heard: new Set(),
      missing: [],
      tookMs: 0,
      signMs: this.#clock.mono(),
      refused: 0,
    };
  }

  #engineTime(): number {
    return this.#clock.wall() + (this.#engine.clockAheadMs ?? 0);
  }

  /** From now on only the engine itself may still be at work on it. */
  #end(start: Start, began: number): void {
    start.to = this.#engineTime();
    start.signMs = this.#clock.mono();
    start.tookMs = start.signMs - began;
    this.#journal.add({ type: "start_ended", nr: start.nr, to: new Date(start.to).toISOString() });
  }

  /** All of it has been claimed. */
  #close(start: Start): void {
    if (this.#starts.delete(start)) this.#journal.add({ type: "start_claimed", nr: start.nr });
  }

  /**
   * Claims the containers of the starts that were not there, or not up, right before them; a container that was created
   * at any other time is not the run's. Done later if an interrupt, or an engine that did not answer, prevented it.
   */
  async claimLeft(): Promise<void> {
    if (this.#starts.size === 0) return;
    const looks = await this.lookAll();
    for (const start of this.#starts) this.#claim(start, looks);
  }

  /** Whether containers that the run has ordered may still appear. */
  get isAwaiting(): boolean {
    return this.#starts.size > 0;
  }

  /**
   * Waits for containers that the engine may still be creating for starts that were cut short, and claims them: until
   * all of them are there, or until nothing new has come for a while (`quietMs`, if given). Throws EngineError.
   */
  async settle(quietMs?: number): Promise<void> {
    await Promise.all(
      [...this.#starts].map(async (start) =>
        await this.#settle(start, await this.lookAll(), quietMs ?? quietOf(start))
      ),
    );
  }

  /** Resolves to the last look. A container that appears later is claimed at the look that shows it. */
  async #settle(start: Start, first: Look[], quietMs: number, signal?: AbortSignal): Promise<Look[]> {
    let looks = first;
    const endMs = this.#clock.mono() + LONGEST_SETTLE_MS;
    for (;;) {
      const news = this.#news.promise;
      // Only a container of this start is a sign: others of the project may start and end all the time.
      if (this.#claim(start, looks) > 0 && looks !== first) start.signMs = this.#clock.mono();
      start.missing = this.#engine.goesOnAlone === true ? mayBeInFlight(this.#engine.services, start, looks) : [];
      if (start.missing.length === 0) this.#close(start);
      if (start.missing.length <= start.refused) return looks;
      const leftMs = Math.min(start.signMs + quietMs, endMs) - this.#clock.mono();
      if (leftMs <= 0 || !await this.#hears(news, leftMs, signal)) return looks;
      looks = await this.lookAll(signal);
    }
  }

  /** Whether there was news within `ms`. */
  async #hears(news: Promise<void>, ms: number, signal?: AbortSignal): Promise<boolean> {
    return await within(this.#clock, ms, news, signal) !== LATE;
  }

  /** Services that the engine may still be creating, of starts that were not waited for to the end. */
  get stillComing(): string[] {
    return [...new Set([...this.#starts].flatMap(({ missing, refused }) => missing.length > refused ? missing : []))]
      .sort();
  }

  /** Returns how many are new. */
  #claim(start: Start, looks: readonly Look[]): number {
    const before = this.#owned.size;
    for (const { state } of looks) {
      const how = this.#owned.has(state.id) ? null : claimOf(start, state);
      if (how === null) continue;
      this.#owned.set(state.id, { state, how });
      this.#journal.add({
        type: "owned",
        containerId: state.id,
        container: state.name,
        service: state.service,
        how,
      });
    }
    return this.#owned.size - before;
  }

  /** Services of starts without a claimed container: what the engine made for them is unknown. */
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

  /** To be called after the container was stopped, and removed if the run had created it. */
  release(containerId: string): void {
    if (this.#owned.delete(containerId)) this.#journal.add({ type: "released", containerId });
  }

  /** What a start of these services may create: their containers, those of their dependencies, and networks. */
  startKeys(services: Iterable<string>): Set<string> {
    const all = [...this.closure(services)];
    return new Set([...all, ...all.flatMap((name) => this.#engine.services.get(name)?.networks.map(networkKey) ?? [])]);
  }

  /** Whether the container or network of a start key existed at the latest look: it will not be created again. */
  isThere(key: string): boolean {
    const { services } = this.#engine;
    return this.#seenUp.has(key) ||
      [...this.#seenUp].some((name) => services.get(name)?.networks.map(networkKey).includes(key));
  }

  /** Services of one start, with all that the engine itself starts before them. */
  closure(services: Iterable<string>): Set<string> {
    return serviceClosure(this.#engine.services, services);
  }

  /** The same of several starts. */
  closureOfStarts(starts: Iterable<Iterable<string>>): Set<string> {
    return closureOfStarts(this.#engine.services, starts);
  }
}

/** The services that have containers of which none runs. */
function standingStill(services: ReadonlySet<string>, looks: readonly Look[]): string[] {
  const having = (up: boolean) =>
    new Set(looks.filter(({ state }) => isUp(state) === up).map(({ state }) => state.service));
  return [...services.intersection(having(false).difference(having(true)))].sort();
}

function quietOf({ tookMs }: Start): number {
  return Math.min(Math.max(QUIET_FACTOR * tookMs, QUIET_MIN_MS), QUIET_MAX_MS);
}

/** No service has a name with a space in it. */
function networkKey(network: string): string {
  return `network ${network}`;
}

/** The container of each service, replica 1 if there are several. */
export function byService(looks: readonly Look[]): Map<string, Look> {
  const found = new Map<string, Look>();
  for (const look of looks) {
    const known = found.get(look.state.service);
    if (known === undefined || (!isUp(known.state) && isUp(look.state))) found.set(look.state.service, look);
  }
  return found;
}
