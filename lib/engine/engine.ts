/**
 * What starts and observes services. An engine reports facts and carries out orders; run/ decides which container may
 * be touched, and what a fact means.
 */

import type { ContainerState, EngineEvent, EngineInfo, MemoryKill, Sample } from "../model/evidence.ts";
import type { PullPolicy } from "../model/config.ts";
import type { ServiceCommand, ServiceFile, ServiceRun } from "../model/service_run.ts";
import type { Connected, HttpAnswer } from "../host/host.ts";
import type { CheckSource, Way } from "../model/evidence.ts";
import type { EngineAdvice } from "./advice.ts";
import type { EngineLink } from "./link.ts";
import type { Apart } from "./apart.ts";
import type { CheckPage } from "./check_page.ts";
import type { PageWanted } from "./page_port.ts";
import type { ExecLimit, Executed } from "./executed.ts";
import type { Redactor } from "../secrets/redactor.ts";

/** What the project's files say about how a service shows that it is ready. Its image may say more. */
export interface ReadinessHints {
  /** Its health check, in Docker's form; empty if it declares none. */
  checkTest: string[];
  /** The page that this check requests; null if it names none. */
  page: CheckPage | null;
  /** TCP ports of the container: published ones in the order of the file, then exposed ones. */
  ports: number[];
  /** Whether it is started again after it has ended with 0: never, if the file says so or says nothing of it. */
  restart: "always" | "never" | "unsaid";
  /** The service whose network it uses; null if that is its own, or the host's. */
  networkOf: string | null;
}

/** A service as the project declares it. */
export interface ServiceSpec {
  name: string;
  image: string;
  /** Whether the project says how to build the image. */
  buildable: boolean;
  /** Whether the project names no image and the engine makes the name up: no registry has it. */
  imageIsMadeUp?: boolean;
  /** The project's `pull_policy`, if it has one. */
  pullPolicy?: string | null;
  /** The project's `platform`, such as `linux/arm64`. */
  platform?: string | null;
  /** Services that the engine itself starts before this one. */
  dependsOn: string[];
  /** Those of them that may be left out if no active profile has them (`required: false`). */
  optional?: string[];
  /** Compose profiles of which one has to be on; none if it is always on. */
  profiles?: string[];
  /** How many containers the project declares for it. */
  replicas: number;
  /** Whether others wait for it to complete: it may end with 0. */
  oneShot: boolean;
  /** Networks that the engine makes for it if they are not there yet. */
  networks: string[];
  /** Memory limit in bytes, as declared; null if there is none. */
  memLimitBytes: number | null;
  /** Ports published on the engine's host, as declared. */
  published: { hostIp: string; hostPort: number }[];
  /** Digest of everything that the project declares about it. */
  declared?: string;
  /**
   * What is declared about its page, if it is on the host's own network, where its ports are the host's; absent for any
   * other service.
   */
  onHost?: Pick<Inside, "check" | "exposed">;
  /** Absent if the engine has no files that say such things. */
  hints?: ReadinessHints;
}

export interface PublishedPort {
  containerPort: number;
  hostIp: string;
  hostPort: number;
}

/** Why a service cannot be started, seen before anything is touched. */
export interface Obstacle {
  service: string;
  /** Whether the obstacle is that it has several containers, which matters only for a module's own service. */
  several?: true;
  /** Whether the obstacle is that its image is not there. */
  image?: true;
  why: string;
  next: string;
}

export interface WantedImage {
  image: string;
  platform: string | null;
}

/** Names of containers that differ from what the project says now, or why that is unknown. */
export type Drift = { containers: string[] } | { why: string };

export interface SurveyOutcome {
  obstacles: Obstacle[];
  toBuild: string[];
  /** Services whose image is to be pulled. */
  toPull?: string[];
  /** What this engine cannot do for these services on this system, a sentence each. */
  notices?: string[];
}

/** A container as it is now. */
export interface Look {
  state: ContainerState;
  ports: PublishedPort[];
  hostNetwork: boolean;
  /** Absent for a service without a network of its own. */
  inside?: Inside;
  /** The project's folder that it was made for, if it names one. */
  home?: string;
}

/** What a container's own configuration says about its network and its page. */
export interface Inside {
  /** Ports that its image or the Compose file exposes. */
  exposed: number[];
  /** The page that Docker's own health check requests; null if it names none. */
  check: CheckPage | null;
  /** The whole check as Docker has it; empty if there is none. */
  checkTest: string[];
  /** How often the engine is to run it; absent if there is none. */
  checkIntervalMs?: number;
  /** Its IPv4 addresses, in the order of its networks' names. */
  addresses: string[];
  /** Id of the container whose network it shares; null if it has its own network, or the host's. */
  sharesWith: string | null;
}

/** `cutShort`: the order was ended before the engine had answered; the engine may still be at work on it. */
export type UpOutcome = { ok: true } | { ok: false; why: string; output: string; cutShort?: boolean };

/** What is read with a sample only if it is wanted. `pressure`: whatever the engine has of it. */
export interface SampleExtras {
  pressure: boolean;
}

export type SampleOutcome = { containerId: string; sample: Sample } | { containerId: string; missing: string };

/** How and where the page of a container is requested now; that may change with its next start. */
export interface PagePlace {
  way: Way;
  source: CheckSource;
  url: string;
  /** Its address from this host; null if the page is only requested from inside the container. */
  baseUrl: string | null;
  /**
   * Requests it once; rejects if the answer is not this container's. If absent, `url` can be requested as it is. Only
   * redirects within the same origin are followed. A program that is started within the container for it ends after
   * `limitMs`.
   */
  get?(signal: AbortSignal, limitMs: number): Promise<HttpAnswer>;
  /** What is seen now that explains why nothing answers there; null if nothing does. */
  refusedBecause?(): string | null;
}

/** Where an endpoint answers, or why that is unknown. */
export type EndpointOutcome = PagePlace | { why: string };

/** How a port of a container is reached as it is now. */
export interface PortPlace {
  way: Way;
  /** `host:port`; null if it is only looked at from inside the container. */
  address: string | null;
  /**
   * Rejects unless this container listens there. A program that is started within the container for it ends after
   * `limitMs`.
   */
  connect(signal: AbortSignal, limitMs: number): Promise<Connected>;
  /** Rejects if what answers at the address now is not this container; absent if that cannot be seen. */
  confirm?(signal: AbortSignal, limitMs: number): Promise<void>;
  refusedBecause?(): string | null;
}

/** What a port is reached for: a connection that is taken, or an answer on it, which only the service itself gives. */
export type ReachedFor = "connection" | "answer";

export interface StopResult {
  containerId: string;
  durationMs: number;
  exitCode: number | null;
  /** Whether it was not running afterwards. */
  stopped: boolean;
  error: string | null;
}

/** The engine could not carry out an order or answer a question; the message has the engine's own words. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EngineError";
  }
}

/** Kills for memory by traces that stay when a container, its cgroup and the counter in there are gone. */
export interface KillWatch {
  /**
   * From now on. `isNew`: it was started for this, so that what a trace says of it from before counts as well. Several may watch
   * one.
   */
  watch(state: ContainerState, isNew: boolean): void;
  /** What has been seen of the watched containers since the last call. */
  look(): MemoryKill[];
  /** Why a kill before the last `look` may have been missed; null if it would have been seen, or it is not watched. */
  unseen(containerId: string): string | null;
  release(containerId: string): void;
}

export interface EventStream {
  close(): Promise<void>;
}

export interface Engine {
  readonly info: EngineInfo;
  readonly advice: EngineAdvice;
  readonly project: { name: string; dir: string; composeFiles: string[] };
  readonly services: ReadonlyMap<string, ServiceSpec>;
  /** Variables that the project declares for all its services; some hold secrets. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /**
   * Project folders that containers of this project may name as the one that they were made for; absent if none of them
   * names one.
   */
  readonly homes?: readonly string[];
  /** Identifies the project among all that this host can reach: two runs on it would take each other's containers. */
  readonly identity?: string;
  /** Whether published ports are ports of this host. */
  readonly isLocal: boolean;
  /** The way to an engine on another host; absent if it is on this host, or if the way cannot be watched. */
  readonly link?: EngineLink;
  /** Whether what it calls the host's network may be another one than this host's, as with an engine of a plain user. */
  readonly hasOwnHostNetwork?: boolean;
  /** Where they are reached, as a name or an address; this host's loopback if absent. */
  readonly portsHost?: string;
  /** Whether a service itself listens at its published port on this host, and no part of the engine does so for it. */
  readonly listensItself?: boolean;
  /** Whether it goes on with an order after the program that gave it is gone: containers may appear late. */
  readonly goesOnAlone?: boolean;
  /** How far the engine's clock is ahead of this host's, in ms; 0 if it is the same. */
  readonly clockAheadMs?: number;
  /** Whether the engine writes the services' output to `UpOptions.logFile` as it comes. */
  readonly writesLogs: boolean;
  /** What keeps these services from being started, and whose image has to be pulled or built first. Touches nothing. */
  survey(services: readonly string[], pull?: PullPolicy, signal?: AbortSignal): Promise<SurveyOutcome>;
  /** Pulls an image from its registry. Rejects with the signal's reason. */
  pull(wanted: WantedImage, timeoutMs: number, signal?: AbortSignal): Promise<UpOutcome>;
  build(service: string, timeoutMs: number, signal?: AbortSignal): Promise<UpOutcome>;
  /** All containers of the project, running or not. Throws EngineError. */
  look(signal?: AbortSignal): Promise<Look[]>;
  /** Everything the engine knows of a container, as text for people; values that look like secrets are blanked. */
  describe(containerId: string): Promise<string>;
  /**
   * Which containers of these services a start would replace if it did not leave existing ones as they are. Touches
   * nothing.
   */
  drift?(services: readonly string[], signal?: AbortSignal): Promise<Drift>;
  /** Starts services and what they need; leaves existing containers as they are unless `recreate`. */
  up(services: readonly string[], options: UpOptions): Promise<UpOutcome>;
  /** Throws EngineError. */
  endpoint(look: Look, declared: PageWanted, signal?: AbortSignal): Promise<EndpointOutcome>;
  /** How a port of a container is reached, or why that is unknown. `what`: a connection if absent. Throws EngineError. */
  reach(look: Look, port: number, signal?: AbortSignal, what?: ReachedFor): Promise<PortPlace | { why: string }>;
  /** Runs the container's own health check once: null if it passes, else why it does not. For an engine that has such checks. */
  runCheck?(look: Look, limit: ExecLimit): Promise<string | null>;
  /** Where `exec` runs a command, for sentences. */
  readonly execPlace: "in the container" | "on this host";
  /**
   * Runs a command, an argument list that no shell reads, as the service's own programs are run: in its container, or on this host
   * in its folder, with its environment. Ends it at the limit, and leaves nothing of it there. Rejects, with why for a sentence, if
   * it could not be run or had not ended by then.
   */
  exec(look: Look, command: readonly string[], limit: ExecLimit): Promise<Executed>;
  /**
   * Runs a test's command as the service's own programs are run, until it ends or is ended; a container that does not run, or
   * has no such program, is an end of its own. It gets no input.
   */
  run(look: Look, command: ServiceCommand): ServiceRun;
  /**
   * A regular file as the service sees it, or the beginning of one with more than `maxBytes`; null if there is none. A relative
   * path begins in the service's own working dir. Throws EngineError, and the signal's reason.
   */
  readFile(look: Look, path: string, maxBytes: number, signal?: AbortSignal): Promise<ServiceFile | null>;
  /** Tests' commands in containers of their own; absent if the engine has no images. */
  readonly apart?: Apart;
  /** One sample per container that is asked for, or the reason why there is none; nothing if none is due yet. */
  sample(states: readonly ContainerState[], extras?: SampleExtras): Promise<SampleOutcome[]>;
  /** Works from `watch` on; absent if the engine has no such traces. */
  readonly kills?: KillWatch;
  /** Calls `onEvent` for each event of the project's containers from now on, and `onGap` when some may be lost. */
  watch(onEvent: (event: EngineEvent) => void, onGap: (why: string) => void): EventStream;
  /** Resolves when `onEvent` or `onGap` has all that has come so far; absent if it has that at once. */
  settleEvents?(): Promise<void>;
  /** The last lines of a container's output. */
  logs(containerId: string, lines: number): Promise<string>;
  /**
   * Gives `onLines` what the service has printed since its current start, on both streams, and then what it prints: line by line
   * without line ends, a long line without its end. Resolves when no more comes, with why for a sentence; or soon after the signal
   * aborts. Throws SpawnError.
   */
  follow(look: Look, onLines: (lines: readonly string[]) => void, signal: AbortSignal): Promise<string>;
  /** Asks the container to stop and kills it after `graceSec`. Never throws for one that is gone already. */
  stop(state: ContainerState, graceSec: number): Promise<StopResult>;
  /** Removes stopped containers with the anonymous volumes made for them, never a named one. Returns what went wrong per id. */
  remove(containerIds: readonly string[]): Promise<Map<string, string>>;
  /** The container, of whatever project, that publishes the port of the engine's host; null if none does, or none is seen. */
  publisher?(port: number, signal?: AbortSignal): Promise<string | null>;
  /** Ids of the project's networks. Throws EngineError. */
  networks(): Promise<string[]>;
  /** One that is in use stays. */
  removeNetworks(ids: readonly string[]): Promise<void>;
  /** Commands that a person can type to remove these containers. */
  removalCommand(containerIds: readonly string[]): string;
  /** Ends the commands on the project that a killed program with that process id left running on this host. */
  endOrphans?(pid: number): Promise<void>;
  /** Ends what the engine itself has running in the background. */
  close(): Promise<void>;
}

export interface UpOptions {
  recreate: boolean;
  /**
   * Services that have containers of which none runs: those that differ from what the project says now are replaced.
   */
  renew?: readonly string[];
  timeoutMs: number;
  /** Absolute path for the output of a service that is started, for an engine that writes it. */
  logFile(service: string): string;
  /** Cleans that output of secrets before it is written. */
  redactor?: Redactor;
  signal?: AbortSignal;
}
