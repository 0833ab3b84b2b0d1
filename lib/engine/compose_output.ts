/**
 * Text of `docker inspect`, `events`, `stats` and `compose config` → typed values. Tolerant of what versions add or leave
 * out; anything that is not what it claims to be is an EngineError that shows the beginning of the text.
 */

import type { ContainerState, ContainerStatus, EngineEvent, HealthCheckStatus } from "../model/evidence.ts";
import type { Look, PublishedPort, ServiceSpec } from "./engine.ts";
import { EngineError } from "./engine.ts";

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function integer(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function parseJson(what: string, output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw new EngineError(`${what} printed no JSON but "${output.slice(0, 200)}"`);
  }
}

export const PROJECT_LABEL = "com.docker.compose.project";
export const SERVICE_LABEL = "com.docker.compose.service";
const NUMBER_LABEL = "com.docker.compose.container-number";

const STATUSES: readonly string[] = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
const HEALTHS: readonly string[] = ["starting", "healthy", "unhealthy"];
const DEFAULT_GRACE_SEC = 10;

/** Outputs of `docker inspect ID…`: one look per container, ordered by service and replica number. */
export function parseInspect(output: string): Look[] {
  return inspected(output)
    .map((item) => ({ look: parseContainer(item), number: Number(labelsOf(item)[NUMBER_LABEL] ?? 1) }))
    .sort((a, b) => a.look.state.service.localeCompare(b.look.state.service) || a.number - b.number)
    .map(({ look }) => look);
}

function inspected(output: string): Json[] {
  const list = parseJson("docker inspect", output);
  if (!Array.isArray(list)) throw new EngineError(`docker inspect printed no list but "${output.slice(0, 200)}"`);
  return list.filter(isObject);
}

function labelsOf(item: Json): Record<string, string> {
  return object(object(item["Config"])["Labels"]) as Record<string, string>;
}

function parseContainer(item: Json): Look {
  const state = object(item["State"]);
  const config = object(item["Config"]);
  const hostConfig = object(item["HostConfig"]);
  const status = text(state["Status"]);
  if (!STATUSES.includes(status)) throw new EngineError(`docker inspect gave the unknown container status "${status}"`);
  const health = object(state["Health"]);
  const healthStatus = text(health["Status"]);
  const log = Array.isArray(health["Log"]) ? health["Log"] : [];
  // One that waits for its restart is "Running" to Docker too, without a process.
  const running = state["Running"] === true && status !== "restarting";
  const limit = integer(hostConfig["Memory"]) ?? 0;
  const result: ContainerState = {
    id: text(item["Id"]),
    name: text(item["Name"]).replace(/^\//, ""),
    service: labelsOf(item)[SERVICE_LABEL] ?? "",
    image: text(config["Image"]),
    status: status as ContainerStatus,
    pid: running ? integer(state["Pid"]) : null,
    exitCode: running ? null : integer(state["ExitCode"]),
    oomKilled: state["OOMKilled"] === true,
    restartCount: integer(item["RestartCount"]) ?? 0,
    startedAt: engineTime(state["StartedAt"]),
    finishedAt: engineTime(state["FinishedAt"]),
    health: HEALTHS.includes(healthStatus) ? healthStatus as HealthCheckStatus : null,
    healthOutput: log.length === 0 ? null : text(object(log[log.length - 1])["Output"]).slice(0, 500),
    memLimitBytes: limit > 0 ? limit : null,
    stopGraceSec: integer(config["StopTimeout"]) ?? DEFAULT_GRACE_SEC,
    error: text(state["Error"]) || null,
  };
  return { state: result, ports: parsePorts(item), hostNetwork: text(hostConfig["NetworkMode"]) === "host" };
}

/** Docker writes "0001-01-01T00:00:00Z" for "never". */
function engineTime(value: unknown): string | null {
  const time = text(value);
  return time === "" || time.startsWith("0001-") ? null : time;
}

function parsePorts(item: Json): PublishedPort[] {
  const ports: PublishedPort[] = [];
  for (const [key, bindings] of Object.entries(object(object(item["NetworkSettings"])["Ports"]))) {
    const [port = "", protocol = "tcp"] = key.split("/");
    if (protocol !== "tcp" || !Array.isArray(bindings)) continue;
    for (const binding of bindings.filter(isObject)) {
      const hostPort = Number(text(binding["HostPort"]));
      if (hostPort > 0) ports.push({ containerPort: Number(port), hostIp: text(binding["HostIp"]), hostPort });
    }
  }
  return ports.sort((a, b) => a.containerPort - b.containerPort || a.hostPort - b.hostPort);
}

/** A line of `docker events --format '{{json .}}'`; null for what is no event of a project's container. */
export function parseEvent(line: string): EngineEvent | null {
  const event = object(parseJson("docker events", line));
  const actor = object(event["Actor"]);
  const attributes = object(actor["Attributes"]);
  const action = text(event["Action"]) || text(event["status"]);
  const containerId = text(actor["ID"]) || text(event["id"]);
  const service = text(attributes[SERVICE_LABEL]);
  if (action === "" || containerId === "" || service === "") return null;
  const nanos = integer(event["timeNano"]);
  const seconds = integer(event["time"]);
  return {
    time: new Date(nanos === null ? (seconds ?? 0) * 1000 : nanos / 1e6).toISOString(),
    action,
    containerId,
    container: text(attributes["name"]),
    service,
    exitCode: numberIn(attributes["exitCode"]),
    signal: numberIn(attributes["signal"]),
  };
}

/** Compose prints a published port as text, in its first versions as a number; a range ("8000-8010") is no port. */
function publishedPort(value: unknown): number | null {
  const port = integer(value) ?? numberIn(value);
  return port === 0 ? null : port;
}

function numberIn(value: unknown): number | null {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : null;
}

export interface ProjectSpec {
  name: string;
  services: Map<string, ServiceSpec>;
  /** Name and value of what the services and their builds are given, `env_file` included. */
  variables: [name: string, value: string][];
}

/** `docker compose config --format json`. */
export function parseProject(output: string): ProjectSpec {
  const project = parseJson("docker compose config", output);
  if (!isObject(project) || text(project["name"]) === "") {
    throw new EngineError(`docker compose config named no project: "${output.slice(0, 200)}"`);
  }
  const name = text(project["name"]);
  const services = Object.entries(object(project["services"])).map(([service, value]) =>
    [service, parseService(name, service, object(value))] as const
  );
  const waitedFor = new Set(
    Object.values(object(project["services"])).flatMap((value) =>
      Object.entries(object(object(value)["depends_on"]))
        .filter(([_, how]) => object(how)["condition"] === "service_completed_successfully")
        .map(([service]) => service)
    ),
  );
  return {
    name,
    services: new Map(services.map(([key, spec]) => [key, { ...spec, oneShot: waitedFor.has(key) }])),
    variables: Object.values(object(project["services"])).flatMap((value) => [
      ...variablesOf(object(value)["environment"]),
      ...variablesOf(object(object(value)["build"])["args"]),
    ]),
  };
}

/** One without a value is taken from the environment of whoever calls Compose. */
function variablesOf(value: unknown): [string, string][] {
  return Object.entries(object(value)).flatMap(([name, each]): [string, string][] =>
    each === null ? [] : [[name, String(each)]]
  );
}

function parseService(project: string, service: string, value: Json): Omit<ServiceSpec, "oneShot"> {
  const ports = Array.isArray(value["ports"]) ? value["ports"].filter(isObject) : [];
  return {
    name: service,
    image: text(value["image"]) || `${project}-${service}`,
    replicas: integer(object(value["deploy"])["replicas"]) ?? integer(value["scale"]) ?? 1,
    buildable: value["build"] !== undefined && value["build"] !== null,
    dependsOn: Object.keys(object(value["depends_on"])),
    networks: Object.keys(object(value["networks"])),
    memLimitBytes: declaredLimit(value),
    published: ports.filter((port) => (text(port["protocol"]) || "tcp") === "tcp").flatMap((port) => {
      const hostPort = publishedPort(port["published"]);
      return hostPort === null ? [] : [{ hostIp: text(port["host_ip"]), hostPort }];
    }),
  };
}

/** `mem_limit`, or the limit of `deploy`; Compose prints either in bytes. */
function declaredLimit(value: Json): number | null {
  const limits = object(object(object(value["deploy"])["resources"])["limits"]);
  const bytes = [value["mem_limit"], limits["memory"]].map((limit) => integer(limit) ?? numberIn(limit));
  return bytes.find((limit) => limit !== null && limit > 0) ?? null;
}

export interface StatsReading {
  containerId: string;
  memBytes: number;
  cpuPct: number;
}

/** The terminal codes that `docker stats` writes between two refreshes, even into a pipe. */
// deno-lint-ignore no-control-regex -- they are control codes
const REFRESH_CODES = /\x1b\[[0-9;]*[A-Za-z]/g;

/**
 * A line of `docker stats --no-trunc --format '{{json .}}'`. null for a container without figures: Docker prints "--", or
 * zeroes for one that is stopped, and neither is a measurement.
 */
export function parseStats(line: string): StatsReading | null {
  const clean = line.replaceAll(REFRESH_CODES, "").trim();
  if (clean === "") return null;
  const stats = object(parseJson("docker stats", clean));
  const memBytes = parseSize((text(stats["MemUsage"]).split("/")[0] ?? "").trim());
  const cpu = /^([\d.]+)%$/.exec(text(stats["CPUPerc"]));
  if (memBytes === null || memBytes === 0 || cpu === null) return null;
  return { containerId: text(stats["ID"]), memBytes, cpuPct: Number(cpu[1]) };
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** "3.1MiB" → bytes; null for what is no size. */
export function parseSize(size: string): number | null {
  const match = /^([\d.]+)\s*([A-Za-z]+)$/.exec(size);
  const unit = UNITS[match?.[2] ?? ""];
  const value = Number(match?.[1]);
  return match === null || unit === undefined || Number.isNaN(value) ? null : Math.round(value * unit);
}
