/**
 * One module's window in one cycle: from the first start of its services until their stop begins, everything that can
 * be seen of them is written to the journal. Watches and records; judges nothing.
 */

import type { Look } from "../../engine/engine.ts";
import { EngineError } from "../../engine/engine.ts";
import { isEngineTrouble } from "../../engine/trouble.ts";
import type { Watch } from "../../health/watch.ts";
import { anySignal } from "../../host/any_signal.ts";
import type { Clock } from "../../host/host.ts";
import { refuseShort } from "../../host/shortage.ts";
import type { Phase } from "../../model/evidence.ts";
import type { ModuleSpec } from "../../model/module.ts";
import type { Check } from "./check.ts";
import { Checks } from "./checks.ts";
import type { RunContext } from "../context.ts";
import { notify, specOf } from "../context.ts";
import { isUp } from "../../model/evidence.ts";
import { helpersOf } from "../needs.ts";
import type { DriftSeen } from "../drift.ts";
import { noteKills } from "./kills.ts";
import { runDueChecks } from "./due_checks.ts";
import { Endings } from "./endings.ts";
import { lastLook, RESTART_LOOK_MS } from "./last_look.ts";
import { EventsTold } from "./told.ts";

/** Steps in which a limit counts the time in which this program could run. */
const TICK_MS = 100;

export class Window {
  readonly cycle: number;
  readonly module: string;
  readonly #context: RunContext;
  readonly #spec: ModuleSpec;
  /** The module's own services, and the services that are watched with them. */
  readonly #services: readonly string[];
  readonly #where: { cycle: number; module: string };
  readonly #closing = new AbortController();
  /** Whether the first look was taken: a container that ends before may be one that the start itself replaces. */
  #hasBegun = false;
  readonly #diedEarly = new Set<string>();
  /** Services that were up when it was opened. */
  #inPlace: ReadonlySet<string> = new Set();
  /** Id of each container that is sampled → its service. */
  readonly #sampled = new Map<string, string>();
  /** Containers that have ended at least once since it was opened. */
  readonly #died = new Set<string>();
  readonly #endings: Endings;
  readonly #checks: Checks;
  /** The containers when it began. */
  #begun: ReadonlyMap<string, Look> = new Map();
  #watches: Watch[] = [];
  #told: EventsTold | null = null;
  #unsubscribe: (() => void) | null = null;

  constructor(context: RunContext, cycle: number, module: string) {
    this.#context = context;
    this.cycle = cycle;
    this.module = module;
    this.#where = { cycle, module };
    this.#spec = specOf(context, module);
    this.#services = [...this.#spec.services, ...helpersOf(context, module)];
    this.#checks = new Checks(context, this.#where, this.#spec);
    this.#endings = new Endings(context, this.#spec, {
      stop: () => anySignal([this.#closing.signal, context.signal]),
      isProbed: () => this.#watches.length > 0,
    });
  }

  /** Addresses of the services, by service, for the tests' environment. */
  get baseUrls(): Map<string, string> {
    return this.#checks.baseUrls;
  }

  /** The same as other containers of the project reach them. */
  innerUrls(looks: ReadonlyMap<string, Look>): Map<string, string> {
    return this.#checks.innerUrls(looks);
  }

  /** The checks of its services that can be made. */
  get checks(): readonly Check[] {
    return this.#checks.located;
  }

  /** Whether it was opened and not closed yet. */
  get isOpen(): boolean {
    return this.#unsubscribe !== null;
  }

  /** Resolves when it is known, for every container that died so far, whether it has ended for good. */
  settled(): Promise<void> {
    return this.#endings.settled();
  }

  /** Aborts when a container of the module has ended for good, or the user interrupts. */
  get useless(): AbortSignal {
    return anySignal([this.#endings.forGood, this.#context.signal]);
  }

  /**
   * Opens before anything is started; `running` are the services that are up already, `drift` how they differ from the
   * project.
   */
  open(running: readonly string[], drift: DriftSeen = {}): void {
    const { engine, host: { clock }, journal, onEvent } = this.#context;
    this.#inPlace = new Set(running);
    journal.add({ type: "window_opened", ...this.#where, inPlace: [...running], ...drift });
    const told = this.#told = new EventsTold(clock, clock.wall() + (engine.clockAheadMs ?? 0));
    this.#unsubscribe = onEvent((event) => {
      const { action, containerId, service } = event;
      told.note(event);
      this.#checks.note(event);
      if (action === "die") this.#died.add(containerId);
      if (action !== "die" || !this.#spec.services.includes(service)) return;
      if (this.#hasBegun) this.#endings.note();
      else this.#diedEarly.add(containerId);
    });
  }

  /** Runs `work` and records how long it took as a phase of the module. */
  async phase<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const end = this.#beginPhase(phase);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Like `phase`, for a wait before the module has begun: a wait that is cut short is not recorded. */
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
    const { engine, journal, progress, sampler } = this.#context;
    this.#hasBegun = true;
    // A container may have died since the look.
    if ([...looks.values()].some(({ state }) => this.#diedEarly.has(state.id))) this.#endings.note();
    for (const service of this.#services) {
      const look = looks.get(service);
      if (look === undefined) {
        journal.add({ type: "container_missing", ...this.#where, service, when: "first" });
        continue;
      }
      const { state } = look;
      journal.add({ type: "look", ...this.#where, when: "first", state });
      // A service that only helps may be gone: the module's own services show whether it can do without.
      if (this.#spec.services.includes(service) && this.#endings.isLost(look)) this.#endings.end();
      this.#sampled.set(state.id, service);
      engine.kills?.watch(state, !this.#inPlace.has(service));
      await sampler.watch(state, {
        onSample: (sample) => {
          journal.add({ type: "sample", ...this.#where, service, ...sample });
          progress({ type: "memory", module: this.module, service, bytes: sample.memBytes });
        },
        onMissing: (why) => journal.add({ type: "sample_missing", ...this.#where, service, why }),
      });
    }
    this.#begun = await this.#afterRestarts(looks);
    await this.#checks.locate(this.#begun);
  }

  /**
   * Between two starts a container publishes nothing, whatever its compose file says: look until it runs, or until its
   * limit for becoming ready is over.
   */
  async #afterRestarts(first: ReadonlyMap<string, Look>): Promise<ReadonlyMap<string, Look>> {
    const { config, fleet, host: { clock }, signal } = this.#context;
    const end = clock.mono() + config.timeoutSec * 1000;
    let looks = first;
    while (await this.#checks.isHidden(looks) && clock.mono() < end && !this.#endings.forGood.aborted) {
      await clock.sleep(RESTART_LOOK_MS, signal);
      looks = await fleet.look(signal);
    }
    return looks;
  }

  /** Whether every check passed within the timeout, and no container ended. */
  async ready(): Promise<boolean> {
    const passed = await this.#checks.ready(this.#endings.forGood, (service) => !this.#endings.completed.has(service));
    refuseShort(this.#context.host);
    return passed && !this.#endings.forGood.aborted;
  }

  /** Probes every endpoint until the window closes. */
  startProbes(): void {
    const place = this.#context.plan.steps.findIndex(({ module }) => module === this.module);
    this.#watches = this.#checks.watch(place, this.#closing.signal);
  }

  /**
   * Resolves when every endpoint has had the probes that a p95 needs, or when the time for that many probes of a
   * healthy one is over: then the missing probes are themselves the finding. Also resolves when a container has ended.
   * A service without a page is watched for as long as the probes of one with a page take.
   */
  async enoughProbes(): Promise<void> {
    const { config: { settings: { thresholds } }, host, signal } = this.#context;
    const limit = new AbortController();
    const stop = anySignal([this.useless, limit.signal]);
    const shortest = thresholds.min_probes * thresholds.probe_interval_ms;
    const longest = shortest + thresholds.min_probes * thresholds.latency_p95_ms;
    const probed = this.#watches.map(({ enough }) => enough);
    const unprobed = this.#watches.length < this.#services.length;
    const timer = runningTime(host.clock, longest, stop).catch(() => {});
    const watched = unprobed ? host.clock.sleep(shortest, stop).catch(() => {}) : Promise.resolve();
    await Promise.race([Promise.all([...probed, watched]), timer]);
    limit.abort();
    await Promise.all([timer, watched]);
    signal.throwIfAborted();
    refuseShort(host);
  }

  /**
   * The last look and the last samples; the window is closed from here on. Never throws if the engine fails. Throws if
   * this program ran short of a resource, after closing: evidence that is missing for that reason must not be judged.
   */
  async close(): Promise<void> {
    const { engine, host, journal, sampler } = this.#context;
    await this.#runDueChecks();
    this.#closing.abort();
    const watched = await Promise.allSettled(this.#watches.map(({ ended }) => ended));
    await Promise.all([this.settled(), this.#checks.settled()]);
    this.#checks.close();
    await Promise.all([...this.#sampled.keys()].map((id) => sampler.release(id)));
    try {
      const looks = await lastLook(this.#context, this.#where, this.#services, {
        mayComeBack: (look) => this.#watches.length > 0 && (look === undefined || this.#endings.isLost(look)),
      });
      for (const service of this.#services) {
        const look = looks.get(service);
        if (look === undefined) {
          journal.add({ type: "container_missing", ...this.#where, service, when: "last" });
          continue;
        }
        journal.add({ type: "look", ...this.#where, when: "last", state: look.state });
        if (!isUp(look.state)) this.#died.add(look.state.id);
      }
      await this.#told?.of(this.#services.flatMap((service) => looks.get(service)?.state ?? []));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      notify(this.#context, `The last look at module "${this.module}" failed: ${error.message}`);
    }
    await engine.settleEvents?.();
    this.#endKillWatch();
    journal.add({ type: "window_closed", ...this.#where });
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    for (const result of watched) if (result.status === "rejected") throw result.reason;
    refuseShort(host);
  }

  /** After the last look: what has ended by then has left its traces. */
  #endKillWatch(): void {
    const { engine, journal } = this.#context;
    noteKills(this.#context);
    // What happens to one that stays up until its next window belongs to that, as its events do.
    const isKept = journal.evidence.run?.kept.includes(this.module) === true;
    for (const [containerId, service] of this.#sampled) {
      const why = engine.kills?.unseen(containerId) ?? null;
      if (!isKept) engine.kills?.release(containerId);
      if (why === null || !this.#died.has(containerId)) continue;
      journal.add({ type: "kill_unseen", ...this.#where, service, containerId, why });
    }
  }

  /** Called while everything is still watched: a check may take long. */
  async #runDueChecks(): Promise<void> {
    const checked = this.#services.filter((service) => (this.#begun.get(service)?.state.health ?? null) !== null);
    if (checked.length === 0) return;
    try {
      const looks = await this.#context.fleet.look();
      const due = checked.flatMap((service) => looks.get(service) ?? []);
      await runDueChecks(this.#context, this.#where, due, this.#checks.readyByOwn);
    } catch (error) {
      // The last look reports an engine that does not answer.
      if (!isEngineTrouble(error)) throw error;
    }
  }
}

/**
 * Resolves after `ms` in which this program could run: while the machine has no time for it, no probes are made either.
 */
async function runningTime(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= TICK_MS) await clock.sleep(Math.min(TICK_MS, left), signal);
}
