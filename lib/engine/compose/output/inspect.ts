/** Text of `docker inspect` → looks at containers. Tolerant of what versions add or leave out. Pure. */

import { DEFAULT_GRACE_SEC } from "../../stop_one.ts";
import { isRecord, recordOf } from "../../../values/json.ts";
import { SIGTERM } from "../../../figures/stops.ts";
import { signalNumber } from "../../../text/units.ts";
import type { ContainerState, ContainerStatus, HealthCheckStatus } from "../../../model/evidence.ts";
import { checkPage } from "../../check_page.ts";
import { EngineError, type Inside, type Look, type PublishedPort } from "../../engine.ts";
import { count, exposedPorts, type Json, number, numberIn, parseJson, port, text, texts } from "./values.ts";
import { HOME_LABEL, NUMBER_LABEL, SERVICE_LABEL } from "./labels.ts";

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
