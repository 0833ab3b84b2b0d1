/**
 * The checks of a module's services in one window: how each is made, whether it passes, and its probes. Each check
 * counts on its own: one that fails must not hide behind one that passes.
 */

import type { Look } from "../../engine/engine.ts";
import { isEngineTrouble } from "../../engine/trouble.ts";
import type { CheckPlace } from "../../health/kind.ts";
import { checkKind, isOfJob } from "../../health/registry.ts";
import type { Watch } from "../../health/watch.ts";
import { watchHealth } from "../../health/watch.ts";
import { type EngineEvent, isUp } from "../../model/evidence.ts";
import type { HealthCheck, ModuleSpec } from "../../model/module.ts";
import { LAST_PROBES } from "../../model/settings.ts";
import { Check } from "./check.ts";
import type { RunContext } from "../context.ts";
import { attemptLimitMs, probingHost } from "../context.ts";
import { innerUrl } from "./inner_urls.ts";
import { becomesReady } from "./readiness.ts";

/** The time between two checks: if two were made at once, their answers would wait for one another. */
const ASIDE_MS = 2;

/** The kind of the container's own health check, also of a check that is not declared. */
const OWN = "docker";

export class Checks {
  readonly #context: RunContext;
  readonly #where: { cycle: number; module: string };
  readonly #declared: readonly HealthCheck[];
  /**
   * The own health checks of containers for which nothing is declared: if there is one, it decides when the service is
   * ready.
   */
  readonly #implied: ReadonlySet<HealthCheck>;
  readonly #located: Check[] = [];
  readonly #relocating: Promise<void>[] = [];

  constructor(context: RunContext, where: { cycle: number; module: string }, { health, services }: ModuleSpec) {
    this.#context = context;
    this.#where = where;
    const unchecked = services.filter((service) => !health.some((check) => check.service === service));
    this.#implied = new Set(unchecked.map((service) => ({ service, kind: OWN })));
    this.#declared = [...health, ...this.#implied];
  }

  get located(): readonly Check[] {
    return this.#located;
  }

  /** Services that the own health check of their container shows to be ready, declared or not. */
  get readyByOwn(): ReadonlySet<string> {
    return new Set(this.#declared.filter(({ kind }) => kind === OWN).map(({ service }) => service));
  }

  /** The first address of each service that can be reached from this host, of a page if it has one: for the tests' environment. */
  get baseUrls(): Map<string, string> {
    return this.#addresses(({ baseUrl }) => baseUrl);
  }

  /** The same as other containers of the project reach it, by the service's name. `looks`: the containers as they are now. */
  innerUrls(looks: ReadonlyMap<string, Look>): Map<string, string> {
    return this.#addresses(({ url, way }, service) => innerUrl({ url, way }, service, looks.get(service)?.ports ?? []));
  }

  #addresses(addressOf: (place: CheckPlace, service: string) => string | null): Map<string, string> {
    const urls = this.#located.flatMap(({ declared: { service }, isLost, place }) => {
      const url = isLost ? null : addressOf(place, service);
      return url === null ? [] : [{ service, url }];
    });
    const isPage = ({ url }: { url: string }) => url.startsWith("http");
    const found = new Map<string, string>();
    for (const { service, url } of [...urls.filter(isPage), ...urls]) {
      if (!found.has(service)) found.set(service, url);
    }
    return found;
  }

  /** Finds out how every check is made; a container that has ended has none but that of a job. Throws EngineError. */
  async locate(looks: ReadonlyMap<string, Look>): Promise<void> {
    for (const declared of this.#declared) {
      const look = looks.get(declared.service);
      if (look === undefined) continue;
      if (!isUp(look.state) && look.state.status !== "created" && !isOfJob(declared)) continue;
      if (this.#isAbsent(declared, look)) continue;
      const nth = this.#declared.filter(({ service }) => service === declared.service).indexOf(declared);
      const found = await this.#find(look, declared);
      if ("why" in found) {
        this.#note({ service: declared.service, ...(nth === 0 ? {} : { page: nth }) }, declared, found);
        continue;
      }
      const check = new Check(probingHost(this.#context), declared, nth, look.state, found);
      this.#note(check.named, declared, found);
      this.#located.push(check);
    }
  }

  /** Whether a check cannot be made since its service is between two starts. */
  async isHidden(looks: ReadonlyMap<string, Look>): Promise<boolean> {
    const hidden = await Promise.all(this.#declared.map(async (declared) => {
      const look = looks.get(declared.service);
      return look?.state.status === "restarting" && !this.#isAbsent(declared, look) &&
        "why" in await this.#find(look, declared);
    }));
    return hidden.includes(true);
  }

  #isAbsent(declared: HealthCheck, { state }: Look): boolean {
    const canRun = isUp(state) && state.health !== null && this.#context.engine.runCheck !== undefined;
    return this.#implied.has(declared) && !canRun;
  }

  #find(look: Look, declared: HealthCheck): Promise<CheckPlace | { why: string }> {
    const { engine, fleet, host, signal } = this.#context;
    const lookAgain = async (signal: AbortSignal) => (await fleet.look(signal)).get(declared.service);
    return checkKind(declared.kind).locate({ engine, host, lookAgain }, look, declared, signal);
  }

  #note(named: { service: string; page?: number }, { kind }: HealthCheck, found: CheckPlace | { why: string }): void {
    const watched = checkKind(kind).watched;
    const line = { type: "endpoint" as const, ...this.#where, ...named, kind };
    this.#context.journal.add(
      "why" in found ? { ...line, watched, what: null, url: null, way: null, source: null, why: found.why } : {
        ...line,
        watched: found.watched ?? watched,
        what: found.what,
        url: found.url,
        way: found.way,
        source: found.source,
        why: null,
      },
    );
  }

  /** Takes note that a container of the module ended or started: its address may be another's from now on. */
  note({ action, containerId, service }: Pick<EngineEvent, "action" | "containerId" | "service">): void {
    const checks = this.#located.filter(({ declared }) => declared.service === service);
    if (action === "die") { for (const check of checks) check.noteEnd(containerId); }
    if (action !== "start" || !checks.some(({ isLost }) => isLost)) return;
    const relocating = this.#relocate(service, checks);
    // `settled` passes the error on to the caller that closes the window.
    relocating.catch(() => {});
    this.#relocating.push(relocating);
  }

  /** Resolves when every place has been looked up again that had to be. */
  async settled(): Promise<void> {
    await Promise.all(this.#relocating);
  }

  async #relocate(service: string, checks: readonly Check[]): Promise<void> {
    try {
      const ends = new Map(checks.map((check) => [check, check.place]));
      const look = (await this.#context.fleet.look()).get(service);
      if (look === undefined) return;
      for (const check of checks) {
        const before = ends.get(check);
        const found = await check.relocate(() => this.#find(look, check.declared), look.state.id);
        if (found !== null && found.url !== before?.url) this.#note(check.named, check.declared, found);
      }
    } catch (error) {
      // Its probes go on failing, and the last look reports an engine that does not answer.
      if (!isEngineTrouble(error) && !this.#context.signal.aborted) throw error;
    }
  }

  /** Whether every check of the services that are `wanted` passed within the timeout. */
  async ready(hopeless: AbortSignal, isWanted: (service: string) => boolean): Promise<boolean> {
    const outcomes = await Promise.all(
      this.#located.map((check) => becomesReady(this.#context, check, { ...this.#where, ...check.named }, hopeless)),
    );
    const isDue = (declared: HealthCheck) => isWanted(declared.service) && !this.#implied.has(declared);
    const located = this.#located.filter(({ declared }) => isDue(declared));
    return outcomes.every((ready) => ready) && located.length === this.#declared.filter(isDue).length;
  }

  /** Makes every check until `close`; `place` is the module's place among those that share the moments of probing. */
  watch(place: number, close: AbortSignal): Watch[] {
    const { config: { settings: { thresholds } }, journal, signal } = this.#context;
    const probed = this.#located.filter(({ watched }) => watched !== "events");
    return probed.map((check, nth) => {
      const { pauseMs = 0 } = check.kind;
      return watchHealth(check.host, {
        ask: check.ask,
        probeTimeoutMs: attemptLimitMs(this.#context),
        intervalMs: Math.max(pauseMs, thresholds.probe_interval_ms),
        idleIntervalMs: Math.max(pauseMs, thresholds.probe_idle_interval_ms),
        idleOffsetMs: ASIDE_MS * (place + nth),
        minProbes: check.watched === "latency" ? thresholds.min_probes : LAST_PROBES,
        close,
        abort: signal,
        onProbe: (outcome) => journal.add({ type: "probe", ...this.#where, ...check.named, ...outcome }),
      });
    });
  }

  /** Ends what checks have running. */
  close(): void {
    for (const check of this.#located) check.close();
  }
}
