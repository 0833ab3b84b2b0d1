/**
 * What starts and observes services. An engine reports facts and carries out orders; which container may be touched,
 * and what a fact means, is decided in run/.
 */

import type { ContainerState, EngineEvent, EngineInfo, Sample } from "../model/evidence.ts";
import type { HealthEndpoint } from "../model/module.ts";
import type { Redactor } from "./redactor.ts";

/** A service as the project declares it. */
export interface ServiceSpec {
  name: string;
  image: string;
  /** Whether the project says how to build the image. */
  buildable: boolean;
  /** Services that the engine itself starts before this one. */
  dependsOn: string[];
  /** How many containers it is to have. */
  replicas: number;
  /** Whether others wait for it to complete: it may end with 0. */
  oneShot: boolean;
  /** Networks that the engine makes for it where they are not there yet. */
  networks: string[];
  /** Memory limit in bytes, as declared; null where there is none. */
  memLimitBytes: number | null;
  /** Ports published on the engine's host, as declared. */
  published: { hostIp: string; hostPort: number }[];
}

export interface PublishedPort {
  containerPort: number;
  hostIp: string;
  hostPort: number;
}

/** Why a service cannot be started, seen before anything is touched. */
export interface Obstacle {
  service: string;
  why: string;
  next: string;
}

export interface SurveyOutcome {
  obstacles: Obstacle[];
  toBuild: string[];
  /** What this engine cannot do for these services on this system, a sentence each. */
  notices?: string[];
}

/** A container as it is now. */
export interface Look {
  state: ContainerState;
  ports: PublishedPort[];
  hostNetwork: boolean;
}

export type UpOutcome = { ok: true } | { ok: false; why: string; output: string };

export type SampleOutcome = { containerId: string; sample: Sample } | { containerId: string; missing: string };

/** Where an endpoint answers, or why that cannot be said. */
export type EndpointOutcome = { url: string; baseUrl: string } | { why: string };

export interface StopResult {
  containerId: string;
  durationMs: number;
  exitCode: number | null;
  /** Whether it was not running afterwards. */
  stopped: boolean;
  error: string | null;
}

/** An order could not be carried out or a question not be answered; the message says what the engine said. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "EngineError";
  }
}

export interface EventStream {
  close(): Promise<void>;
}

export interface Engine {
  readonly info: EngineInfo;
  readonly project: { name: string; dir: string; composeFiles: string[] };
  readonly services: ReadonlyMap<string, ServiceSpec>;
  /** Variables that the project declares for its services, of all of them; some hold secrets. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Whether published ports are ports of this host. */
  readonly isLocal: boolean;
  /** Whether the services' output goes to `UpOptions.logFile` as it comes. */
  readonly writesLogs: boolean;
  /** What keeps these services from being started, and whose image has to be built first. Touches nothing. */
  survey(services: readonly string[], signal?: AbortSignal): Promise<SurveyOutcome>;
  build(service: string, timeoutMs: number, signal?: AbortSignal): Promise<UpOutcome>;
  /** All containers of the project, running or not. Throws EngineError. */
  look(signal?: AbortSignal): Promise<Look[]>;
  /** Everything the engine knows of a container, as text for people; values that look like secrets are blanked. */
  describe(containerId: string): Promise<string>;
  /** Starts services and what they need; leaves existing containers as they are unless `recreate`. */
  up(services: readonly string[], options: UpOptions): Promise<UpOutcome>;
  endpoint(look: Look, declared: HealthEndpoint): EndpointOutcome;
  /** One sample per container that is asked for, or the reason why there is none; nothing where none is due yet. */
  sample(states: readonly ContainerState[]): Promise<SampleOutcome[]>;
  /** Calls `onEvent` for each event of the project's containers from now on, and `onGap` where some may be lost. */
  watch(onEvent: (event: EngineEvent) => void, onGap: (why: string) => void): EventStream;
  /** The last lines of a container's output. */
  logs(containerId: string, lines: number): Promise<string>;
  /** Asks the container to stop and kills it after `graceSec`. Never throws for one that is gone already. */
  stop(state: ContainerState, graceSec: number): Promise<StopResult>;
  /** Removes stopped containers, never a volume. Returns what went wrong per id. */
  remove(containerIds: readonly string[]): Promise<Map<string, string>>;
  /** Ids of the project's networks. Throws EngineError. */
  networks(): Promise<string[]>;
  /** One that is in use stays. */
  removeNetworks(ids: readonly string[]): Promise<void>;
  /** Commands that a person can type to remove these containers. */
  removalCommand(containerIds: readonly string[]): string;
  /** Ends what the engine itself has running in the background. */
  close(): Promise<void>;
}

export interface UpOptions {
  recreate: boolean;
  timeoutMs: number;
  /** Absolute path for the output of a service that is started, for an engine that writes it. */
  logFile(service: string): string;
  /** Cleans that output of secrets before it is written. */
  redactor?: Redactor;
  signal?: AbortSignal;
}
