/**
 * One module's window in one cycle: from the first start of its services until their stop begins, everything that can be
 * seen of them goes to the journal. Watches and writes down; judges nothing.
 */

import type { EndpointOutcome, Look } from "../engine/engine.ts";
import { EngineError } from "../engine/engine.ts";
import { waitReady } from "../health/wait.ts";
import type { Watch } from "../health/watch.ts";
import { watchHealth } from "../health/watch.ts";
import type { Clock } from "../host/host.ts";
import type { Phase } from "../model/evidence.ts";
import type { HealthEndpoint, ModuleSpec } from "../model/module.ts";
import type { RunContext } from "./context.ts";
import { isTested, notify, specOf } from "./context.ts";
import { isUp } from "../model/evidence.ts";

/** The smallest piece of time that a wait may find to have gone by without it. */
const TICK_MS = 100;
/** Pause between two looks at a container that is about to be started again. */
const RESTART_LOOK_MS = 200;
/** How long a container that was ready may be gone before it counts as ended for good: somebody may be replacing it. */
const COME_BACK_MS = 2000;

/** Endpoints are asked so much after each other: two at once would have their answers wait for one another. */
const ASIDE_MS = 2;

interface Endpoint {
  declared: HealthEndpoint;
  url: string;
  baseUrl: string;
}

export class Window {
  readonly cycle: number;
  readonly module: string;
  readonly #context: RunContext;
  readonly #spec: ModuleSpec;
  /** A module that is only there for others is not measured. */
  readonly #tested: boolean;
  readonly #where: { cycle: number; module: string };
  readonly #closing = new AbortController();
  /** Aborted when a container of the module has ended for good: then waiting for it is useless. */
  readonly #ended = new AbortController();
  /** Whether the first look was taken: what dies before may be what the start itself replaces. */
  #hasBegun = false;
  readonly #diedEarly = new Set<string>();
  /** Looks at whether a container that died has ended for good. */
  readonly #checks: Promise<void>[] = [];
  readonly #sampled: string[] = [];
  /** One-shot services that have done their work: nothing answers for them any more. */
  readonly #completed = new Set<string>();
  #endpoints: Endpoint[] = [];
  #watches: Watch[] = [];
  #unsubscribe: (() => void) | null = null;

  constructor(context: RunContext, cycle: number, module: string) {
    this.#context = context;
    this.cycle = cycle;
    this.module = module;
    this.#where = { cycle, module };
    this.#spec = specOf(context, module);
    this.#tested = isTested(context, module);
  }

  /** Addresses of the services' pages, by service, for the tests' environment. */
  get baseUrls(): Map<string, string> {
    return new Map(this.#endpoints.map(({ declared, baseUrl }) => [declared.service, baseUrl]));
  }

  /** The health pages' addresses, by service. */
  get urls(): Map<string, string> {
    return new Map(this.#endpoints.map(({ declared, url }) => [declared.service, url]));
  }

  /** Whether it was opened and not closed yet. */
  get isOpen(): boolean {
    return this.#unsubscribe !== null;
  }

  /** Resolves when it is known of every container that died by now whether it has ended for good. */
  async settled(): Promise<void> {
    await Promise.all(this.#checks);
  }

  /** Aborts when a container of the module has ended for good, or the user interrupts. */
  get useless(): AbortSignal {
    return AbortSignal.any([this.#ended.signal, this.#context.signal]);
  }

  /** Opens before anything is started; `running` are the services that are up already. */
  open(running: readonly string[]): void {
    const { journal, onEvent } = this.#context;
    journal.add({ type: "window_opened", ...this.#where, inPlace: [...running] });
    this.#unsubscribe = onEvent(({ action, containerId, service }) => {
      if (action !== "die" || !this.#spec.services.includes(service)) return;
      if (this.#hasBegun) this.#checks.push(this.#checkEnd());
      else this.#diedEarly.add(containerId);
    });
  }

  /** Runs `work` and writes down how long it took as a phase of the module. */
  async phase<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const end = this.#beginPhase(phase);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** As `phase`, for a wait before the module has begun: one that is cut short is not written down. */
  async wait<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const end = this.#beginPhase(phase);
    const result = await work();
    end();
    return result;
  }

  #beginPhase(phase: Phase): () => void {
    const { journal, progress } = this.#context;
    const startMs = journal.elapsedMs();
    progress({ type: "phase", ...this.#where, phase, done: false });
    return () => {
      journal.add({ type: "phase", ...this.#where, phase, startMs, durationMs: journal.elapsedMs() - startMs });
      progress({ type: "phase", ...this.#where, phase, done: true });
    };
  }

  /** The first look at the containers: starts the sampling and finds the endpoints. */
  async begin(looks: ReadonlyMap<string, Look>): Promise<void> {
    const { journal, progress, sampler } = this.#context;
    this.#hasBegun = true;
    // What is there now may have died since it was looked at.
    if ([...looks.values()].some(({ state }) => this.#diedEarly.has(state.id))) this.#checks.push(this.#checkEnd());
    for (const service of this.#spec.services) {
      const look = looks.get(service);
      if (look === undefined) {
        journal.add({ type: "container_missing", ...this.#where, service, when: "first" });
        continue;
      }
      const { state } = look;
      journal.add({ type: "look", ...this.#where, when: "first", state });
      if (this.#isLost(look)) this.#ended.abort();
      if (!this.#tested) continue;
      this.#sampled.push(state.id);
      await sampler.watch(state, {
        onSample: (sample) => {
          journal.add({ type: "sample", ...this.#where, service, ...sample });
          progress({ type: "memory", module: this.module, service, bytes: sample.memBytes });
        },
        onMissing: (why) => journal.add({ type: "sample_missing", ...this.#where, service, why }),
      });
    }
    const settled = await this.#afterRestarts(looks);
    this.#endpoints = this.#spec.health.flatMap((declared) => this.#locate(declared, settled.get(declared.service)));
  }

  /**
   * Between two starts a container publishes nothing, whatever its compose file says: it is looked at until it runs, or until
   * the time is over in which it must become ready.
   */
  async #afterRestarts(first: ReadonlyMap<string, Look>): Promise<ReadonlyMap<string, Look>> {
    const { config, engine, fleet, host: { clock }, signal } = this.#context;
    const end = clock.mono() + config.timeoutSec * 1000;
    let looks = first;
    const isHidden = (declared: HealthEndpoint) => {
      const look = looks.get(declared.service);
      return look?.state.status === "restarting" && "why" in engine.endpoint(look, declared);
    };
    while (this.#spec.health.some(isHidden) && clock.mono() < end && !this.#ended.signal.aborted) {
      await clock.sleep(RESTART_LOOK_MS, signal);
      looks = await fleet.look(signal);
    }
    return looks;
  }

  #locate(declared: HealthEndpoint, look: Look | undefined): Endpoint[] {
    if (look === undefined || isOver(look)) return [];
    const found: EndpointOutcome = this.#context.engine.endpoint(look, declared);
    const url = "url" in found ? found.url : null;
    const why = "why" in found ? found.why : null;
    this.#context.journal.add({ type: "endpoint", ...this.#where, service: declared.service, url, why });
    return "url" in found ? [{ declared, url: found.url, baseUrl: found.baseUrl }] : [];
  }

  /** Whether every declared endpoint answered 2xx within the timeout, and no container ended. */
  async ready(): Promise<boolean> {
    const { config, host, journal, signal } = this.#context;
    const outcomes = await Promise.all(this.#endpoints.map(async ({ declared: { service }, url }) => {
      const outcome = await waitReady(host, {
        url,
        timeoutMs: config.timeoutSec * 1000,
        probeTimeoutMs: config.settings.thresholds.probe_timeout_ms,
        signal,
        hopeless: this.#ended.signal,
      });
      const { afterMs, attempts } = outcome;
      if (outcome.ready) journal.add({ type: "ready", ...this.#where, service, afterMs, attempts });
      else {
        const { last, limit } = outcome;
        journal.add({ type: "not_ready", ...this.#where, service, afterMs, attempts, last, limit });
      }
      return outcome.ready;
    }));
    const wanted = this.#spec.health.filter(({ service }) => !this.#completed.has(service));
    return outcomes.every((ready) => ready) && outcomes.length === wanted.length && !this.#ended.signal.aborted;
  }

  /** Probes every endpoint of a tested module until the window closes. */
  startProbes(): void {
    if (!this.#tested) return;
    const { config: { settings: { thresholds } }, host, journal, plan } = this.#context;
    const place = plan.steps.findIndex(({ module }) => module === this.module);
    this.#watches = this.#endpoints.map(({ declared: { service }, url }, nth) =>
      watchHealth(host, {
        url,
        probeTimeoutMs: thresholds.probe_timeout_ms,
        intervalMs: thresholds.probe_interval_ms,
        idleIntervalMs: thresholds.probe_idle_interval_ms,
        idleOffsetMs: ASIDE_MS * (place + nth),
        minProbes: thresholds.min_probes,
        close: this.#closing.signal,
        abort: this.#context.signal,
        onProbe: (outcome) => journal.add({ type: "probe", ...this.#where, service, ...outcome }),
      })
    );
  }

  /**
   * Resolves when every endpoint has had the probes that a p95 needs, or the time in which a healthy one gives them: then
   * what is missing is itself the finding. Also when a container has ended. A service without a page is watched for as long
   * as the probes of one with a page take.
   */
  async enoughProbes(): Promise<void> {
    const { config: { settings: { thresholds } }, host, signal } = this.#context;
    const limit = new AbortController();
    const stop = AbortSignal.any([this.useless, limit.signal]);
    const shortest = thresholds.min_probes * thresholds.probe_interval_ms;
    const longest = shortest + thresholds.min_probes * thresholds.latency_p95_ms;
    const probed = this.#watches.map(({ enough }) => enough);
    const unprobed = this.#watches.length < this.#spec.services.length;
    const timer = runningTime(host.clock, longest, stop).catch(() => {});
    const watched = unprobed ? host.clock.sleep(shortest, stop).catch(() => {}) : Promise.resolve();
    await Promise.race([Promise.all([...probed, watched]), timer]);
    limit.abort();
    await Promise.all([timer, watched]);
    signal.throwIfAborted();
  }

  /** The last look and the last samples; the window is closed from here on. Never throws for the engine's failing. */
  async close(): Promise<void> {
    const { fleet, journal, sampler } = this.#context;
    this.#closing.abort();
    await Promise.all(this.#watches.map(({ ended }) => ended));
    await Promise.all(this.#sampled.map((id) => sampler.release(id)));
    try {
      const looks = await fleet.look();
      for (const service of this.#spec.services) {
        const look = looks.get(service);
        if (look === undefined) {
          journal.add({ type: "container_missing", ...this.#where, service, when: "last" });
        } else journal.add({ type: "look", ...this.#where, when: "last", state: look.state });
      }
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      notify(this.#context, `The last look at module "${this.module}" failed: ${error.message}`);
    }
    journal.add({ type: "window_closed", ...this.#where });
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  async #checkEnd(): Promise<void> {
    const { clock } = this.#context.host;
    try {
      if (!await this.#isAnyLost()) return;
      if (this.#watches.length > 0) {
        await clock.sleep(COME_BACK_MS, AbortSignal.any([this.#closing.signal, this.#context.signal])).catch(() => {});
        if (this.#closing.signal.aborted || !await this.#isAnyLost()) return;
      }
      this.#ended.abort();
    } catch (error) {
      // The last look says what is to be said of an engine that does not answer.
      if (!(error instanceof EngineError)) throw error;
    }
  }

  async #isAnyLost(): Promise<boolean> {
    const looks = await this.#context.fleet.look();
    return this.#spec.services.some((service) => {
      const look = looks.get(service);
      return look !== undefined && this.#isLost(look);
    });
  }

  /** Ended for good, unless it is a service that ends with 0 when its work is done. */
  #isLost(look: Look): boolean {
    const { status, exitCode, service } = look.state;
    if (!isOver(look)) return false;
    const completed = status === "exited" && exitCode === 0 && this.#context.engine.services.get(service)?.oneShot;
    if (completed) this.#completed.add(service);
    return !completed;
  }
}

/** Resolves after `ms` in which this program could run: on a machine that has no time for it, no probes are made either. */
async function runningTime(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= TICK_MS) await clock.sleep(Math.min(TICK_MS, left), signal);
}

/** Ended, and not about to be started again by its restart policy. */
function isOver({ state }: Look): boolean {
  return !isUp(state) && state.status !== "created";
}
