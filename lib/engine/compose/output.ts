/**
 * Text of `docker inspect`, `events`, `stats` and `compose config` → typed values. Tolerant of what versions add or
 * leave out; for text of another form they throw an EngineError that shows its beginning.
 */

import { DEFAULT_GRACE_SEC } from "../stop_one.ts";
import { isRecord, recordOf } from "../../values/json.ts";
import { digest } from "../../model/digest.ts";
import { SIGTERM } from "../../figures/stops.ts";
import { signalNumber } from "../../text/units.ts";
import type { ContainerState, ContainerStatus, EngineEvent, HealthCheckStatus } from "../../model/evidence.ts";
import { checkPage } from "../check_page.ts";
import type { Inside, Look, PublishedPort, ReadinessHints } from "../engine.ts";
import { EngineError } from "../engine.ts";
import { type ComposeService, declaredRestart, detailsOf } from "./details.ts";

type Json = Record<string, unknown>;

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A whole number of 0 or more. */
function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null;
}

/** A port from its text, such as `8000`; null if it is no port that can be listened on. */
function port(digits: string): number | null {
  const value = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return value >= 1 && value <= 65_535 ? value : null;
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
const HOME_LABEL = "com.docker.compose.project.working_dir";
const NUMBER_LABEL = "com.docker.compose.container-number";

const STATUSES: readonly string[] = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
/** States of Podman in Docker's words: one that has ended and is not cleaned up, one on its way there, one that is made ready to start. */
const OF_PODMAN: ReadonlyMap<string, string> = new Map([
  ["stopped", "exited"],
  ["stopping", "running"],
  ["initialized", "created"],
]);
const HEALTHS: readonly string[] = ["starting", "healthy", "unhealthy"];

/** Outputs of `docker inspect ID…`: one look per container, ordered by service and replica number. */
export function parseInspect(output: string): Look[] {
  return inspected(output)
    .map((item) => ({ look: parseContainer(item), number: numberIn(labelOf(item, NUMBER_LABEL)) ?? 1 }))
    .sort((a, b) => a.look.state.service.localeCompare(b.look.state.service) || a.number - b.number)
    .map(({ look }) => look);
}

function inspected(output: string): Json[] {
  const list = parseJson("docker inspect", output);
  if (!Array.isArray(list)) throw new EngineError(`docker inspect printed no list but "${output.slice(0, 200)}"`);
  return list.filter(isRecord);
}

/** Empty if there is none. */
function labelOf(item: Json, name: string): string {
  return text(recordOf(recordOf(item["Config"])["Labels"])[name]);
}

function parseContainer(item: Json): Look {
  const state = recordOf(item["State"]);
  const config = recordOf(item["Config"]);
  const hostConfig = recordOf(item["HostConfig"]);
  const said = text(state["Status"]);
  const status = OF_PODMAN.get(said) ?? said;
  if (!STATUSES.includes(status)) {
    throw new EngineError(`docker inspect gave the unknown container status "${status.slice(0, 60)}"`);
  }
  const health = recordOf(state["Health"]);
  const healthStatus = text(health["Status"]);
  const log = Array.isArray(health["Log"]) ? health["Log"] : [];
  // Docker also reports a container as "Running" that waits for its restart and has no process.
  const running = (state["Running"] === true || said === "stopping") && status !== "restarting";
  const limit = number(hostConfig["Memory"]) ?? 0;
  // In nanoseconds.
  const startPeriod = number(recordOf(config["Healthcheck"])["StartPeriod"]) ?? 0;
  const result: ContainerState = {
    id: text(item["Id"]),
    name: text(item["Name"]).replace(/^\//, ""),
    service: labelOf(item, SERVICE_LABEL),
    image: text(config["Image"]),
    status: status as ContainerStatus,
    pid: running ? count(state["Pid"]) : null,
    exitCode: running ? null : number(state["ExitCode"]),
    oomKilled: state["OOMKilled"] === true,
    restartCount: count(item["RestartCount"]) ?? 0,
    createdAt: engineTime(item["Created"]),
    startedAt: engineTime(state["StartedAt"]),
    finishedAt: engineTime(state["FinishedAt"]),
    health: HEALTHS.includes(healthStatus) ? healthStatus as HealthCheckStatus : null,
    ...(HEALTHS.includes(healthStatus) ? { checks: checksOf(log) } : {}),
    healthOutput: log.length === 0 ? null : text(recordOf(log[log.length - 1])["Output"]).slice(0, 500),
    ...(startPeriod > 0 ? { startPeriodMs: Math.round(startPeriod / 1e6) } : {}),
    memLimitBytes: limit > 0 ? limit : null,
    stopGraceSec: count(config["StopTimeout"]) ?? DEFAULT_GRACE_SEC,
    ...stopSignal(text(config["StopSignal"])),
    error: text(state["Error"]) || null,
  };
  const networkMode = text(hostConfig["NetworkMode"]);
  return {
    state: result,
    ports: parsePorts(item),
    hostNetwork: networkMode === "host",
    inside: parseInside(item, result, networkMode),
    ...(labelOf(item, HOME_LABEL) === "" ? {} : { home: labelOf(item, HOME_LABEL) }),
  };
}

function checksOf(log: readonly unknown[]): { passed: number; failed: number } {
  const passed = log.filter((entry) => recordOf(entry)["ExitCode"] === 0).length;
  return { passed, failed: log.length - passed };
}

const FIRST_REAL_TIME = 34;
const LAST_REAL_TIME = 64;

/**
 * In every form that Docker takes: `SIGINT`, `INT`, `2`, `SIGRTMIN+3`. Empty for SIGTERM, and for an unknown signal.
 */
function stopSignal(given: string): { stopSignal?: number } {
  const name = given.toUpperCase().replace(/^SIG/, "");
  const [, edge, distance = "0"] = /^RT(MIN|MAX)(?:[+-](\d+))?$/.exec(name) ?? [];
  const signal = /^\d+$/.test(name)
    ? Number(name)
    : edge === undefined
    ? signalNumber(`SIG${name}`)
    : edge === "MIN"
    ? FIRST_REAL_TIME + Number(distance)
    : LAST_REAL_TIME - Number(distance);
  const isOne = signal !== undefined && signal >= 1 && signal <= LAST_REAL_TIME;
  return !isOne || signal === SIGTERM ? {} : { stopSignal: signal };
}

/** Docker's own, where none is declared. */
const DEFAULT_INTERVAL_NS = 30e9;

function parseInside(item: Json, { name, service }: ContainerState, networkMode: string): Inside {
  const config = recordOf(item["Config"]);
  const declared = recordOf(config["Healthcheck"]);
  const checkTest = texts(declared["Test"]);
  const networks = Object.entries(recordOf(recordOf(item["NetworkSettings"])["Networks"])).sort(([a], [b]) =>
    a < b ? -1 : 1
  );
  const aliases = networks.flatMap(([, network]) => texts(recordOf(network)["Aliases"]));
  const names = [service, name, text(config["Hostname"]), ...aliases];
  return {
    exposed: exposedPorts(Object.keys(recordOf(config["ExposedPorts"]))),
    check: checkPage(checkTest, { names, env: texts(config["Env"]) }),
    checkTest,
    ...(checkTest.length === 0 ? {} : { checkIntervalMs: (number(declared["Interval"]) || DEFAULT_INTERVAL_NS) / 1e6 }),
    addresses: networks.map(([, network]) => text(recordOf(network)["IPAddress"])).filter((address) => address !== ""),
    sharesWith: /^container:(.+)$/.exec(networkMode)?.[1] ?? null,
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** Docker writes "0001-01-01T00:00:00Z" for "never". */
function engineTime(value: unknown): string | null {
  const time = text(value);
  return time === "" || time.startsWith("0001-") ? null : time;
}

function parsePorts(item: Json): PublishedPort[] {
  const ports: PublishedPort[] = [];
  for (const [key, bindings] of Object.entries(recordOf(recordOf(item["NetworkSettings"])["Ports"]))) {
    const [own = "", protocol = "tcp"] = key.split("/");
    const containerPort = port(own);
    if (protocol !== "tcp" || containerPort === null || !Array.isArray(bindings)) continue;
    for (const binding of bindings.filter(isRecord)) {
      const hostPort = port(text(binding["HostPort"]));
      if (hostPort !== null) ports.push({ containerPort, hostIp: text(binding["HostIp"]), hostPort });
    }
  }
  return ports.sort((a, b) => a.containerPort - b.containerPort || a.hostPort - b.hostPort);
}

/** Podman's names of events in Docker's words. */
const EVENTS_OF_PODMAN: ReadonlyMap<string, string> = new Map([["died", "die"], ["remove", "destroy"]]);

/** A line of `docker events --format '{{json .}}'`; null if it is no event of a project's container. */
export function parseEvent(line: string): EngineEvent | null {
  const event = recordOf(parseJson("docker events", line));
  const actor = recordOf(event["Actor"]);
  const attributes = recordOf(actor["Attributes"]);
  const named = (text(event["Action"]) || text(event["status"])).replace(/^health_status: /, "");
  const action = EVENTS_OF_PODMAN.get(named) ?? named;
  const containerId = text(actor["ID"]) || text(event["id"]);
  const service = text(attributes[SERVICE_LABEL]);
  if (action === "" || containerId === "" || service === "") return null;
  const nanos = number(event["timeNano"]);
  const seconds = number(event["time"]);
  const time = new Date(nanos === null ? (seconds ?? 0) * 1000 : nanos / 1e6);
  if (Number.isNaN(time.getTime())) {
    throw new EngineError(`docker events gave a time that cannot be read: ${nanos ?? seconds}`);
  }
  return {
    time: time.toISOString(),
    action,
    containerId,
    container: text(attributes["name"]),
    service,
    exitCode: numberIn(attributes["exitCode"]),
    signal: numberIn(attributes["signal"]),
  };
}

/** Compose prints a published port as text, in its first versions as a number; a range ("8000-8010") is no port. */
function portIn(value: unknown): number | null {
  return port(typeof value === "number" ? String(value) : text(value));
}

function numberIn(value: unknown): number | null {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

export interface ProjectSpec {
  name: string;
  services: Map<string, ComposeService>;
  /** Names and values of the variables of the services and of their builds, `env_file` included. */
  variables: [name: string, value: string][];
}

/** `docker compose config --format json`. */
export function parseProject(output: string): ProjectSpec {
  const project = parseJson("docker compose config", output);
  if (!isRecord(project) || text(project["name"]) === "") {
    throw new EngineError(`docker compose config named no project: "${output.slice(0, 200)}"`);
  }
  const name = text(project["name"]);
  const services = Object.entries(recordOf(project["services"])).map(([service, value]) =>
    [service, parseService(name, service, recordOf(value))] as const
  );
  const waitedFor = new Set(
    Object.values(recordOf(project["services"])).flatMap((value) =>
      Object.entries(recordOf(recordOf(value)["depends_on"]))
        .filter(([_, how]) => recordOf(how)["condition"] === "service_completed_successfully")
        .map(([service]) => service)
    ),
  );
  return {
    name,
    services: new Map(services.map(([key, spec]) => [key, {
      ...spec,
      oneShot: waitedFor.has(key),
      declared: digest(JSON.stringify(recordOf(project["services"])[key])),
    }])),
    variables: Object.values(recordOf(project["services"])).flatMap((value) => [
      ...variablesOf(recordOf(value)["environment"]),
      ...variablesOf(recordOf(recordOf(value)["build"])["args"]),
    ]),
  };
}

/** A variable without a value comes from the environment that Compose runs in. */
function variablesOf(value: unknown): [string, string][] {
  return Object.entries(recordOf(value)).flatMap(([name, each]): [string, string][] =>
    // Compose prints text; its first versions print numbers and booleans as such.
    each === null || typeof each === "object" ? [] : [[name, String(each)]]
  );
}

function parseService(project: string, service: string, value: Json): Omit<ComposeService, "oneShot"> {
  const ports = (Array.isArray(value["ports"]) ? value["ports"].filter(isRecord) : []).filter(isTcp);
  const page = declaredPage(service, value);
  return {
    name: service,
    image: text(value["image"]) || `${project}-${service}`,
    ...(text(value["image"]) === "" ? { imageIsMadeUp: true } : {}),
    ...(text(value["pull_policy"]) === "" ? {} : { pullPolicy: text(value["pull_policy"]) }),
    ...(text(value["platform"]) === "" ? {} : { platform: text(value["platform"]) }),
    replicas: count(recordOf(value["deploy"])["replicas"]) ?? count(value["scale"]) ?? 1,
    buildable: value["build"] !== undefined && value["build"] !== null,
    dependsOn: Object.keys(recordOf(value["depends_on"])),
    ...listed("optional", optionalOf(value)),
    ...listed("profiles", texts(value["profiles"])),
    networks: Object.keys(recordOf(value["networks"])),
    memLimitBytes: declaredLimit(value),
    ...(text(value["network_mode"]) === "host" ? { onHost: page } : {}),
    hints: hintsOf(value, page, ports),
    details: detailsOf(value),
    published: ports.flatMap((port) => {
      const hostPort = portIn(port["published"]);
      return hostPort === null ? [] : [{ hostIp: text(port["host_ip"]), hostPort }];
    }),
  };
}

type DeclaredPage = Pick<Inside, "check" | "exposed">;

function isTcp(port: Json): boolean {
  return (text(port["protocol"]) || "tcp") === "tcp";
}

/** What the project says about the service's page; its image may say more. */
function declaredPage(service: string, value: Json): DeclaredPage {
  const names = [service, text(value["container_name"]), text(value["hostname"])];
  const env = variablesOf(value["environment"]).map(([name, each]) => `${name}=${each}`);
  return {
    check: checkPage(texts(recordOf(value["healthcheck"])["test"]), { names, env }),
    exposed: exposedPorts(texts(value["expose"])),
  };
}

function hintsOf(value: Json, page: DeclaredPage, published: readonly Json[]): ReadinessHints {
  const check = recordOf(value["healthcheck"]);
  const test = texts(check["test"]);
  const isOn = check["disable"] !== true && test.length > 0 && test[0] !== "NONE";
  const own = published.flatMap((each) => portIn(each["target"]) ?? []);
  return {
    checkTest: isOn ? test : [],
    page: isOn ? page.check : null,
    ports: [...new Set([...own, ...page.exposed])],
    restart: restartHint(value),
    networkOf: /^service:(.+)$/.exec(text(value["network_mode"]))?.[1] ?? null,
  };
}

function restartHint(value: Json): ReadinessHints["restart"] {
  const policy = declaredRestart(value);
  if (policy === "always" || policy === "unless-stopped") return "always";
  return policy === "no" ? "never" : "unsaid";
}

/** The ports in keys such as `8000` and `8000/tcp`. */
function exposedPorts(keys: readonly string[]): number[] {
  return keys.flatMap((key) => {
    const [own = "", protocol = "tcp"] = key.split("/");
    return protocol === "tcp" ? port(own) ?? [] : [];
  }).sort((a, b) => a - b);
}

function optionalOf(value: Json): string[] {
  return Object.entries(recordOf(value["depends_on"])).filter(([_, how]) => recordOf(how)["required"] === false)
    .map(([name]) => name);
}

/** An object that has the key only if the list is not empty. */
function listed<Key extends string>(key: Key, list: string[]): Partial<Record<Key, string[]>> {
  return list.length === 0 ? {} : { [key]: list } as Record<Key, string[]>;
}

/** `mem_limit`, or the limit of `deploy`; Compose prints either in bytes. */
function declaredLimit(value: Json): number | null {
  const limits = recordOf(recordOf(recordOf(value["deploy"])["resources"])["limits"]);
  const bytes = [value["mem_limit"], limits["memory"]].map((limit) => number(limit) ?? numberIn(limit));
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
  const stats = recordOf(parseJson("docker stats", clean));
  const memBytes = parseSize((text(stats["MemUsage"]).split("/")[0] ?? "").trim());
  const cpu = /^(\d{1,9}(?:\.\d*)?)%$/.exec(text(stats["CPUPerc"]));
  if (memBytes === null || memBytes === 0 || cpu === null) return null;
  return { containerId: text(stats["ID"]), memBytes, cpuPct: Number(cpu[1]) };
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["kB", 1e3],
  ["KB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["TB", 1e12],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
  ["TiB", 2 ** 40],
]);

/** "3.1MiB" → bytes; null if it is no size. */
export function parseSize(size: string): number | null {
  const match = /^(\d{1,15}(?:\.\d*)?)\s*([A-Za-z]+)$/.exec(size);
  const unit = UNITS.get(match?.[2] ?? "");
  const value = Number(match?.[1]);
  return match === null || unit === undefined ? null : Math.round(value * unit);
}
