/**
 * The `services` section of a config file: what the process engine runs. Each entry is one command; a mistake is
 * refused with the path of its key.
 */

import { usageFailure } from "../model/failure.ts";
import {
  type ProcessMap,
  type ProcessSpec,
  RESTART_POLICIES,
  type RestartPolicy,
  STOP_SIGNALS,
  type StopSignal,
} from "../model/process.ts";
import { isName, NAME_RULE } from "../values/name.ts";
import {
  type ConfigValue,
  placeOf,
  PORT,
  readBoolean,
  readChoice,
  readMapping,
  readNumber,
  readText,
  readTexts,
  wrongValue,
} from "../values/value.ts";
import { findCycle } from "../plan/graph.ts";
import { shown } from "../text/shown.ts";
import { nameHint } from "../text/nearest.ts";
import { GRACE, SERVICE } from "./services_schema.ts";
import { parseByteSize } from "./size.ts";
import { readCommand, readEnv } from "../values/command.ts";

/** Key → default; `command` alone must be given. */
export const SERVICE_DEFAULTS = {
  env: {},
  cwd: ".",
  port: null,
  restart: "no",
  memLimitBytes: null,
  stopSignal: "SIGTERM",
  stopGraceSec: 10,
  completes: false,
  dependsOn: [],
} as const satisfies Omit<ProcessSpec, "command">;

/** Usage Failure with the path of the key on any mistake. */
export function readServices(at: ConfigValue): ProcessMap {
  const entries = readMapping(at);
  const services = new Map<string, ProcessSpec>();
  for (const [name, entry] of entries) {
    if (!isName(name)) throw usageFailure(`${placeOf(entry)} is no name for a service, it must be ${NAME_RULE}`);
    services.set(name, readService(entry));
  }
  checkDependencies(entries, services);
  return services;
}

function readService(at: ConfigValue): ProcessSpec {
  const keys = readMapping(at, Object.keys(SERVICE));
  const command = keys.get("command");
  if (command === undefined) {
    throw usageFailure(`${placeOf(at)} lacks command`, "Give a list, such as command: [python3, -m, my_service]");
  }
  const read = <T>(key: string, fallback: T, reader: (value: ConfigValue) => T): T => {
    const value = keys.get(key);
    return value === undefined || value.value === null ? fallback : reader(value);
  };
  const restart = read<RestartPolicy>(
    "restart",
    SERVICE_DEFAULTS.restart,
    (value) => readChoice(value, RESTART_POLICIES),
  );
  const completes = read<boolean>("completes", SERVICE_DEFAULTS.completes, readBoolean);
  if (completes && restart === "always") {
    throw usageFailure(
      `${placeOf(at)} has completes: true and restart: always, so that it would never be done`,
      "Give it restart: on-failure, or leave out one of the two",
    );
  }
  return {
    command: readCommand(command, "[python3, -m, my_service]"),
    env: read<ProcessSpec["env"]>("env", SERVICE_DEFAULTS.env, readEnv),
    cwd: read<string>("cwd", SERVICE_DEFAULTS.cwd, (value) => readText(value, "a path", isArgument)),
    port: read<ProcessSpec["port"]>("port", SERVICE_DEFAULTS.port, readPort),
    restart,
    memLimitBytes: read<number | null>("mem_limit", SERVICE_DEFAULTS.memLimitBytes, readSize),
    stopSignal: read<StopSignal>(
      "stop_signal",
      SERVICE_DEFAULTS.stopSignal,
      (value) => readChoice(value, STOP_SIGNALS),
    ),
    stopGraceSec: read<number>(
      "stop_grace_sec",
      SERVICE_DEFAULTS.stopGraceSec,
      (value) => readNumber(value, GRACE),
    ),
    completes,
    dependsOn: read<readonly string[]>("depends_on", SERVICE_DEFAULTS.dependsOn, readDependencies),
  };
}

function isArgument(text: string): boolean {
  return text !== "" && !text.includes("\0");
}

function readPort(at: ConfigValue): number | "auto" {
  if (at.value === "auto") return "auto";
  if (typeof at.value !== "number") throw wrongValue(at, "a port from 1 to 65535, or auto for a free one");
  return readNumber(at, { ...PORT, next: "Or give auto for a free one" });
}

function readSize(at: ConfigValue): number {
  const bytes = typeof at.value === "number"
    ? parseByteSize(String(at.value))
    : typeof at.value === "string"
    ? parseByteSize(at.value)
    : undefined;
  if (bytes === undefined) throw wrongValue(at, "a size over 0 in bytes or with a unit", "Such as 64m, 512k or 1g");
  return bytes;
}

function readDependencies(at: ConfigValue): string[] {
  return readTexts(at, "service names", (item) => readText(item, "the name of a service", () => true));
}

function checkDependencies(entries: ReadonlyMap<string, ConfigValue>, services: ProcessMap): void {
  for (const [name, entry] of entries) {
    const missing = services.get(name)?.dependsOn.find((dependency) => !services.has(dependency));
    if (missing === undefined) continue;
    throw usageFailure(
      `${placeOf(entry)}.depends_on names ${shown(missing)}, which is not among the services`,
      nameHint(missing, services.keys(), "Services"),
    );
  }
  const cycle = findCycle(new Map([...services].map(([name, { dependsOn }]) => [name, dependsOn])));
  if (cycle === undefined) return;
  throw usageFailure(
    `The services of the config have a dependency cycle: ${cycle.join(" → ")}`,
    "Each of these waits for the next: remove one of the depends_on entries",
  );
}
