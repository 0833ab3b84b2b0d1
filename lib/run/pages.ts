/**
 * The pages of a module's services in one window: where each is asked, whether it becomes ready, and its probes. Each page
 * is seen on its own: one that fails must not hide behind one that answers.
 */

import type { EndpointOutcome, Look, PagePlace } from "../engine/engine.ts";
import { isEngineTrouble } from "../engine/trouble.ts";
import type { ProbeHost } from "../health/probe.ts";
import type { Watch } from "../health/watch.ts";
import { watchHealth } from "../health/watch.ts";
import { type ContainerState, type EngineEvent, isUp, type Way } from "../model/evidence.ts";
import type { HealthEndpoint, ModuleSpec } from "../model/module.ts";
import type { RunContext } from "./context.ts";
import { attemptLimitMs, probingHost } from "./context.ts";
import { becomesReady } from "./readiness.ts";

/** Endpoints are asked so much after each other: two at once would have their answers wait for one another. */
const ASIDE_MS = 2;

/** A page that can be asked, at whatever place it is now. */
export interface Page extends ProbeHost {
  declared: HealthEndpoint;
  /** Counts the pages of its service from 0. */
  nth: number;
  /** What the container's own health check allows its service for starting. */
  startPeriodMs: number;
  url: string;
  way: Way;
}

interface Located extends Page {
  containerId: string;
  /** null between the end of its container and the next start: what answers then is not it. */
  place: PagePlace | null;
  /** How many ends of its container were heard of: what was found out before one of them is of the past. */
  ends: number;
}

export class Pages {
  readonly #context: RunContext;
  readonly #where: { cycle: number; module: string };
  readonly #declared: ModuleSpec["health"];
  #located: Located[] = [];
  readonly #relocating: Promise<void>[] = [];

  constructor(context: RunContext, where: { cycle: number; module: string }, spec: ModuleSpec) {
    this.#context = context;
    this.#where = where;
    this.#declared = spec.health;
  }

  get located(): readonly Page[] {
    return this.#located;
  }

  /** The first address of each service that can be reached from this host, for the tests' environment. */
  get baseUrls(): Map<string, string> {
    const found = new Map<string, string>();
    for (const { declared: { service }, place } of this.#located) {
      if (typeof place?.baseUrl === "string" && !found.has(service)) found.set(service, place.baseUrl);
    }
    return found;
  }

  /** Finds out where every page is asked; a container that has ended has none. Throws EngineError. */
  async locate(looks: ReadonlyMap<string, Look>): Promise<void> {
    for (const declared of this.#declared) {
      const look = looks.get(declared.service);
      if (look === undefined || (!isUp(look.state) && look.state.status !== "created")) continue;
      const nth = this.#declared.filter(({ service }) => service === declared.service).indexOf(declared);
      const found = await this.#find(look, declared);
      this.#note(declared, nth, found);
      if ("why" in found) continue;
      this.#located.push(this.#page(declared, nth, look.state, found));
    }
  }

  #find(look: Look, declared: HealthEndpoint): Promise<EndpointOutcome> {
    return this.#context.engine.endpoint(look, declared, this.#context.signal);
  }

  #note({ service }: HealthEndpoint, page: number, found: EndpointOutcome): void {
    const { url, way, source, why } = "url" in found
      ? { ...found, why: null }
      : { url: null, way: null, source: null, ...found };
    this.#context.journal.add({ type: "endpoint", ...this.#where, service, ...nthOf(page), url, way, source, why });
  }

  #page(declared: HealthEndpoint, nth: number, state: ContainerState, found: PagePlace): Located {
    const { host } = this.#context;
    const page: Located = {
      declared,
      nth,
      startPeriodMs: state.startPeriodMs ?? 0,
      containerId: state.id,
      url: found.url,
      way: found.way,
      place: found,
      ends: 0,
      ...probingHost(this.#context),
      get: async (_url, signal) => {
        const { ends, place } = page;
        if (place === null) throw new Error("its container has ended");
        const answer = await (place.get?.(signal, attemptLimitMs(this.#context)) ?? host.get(place.url, signal));
        // By then another one may have had its address.
        if (page.ends !== ends) throw new Error("its container ended while it was asked");
        return answer;
      },
    };
    return page;
  }

  /** Hears that a container of the module ended or started: its address may be another's from now on. */
  note({ action, containerId, service }: Pick<EngineEvent, "action" | "containerId" | "service">): void {
    const pages = this.#located.filter(({ declared }) => declared.service === service);
    if (action === "die") {
      for (const page of pages.filter((page) => page.containerId === containerId)) {
        page.place = null;
        page.ends++;
      }
    }
    if (action !== "start" || !pages.some(({ place }) => place === null)) return;
    const relocating = this.#relocate(service, pages);
    // Whoever closes the window hears of what went wrong.
    relocating.catch(() => {});
    this.#relocating.push(relocating);
  }

  /** Resolves when every place that was to be looked up again has been. */
  async settled(): Promise<void> {
    await Promise.all(this.#relocating);
  }

  async #relocate(service: string, pages: readonly Located[]): Promise<void> {
    try {
      const before = new Map(pages.map((page) => [page, page.ends]));
      const look = (await this.#context.fleet.look()).get(service);
      if (look === undefined) return;
      for (const page of pages) {
        const found = await this.#find(look, page.declared);
        // It may have ended again by now: its next start finds out anew.
        if ("why" in found || page.ends !== before.get(page)) continue;
        if (found.url !== page.url) this.#note(page.declared, page.nth, found);
        page.containerId = look.state.id;
        page.url = found.url;
        page.way = found.way;
        page.place = found;
      }
    } catch (error) {
      // Its probes go on failing, and the last look says what is to be said of an engine that does not answer.
      if (!isEngineTrouble(error) && !this.#context.signal.aborted) throw error;
    }
  }

  /** Whether every page of the services that are `wanted` answered 2xx within the timeout. */
  async ready(hopeless: AbortSignal, isWanted: (service: string) => boolean): Promise<boolean> {
    const outcomes = await Promise.all(this.#located.map((page) =>
      becomesReady(this.#context, page, {
        where: { ...this.#where, service: page.declared.service, ...nthOf(page.nth) },
        url: page.url,
        startPeriodMs: page.startPeriodMs,
        explain: () => page.place?.refusedBecause?.() ?? null,
      }, hopeless)
    ));
    const wanted = this.#declared.filter(({ service }) => isWanted(service));
    return outcomes.every((ready) => ready) && outcomes.length === wanted.length;
  }

  /** Probes every page until `close`; `place` is the module's own among those that share the moments of probing. */
  watch(place: number, close: AbortSignal): Watch[] {
    const { config: { settings: { thresholds } }, journal, signal } = this.#context;
    return this.#located.map((page, nth) =>
      watchHealth(page, {
        url: page.url,
        probeTimeoutMs: attemptLimitMs(this.#context),
        intervalMs: thresholds.probe_interval_ms,
        idleIntervalMs: thresholds.probe_idle_interval_ms,
        idleOffsetMs: ASIDE_MS * (place + nth),
        minProbes: thresholds.min_probes,
        close,
        abort: signal,
        onProbe: (outcome) =>
          journal.add({
            type: "probe",
            ...this.#where,
            service: page.declared.service,
            ...nthOf(page.nth),
            ...outcome,
          }),
      })
    );
  }
}

/** As lines of the journal have it. */
function nthOf(page: number): { page?: number } {
  return page === 0 ? {} : { page };
}
