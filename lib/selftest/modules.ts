/** The module map of a trial, as a config file would declare it: each service is a module. Pure. */

import type { ExecCheck } from "../health/kinds/exec.ts";
import type { LogCheck } from "../health/kinds/log.ts";
import type { Core, HealthCheck, HttpCheck, ModuleMap, ModuleSpec } from "../model/module.ts";
import type { TlsKeys } from "../health/tls/keys.ts";
import { type CommandSpec, KEY } from "../tests/commands/spec.ts";
import type { CatalogueEntry, CommandPlan, ReadyBy, ServicePlan } from "./defect.ts";
import { CONTAINER_PORT, plansOf, type Rig, SUBJECT } from "./rig.ts";

/** The module that stands for the core. */
const BASELINE = "baseline";

export const CORE: Core = { modules: [BASELINE], modes: new Map([["low_power", [BASELINE]]]) };

type StandIn = Pick<Rig, "program" | "image">;

/**
 * Only the subject and what it needs are started: the core is empty unless the entry says otherwise. `standIn`: what commands of
 * the trial run.
 */
export function modulesOf(entry: CatalogueEntry, standIn: StandIn): ModuleMap {
  const { beside = {}, chain = {}, commands, core = {} } = entry;
  const plans = plansOf(entry);
  const specOf = (services: string[], dependsOn: string[], tests: string[]): ModuleSpec => ({
    description: "",
    services,
    dependsOn,
    health: services.flatMap((service) => checkOf(service, plans.get(service) ?? {}, standIn.program)),
    tests,
    optional: false,
  });
  const map = new Map<string, ModuleSpec>([[BASELINE, specOf(Object.keys(core), [], [])]]);
  for (const name of [...Object.keys(chain), SUBJECT, ...Object.keys(beside)]) {
    const before = name in beside ? BASELINE : [...map.keys()].at(-1) ?? BASELINE;
    const spec = specOf([name], [before], [`test_${name}_*.py`]);
    const moreTests = name === SUBJECT && commands !== undefined
      ? { moreTests: { [KEY]: commands.map((plan) => specOfCommand(plan, standIn)) } }
      : {};
    map.set(name, { ...spec, ...moreTests });
  }
  return map;
}

function checkOf(service: string, { pageless, readyBy }: ServicePlan, program: readonly string[]): HealthCheck[] {
  if (readyBy !== undefined) return [{ ...declared(readyBy, service, program), declared: true }];
  if (pageless) return [];
  const page: HttpCheck = { service, kind: "http", port: CONTAINER_PORT, path: "/health" };
  return [page];
}

type Declared = HealthCheck | ExecCheck | LogCheck | (HttpCheck & TlsKeys);

function declared(by: ReadyBy, service: string, program: readonly string[]): Declared {
  switch (by.kind) {
    case "https":
      return {
        service,
        kind: by.kind,
        port: CONTAINER_PORT,
        path: "/health",
        ...(by.insecure ? { insecure: true } : {}),
      };
    case "grpc":
    case "tcp":
      return { service, kind: by.kind, port: CONTAINER_PORT };
    case "exec":
      return { service, kind: by.kind, command: by.command ?? [...program, "stand-in", "check"] };
    case "log":
      return { service, kind: by.kind, line: by.line };
    case "docker":
    case "running":
    case "completed":
      return { service, kind: by.kind };
  }
}

function specOfCommand({ apart, run, ...plan }: CommandPlan, { image, program }: StandIn): CommandSpec {
  // Without its image it would run on this host.
  if (apart && image === null) throw new Error("this engine has no image for a command in a container of its own");
  return {
    cwd: ".",
    env: {},
    timeoutSec: null,
    junit: null,
    ...(apart && image !== null ? { image } : {}),
    ...plan,
    run: run ?? [...program, "stand-in", "test"],
  };
}
