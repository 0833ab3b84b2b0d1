/**
 * An Engine that follows a script: containers in memory, what goes wrong said per service, every order written down. A
 * test changes the script, or the containers themselves, at any moment of a run. It keeps the contract of the engines, but
 * for what tests/contract/fake_rig.ts names.
 */

import { serviceClosure } from "../../lib/engine/closure.ts";
import { ADVICE } from "../../lib/engine/compose/advice.ts";
import type { EngineLink } from "../../lib/engine/link.ts";
import { surveyProject } from "../../lib/engine/compose/survey.ts";
import type { Apart, ApartContainer } from "../../lib/engine/apart.ts";
import type {
  Drift,
  EndpointOutcome,
  Engine,
  KillWatch,
  Look,
  PortPlace,
  SampleOutcome,
  ServiceSpec,
  StopResult,
  UpOutcome,
} from "../../lib/engine/engine.ts";
import type { Executed } from "../../lib/engine/executed.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import type { PullPolicy } from "../../lib/model/config.ts";
import { type ContainerState, type EngineEvent, isUp } from "../../lib/model/evidence.ts";
import type {
  ApartCommand,
  ServiceCommand,
  ServiceEnd,
  ServiceFile,
  ServiceRun,
  Survivors,
} from "../../lib/model/service_run.ts";
import { ENGINE_INFO, look, MIB, sample, told } from "./evidence.ts";

/** What is special about a service; all goes well where nothing is said. */
export interface Script extends Partial<ServiceSpec> {
  /** The engine says that it could not start it, and has not. */
  upFails?: string;
  /** And what it has made of it by then stands there, never started. */
  leavesCreated?: boolean;
  upThrows?: string;
  /** Differs from a running container. */
  state?: Partial<ContainerState>;
  /** It runs on, and cannot be removed. */
  stopFails?: string;
  stopThrows?: string;
  removeFails?: string;
  /** It ignores SIGTERM. */
  stopsLate?: boolean;
  /** What it ends with on SIGTERM; 0 unless set. */
  stopExitCode?: number;
  memMib?: number;
  /** What its health check, run by hand, comes to: null where it passes. It has none unless set. */
  check?: () => string | null;
  sampleMissing?: string;
  /** The container that was there before is not what the project says now. */
  outdated?: boolean;
  /** A container with a page publishes a port, unless this says otherwise. */
  unpublished?: boolean;
}

/** What comes of a test's command in a service. */
export interface FakeRun {
  /** It ends with 0 unless set. */
  end?: ServiceEnd | "hangs";
  prints?: string;
  /** What cannot be ended of it. */
  left?: Survivors;
}

export interface FakeEngineOptions {
  /** What the project declares; `SERVICES` unless set. */
  services?: readonly string[];
  scripts?: Record<string, Script>;
  /** Services whose containers run before the test. */
  running?: string[];
  /** Services whose containers are there before the test, stopped. */
  stopped?: string[];
}

export class FakeEngine implements Engine {
  readonly info = ENGINE_INFO;
  readonly advice = ADVICE;
  readonly project = { name: "vx11", dir: "/srv/vx11", composeFiles: ["/srv/vx11/docker-compose.yml"] };
  readonly services = new Map<string, ServiceSpec>();
  readonly variables: [string, string][] = [];
  readonly scripts = new Map<string, Script>();
  /** What every container prints, besides its name. */
  prints = "";
  isLocal = true;
  link?: EngineLink;
  readonly goesOnAlone = true;
  endOrphans: (pid: number) => Promise<void> = () => Promise.resolve();
  readonly writesLogs = false;
  images: Set<string> | null = null;
  /** Every order in its order, such as `up switch` or `stop switch-1`. */
  readonly orders: string[] = [];
  readonly containers = new Map<string, Look>();
  readonly networkIds = new Set<string>();
  looks = 0;
  samples = 0;
  closed = false;
  /** The engine's own clock, in milliseconds since 1970. */
  now: () => number = () => Date.parse("2025-12-22T21:51:00.100Z");
  /** Containers that `up` made or started. */
  readonly broughtUp = new Set<string>();
  /** Called before an order or a question is carried out; it may throw EngineError. */
  onOrder: (order: string) => void | Promise<void> = () => {};
  #made = 0;
  #pids = 4242;
  /** Id of a container → its processes that were killed for memory. */
  readonly #oomKills = new Map<string, number>();
  #sink: ((event: EngineEvent) => void) | null = null;
  #gap: (why: string) => void = () => {};

  constructor({ scripts = {}, running = [], services = SERVICES, stopped = [] }: FakeEngineOptions = {}) {
    services.forEach((name, index) => {
      const script = scripts[name] ?? {};
      const spec = {
        name,
        image: "vx11-sandbox:1",
        buildable: false,
        oneShot: false,
        replicas: 1,
        networks: ["default"],
        memLimitBytes: 64 * MIB,
      };
      const published = [{ hostIp: "127.0.0.1", hostPort: 8000 + index }];
      this.services.set(name, { ...spec, dependsOn: DEPENDS_ON[name] ?? [], published, ...script });
      this.scripts.set(name, script);
    });
    for (const service of running) this.#create(service);
    for (const service of stopped) this.end(this.#create(service).state.id, 0);
  }

  survey(services: readonly string[], pull: PullPolicy = "never") {
    const images = this.images ?? new Set([...this.services.values()].map(({ image }) => image));
    return Promise.resolve(surveyProject({ ...this.project, services: this.services }, services, images, pull));
  }

  /** What a registry has, or nothing of what it is asked for. */
  registry = new Set<string>();

  async pull({ image }: { image: string }, _: number, signal?: AbortSignal): Promise<UpOutcome> {
    await this.#order(`pull ${image}`);
    signal?.throwIfAborted();
    if (this.registry.has(image)) return { ok: true };
    const why = `Get "https://registry/v2/": dial tcp: lookup registry: no such host`;
    return { ok: false, why, output: `${why}\n` };
  }

  async build(service: string): Promise<UpOutcome> {
    await this.#order(`build ${service}`);
    const why = this.#script(service).upFails;
    return why === undefined ? { ok: true } : { ok: false, why, output: `${why}\n` };
  }

  async look(signal?: AbortSignal): Promise<Look[]> {
    this.looks++;
    await this.onOrder("look");
    signal?.throwIfAborted();
    return structuredClone([...this.containers.values()]);
  }

  describe(containerId: string): Promise<string> {
    return Promise.resolve(`{"Id": "${containerId}"}\n`);
  }

  /** Why it cannot be told what is outdated. */
  driftFails = "";

  async drift(services: readonly string[]): Promise<Drift> {
    await this.#order(`drift ${services.join(" ")}`);
    if (this.driftFails !== "") return { why: this.driftFails };
    const outdated = services.filter((service) => this.#script(service).outdated === true);
    return { containers: outdated.flatMap((service) => this.container(service)?.state.name ?? []) };
  }

  async up(
    services: readonly string[],
    options: { recreate: boolean; renew?: readonly string[]; signal?: AbortSignal },
  ): Promise<UpOutcome> {
    options.signal?.throwIfAborted();
    for (const name of options.renew ?? []) {
      const found = this.container(name);
      if (found === undefined || this.#script(name).outdated !== true) continue;
      this.containers.delete(found.state.id);
      this.#create(name, { status: "exited", startedAt: null, pid: null });
    }
    for (const name of this.#startOrder(services)) {
      const { leavesCreated, upFails, upThrows } = this.#script(name);
      if (leavesCreated) this.#bringUp(name, false, { status: "created", startedAt: null, pid: null, exitCode: 127 });
      if (upThrows !== undefined) throw new EngineError(upThrows);
      if (upFails !== undefined) return { ok: false, why: upFails, output: `${upFails}\n` };
      this.#bringUp(name, options.recreate && services.includes(name));
    }
    this.networkIds.add("network-1");
    await this.#order(`up ${services.join(" ")}`);
    options.signal?.throwIfAborted();
    return { ok: true };
  }

  /** What the named ones need, and then these, as they were named. */
  #startOrder(services: readonly string[]): string[] {
    const needed = [...serviceClosure(this.services, services)].filter((name) => !services.includes(name));
    return [...needed.reverse(), ...services];
  }

  endpoint({ state, ports }: Look, declared: { path: string }): Promise<EndpointOutcome> {
    if (state.status !== "running") {
      return Promise.resolve({ why: `service "${state.service}" is ${state.status}, so that nothing answers for it` });
    }
    const port = ports[0]?.hostPort;
    if (port === undefined) return Promise.resolve({ why: `service "${state.service}" publishes no port` });
    const baseUrl = `http://127.0.0.1:${port}`;
    return Promise.resolve({ way: "published", source: "published port", baseUrl, url: `${baseUrl}${declared.path}` });
  }

  reach({ state, ports }: Look): Promise<PortPlace | { why: string }> {
    const port = ports[0]?.hostPort;
    if (port === undefined) return Promise.resolve({ why: `service "${state.service}" publishes no port` });
    const connect = () => Promise.resolve({ lateMs: 0 });
    return Promise.resolve({ way: "published", address: `127.0.0.1:${port}`, connect });
  }

  async runCheck({ state: { service } }: Look): Promise<string | null> {
    await this.#order(`check ${service}`);
    return this.#script(service).check?.() ?? null;
  }

  readonly execPlace = "in the container";

  async exec({ state: { service } }: Look, command: readonly string[]): Promise<Executed> {
    await this.#order(`exec ${service} ${command.join(" ")}`);
    return { code: 0, output: "" };
  }

  /** Service → what comes of a test's command in it; it passes unless set. */
  readonly runs = new Map<string, (command: ServiceCommand) => FakeRun>();

  run({ state: { service } }: Look, command: ServiceCommand): ServiceRun {
    this.orders.push(`run ${service} ${command.words.join(" ")}`);
    const { end, left = null, prints = "" } = this.runs.get(service)?.(command) ?? {};
    const over = Promise.withResolvers<ServiceEnd>();
    if (end !== "hangs") over.resolve(end ?? { how: "ended", code: 0, signal: null });
    return {
      output: [new Blob([prints]).stream()],
      end: over.promise,
      endAll: () => {
        this.orders.push(`end ${service} ${command.words.join(" ")}`);
        over.resolve({ how: "ended", code: null, signal: "SIGKILL" });
        return Promise.resolve(left);
      },
    };
  }

  /** What comes of a test's command in a container of its own; it passes unless set. */
  runsApart: (command: ApartCommand) => FakeRun = () => ({});
  /** Such containers that exist. */
  readonly apartContainers: ApartContainer[] = [];

  apart?: Apart = {
    run: ({ service }, command) => {
      this.orders.push(`apart ${service} ${command.image} ${command.words.join(" ")}`);
      const { end, left = null, prints = "" } = this.runsApart(command);
      const over = Promise.withResolvers<ServiceEnd>();
      if (end !== "hangs") over.resolve(end ?? { how: "ended", code: 0, signal: null });
      return {
        output: [new Blob([prints]).stream()],
        end: over.promise,
        endAll: () => {
          this.orders.push(`end apart ${command.words.join(" ")}`);
          over.resolve({ how: "ended", code: 137, signal: null });
          return Promise.resolve(left === null ? null : { container: "vx11-junit-1" });
        },
      };
    },
    present: (images) => Promise.resolve(new Set(images.filter((each) => this.images?.has(each) ?? true))),
    look: () => Promise.resolve([...this.apartContainers]),
    remove: async (containers) => {
      for (const { id } of containers) {
        await this.#order(`remove apart ${id}`);
        this.apartContainers.splice(this.apartContainers.findIndex((each) => each.id === id), 1);
      }
    },
  };

  /** Path → the file that all services see there. */
  readonly serviceFiles = new Map<string, { text: string; modifiedMs: number } | EngineError>();

  readFile(_look: Look, path: string, maxBytes: number): Promise<ServiceFile | null> {
    const found = this.serviceFiles.get(path);
    if (found instanceof EngineError) return Promise.reject(found);
    if (found === undefined) return Promise.resolve(null);
    return Promise.resolve({ ...found, text: found.text.slice(0, maxBytes), cut: found.text.length > maxBytes });
  }

  sample(states: readonly ContainerState[]): Promise<SampleOutcome[]> {
    this.samples++;
    return Promise.resolve(states.flatMap(({ id, service }): SampleOutcome[] => {
      const { memMib = 20, sampleMissing } = this.#script(service);
      if (sampleMissing !== undefined) return [{ containerId: id, missing: sampleMissing }];
      const status = this.containers.get(id)?.state.status ?? "gone";
      if (status !== "running") return [{ containerId: id, missing: `it has no process: it is ${status}` }];
      const { ms: _, ...seen } = sample(service, 0, {
        containerId: id,
        oomKills: this.#oomKills.get(id) ?? 0,
        memBytes: memMib * MIB,
        cpuUsec: this.samples * 1000,
      });
      return [{ containerId: id, sample: seen }];
    }));
  }

  /** Absent unless a test sets it. */
  kills?: KillWatch;

  /** Absent unless a test sets it. */
  settleEvents?: () => Promise<void>;

  watch(onEvent: (event: EngineEvent) => void, onGap: (why: string) => void) {
    this.#sink = onEvent;
    this.#gap = onGap;
    return {
      close: () => {
        this.#sink = null;
        return Promise.resolve();
      },
    };
  }

  async logs(containerId: string, lines = Infinity): Promise<string> {
    await this.#order(`logs ${containerId}`);
    const text = `first line of ${containerId}\n${this.prints}last line of ${containerId}\n`;
    return text.split("\n").slice(-lines - 1).join("\n");
  }

  /** Service → what gives its lines to a follower, who sees nothing unless set. */
  readonly followed = new Map<string, Engine["follow"]>();

  follow(look: Look, onLines: (lines: readonly string[]) => void, signal: AbortSignal): Promise<string> {
    const follow = this.followed.get(look.state.service);
    if (follow !== undefined) return follow(look, onLines, signal);
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve("closed")));
  }

  async stop({ id, service }: ContainerState, graceSec: number): Promise<StopResult> {
    const { stopExitCode = 0, stopFails, stopThrows, stopsLate } = this.#script(service);
    await this.#order(`stop ${id} ${graceSec}`);
    if (stopThrows !== undefined) throw new EngineError(stopThrows);
    const found = this.containers.get(id)?.state;
    const result = { containerId: id, durationMs: stopsLate ? graceSec * 1000 + 20 : 20, stopped: true, error: null };
    if (found === undefined || !isUp(found)) return { ...result, exitCode: found?.exitCode ?? null };
    if (stopFails !== undefined) return { ...result, exitCode: null, stopped: false, error: stopFails };
    const exitCode = stopsLate ? 137 : stopExitCode;
    this.end(id, exitCode);
    return { ...result, exitCode };
  }

  async remove(containerIds: readonly string[]): Promise<Map<string, string>> {
    const failed = new Map<string, string>();
    for (const id of containerIds) {
      await this.#order(`remove ${id}`);
      const state = this.containers.get(id)?.state;
      const { removeFails, stopFails, stopThrows } = this.#script(state?.service ?? "");
      const isStillUp = state !== undefined && isUp(state) ? `it is ${state.status}` : undefined;
      const why = removeFails ?? stopFails ?? stopThrows ?? isStillUp;
      if (why === undefined) this.containers.delete(id);
      else failed.set(id, why);
    }
    return failed;
  }

  networks(): Promise<string[]> {
    return Promise.resolve([...this.networkIds]);
  }

  removeNetworks(ids: readonly string[]): Promise<void> {
    const isInUse = [...this.containers.values()].some(({ state }) => isUp(state));
    for (const id of ids) if (!isInUse) this.networkIds.delete(id);
    return Promise.resolve();
  }

  removalCommand(ids: readonly string[]): string {
    return `docker rm --force ${ids.join(" ")}`;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Whoever watches, or is asked at each order, is gone. */
  disconnect(): void {
    this.#sink = null;
    this.#gap = () => {};
    this.onOrder = () => {};
  }

  /** The container of a service, as it is now. */
  container(service: string): Look | undefined {
    return [...this.containers.values()].find(({ state }) => state.service === service);
  }

  running(): string[] {
    return [...this.containers.values()].filter(({ state }) => state.status === "running").map(({ state }) =>
      state.service
    );
  }

  /** An event of the engine; the samples of the container count each `oom`. */
  emit(service: string, action: string, over: Partial<EngineEvent> = {}): void {
    const containerId = over.containerId ?? this.container(service)?.state.id ?? "?";
    if (action === "oom") this.#oomKills.set(containerId, (this.#oomKills.get(containerId) ?? 0) + 1);
    this.#sink?.(told(service, action, { time: this.#time(), containerId, ...over }));
  }

  gap(why: string): void {
    this.#gap(why);
  }

  /** The container's process ends, if it has one. */
  end(id: string, exitCode: number): void {
    const found = this.containers.get(id);
    if (found === undefined || !isUp(found.state)) return;
    Object.assign(found.state, { status: "exited", exitCode, pid: null, finishedAt: this.#time() });
    this.#oomKills.delete(id);
    this.emit(found.state.service, "die", { containerId: id, exitCode });
  }

  /** A process of the container is killed for memory; its main one if `isMain`, which ends it. */
  killForMemory(id: string, isMain: boolean): void {
    const found = this.containers.get(id);
    if (found === undefined || !isUp(found.state)) return;
    this.emit(found.state.service, "oom", { containerId: id });
    if (!isMain) return;
    found.state.oomKilled = true;
    this.end(id, 137);
  }

  /** A container that is there and stopped is started. */
  start(found: Look): void {
    this.broughtUp.add(found.state.id);
    this.#run(found.state);
  }

  /** The container's process ends, and its restart policy is about to start it again. */
  crash(id: string, exitCode: number): void {
    const found = this.containers.get(id);
    if (found === undefined || !isUp(found.state)) return;
    this.end(id, exitCode);
    found.state.status = "restarting";
  }

  /** The container's process ends, unless it has crashed already, and its restart policy starts it again. */
  restart(id: string, exitCode: number): void {
    const found = this.containers.get(id);
    if (found === undefined || !isUp(found.state)) return;
    if (found.state.status !== "restarting") this.end(id, exitCode);
    found.state.restartCount++;
    this.#run(found.state);
  }

  /** Somebody else starts a service of the project. */
  startByHand(service: string): string {
    return this.#create(service).state.id;
  }

  #run(state: ContainerState): void {
    Object.assign(state, { status: "running", exitCode: null, pid: this.#pids++, startedAt: this.#time() });
    this.emit(state.service, "start", { containerId: state.id });
  }

  #time(): string {
    return new Date(this.now()).toISOString();
  }

  #script(service: string): Script {
    return this.scripts.get(service) ?? {};
  }

  async #order(order: string): Promise<void> {
    this.orders.push(order);
    await this.onOrder(order);
  }

  #bringUp(service: string, recreate: boolean, over: Partial<ContainerState> = {}): void {
    const known = this.container(service);
    if (known !== undefined && recreate) this.containers.delete(known.state.id);
    else if (known !== undefined) {
      if (!isUp(known.state) && over.status === undefined) this.start(known);
      return;
    }
    const { state: { id, status } } = this.#create(service, over);
    this.broughtUp.add(id);
    this.emit(service, "create", { containerId: id });
    if (status !== "created") this.emit(service, "start", { containerId: id });
  }

  #create(service: string, over: Partial<ContainerState> = {}): Look {
    const id = `${service}-${++this.#made}`;
    const made: Look = {
      state: look(service, {
        id,
        image: this.services.get(service)?.image ?? "",
        pid: this.#pids++,
        exitCode: null,
        createdAt: this.#time(),
        startedAt: this.#time(),
        memLimitBytes: this.services.get(service)?.memLimitBytes ?? null,
        ...this.#script(service).state,
        ...over,
      }),
      ports: this.#script(service).unpublished ? [] : (this.services.get(service)?.published ?? []).map((port) => ({
        ...port,
        containerPort: port.hostPort,
      })),
      hostNetwork: false,
    };
    this.containers.set(id, made);
    return made;
  }
}

/** In the order of their ports, from 8000 on. */
export const SERVICES = [
  "madre",
  "tentaculo_link",
  "switch",
  "hermes",
  "spawner",
  "hormiguero",
  "mcp",
  "manifestator",
  "operator-backend",
  "operator-frontend",
  "shubniggurath",
  "redis",
] as const;

/** As Compose's `depends_on` has it. */
const DEPENDS_ON: Readonly<Record<string, string[]>> = { madre: ["redis"], tentaculo_link: ["madre"] };
