/**
 * What is missing, all of it at once and before anything is touched. What concerns the core ends the run; what concerns
 * one module becomes that module's start_failed.
 */

import type { Engine, Look, ServiceSpec } from "../engine/engine.ts";
import { portOwner } from "../engine/port_owner.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import { environmentFailure } from "../model/failure.ts";
import type { ModuleMap } from "../model/module.ts";
import type { Plan } from "../model/plan.ts";
import { BASELINE } from "../modules.ts";
import type { Problem } from "./context.ts";
import { isUp } from "../model/evidence.ts";

export interface Preflight {
  problems: Map<string, Problem[]>;
  /** Optional modules whose services the project does not have → why. */
  skipped: Map<string, string>;
  /** Services whose image has to be built first → their module. */
  toBuild: Map<string, string>;
  notices: string[];
}

export interface PreflightInput {
  host: Host;
  engine: Engine;
  config: RunConfig;
  modules: ModuleMap;
  plan: Plan;
  looks: readonly Look[];
}

/** Throws a Failure where the baseline cannot be started. */
export async function preflight(input: PreflightInput): Promise<Preflight> {
  const { engine, modules, plan } = input;
  const names = plan.steps.map(({ module }) => module);
  const owners = new Map(names.flatMap((module) => servicesOf(modules, module).map((service) => [service, module])));
  const wanted = [...owners.keys()].filter((service) => !isRunning(input, service));
  const { notices = [], obstacles, toBuild } = await engine.survey(wanted);
  const problems = new Map<string, Problem[]>();
  const found = [...obstacles, ...wanted.flatMap((service) => portProblems(input, engine.services.get(service)))];
  for (const { service, why, next } of found) {
    const module = owners.get(service) ?? "";
    problems.set(module, [...problems.get(module) ?? [], { service, why, next }]);
  }
  failForBaseline(problems);
  return {
    problems,
    skipped: new Map(names.flatMap((module) => skipOf(input, module, problems.get(module) ?? []))),
    toBuild: new Map(toBuild.map((service) => [service, owners.get(service) ?? ""])),
    notices,
  };
}

function servicesOf(modules: ModuleMap, module: string): readonly string[] {
  return modules.get(module)?.services ?? [];
}

/** Its problems stay, since another module may depend on it. */
function skipOf({ engine, modules }: PreflightInput, module: string, problems: readonly Problem[]): [string, string][] {
  const isMissing = servicesOf(modules, module).every((service) => !engine.services.has(service));
  if (modules.get(module)?.optional !== true || !isMissing) return [];
  return [[module, `Optional, and ${problems[0]?.why ?? "its services are not in the project"}`]];
}

function isRunning({ config, looks }: PreflightInput, service: string): boolean {
  return !config.recreate && looks.some(({ state }) => state.service === service && isUp(state));
}

/** A port can only be tried where the engine publishes on this host, and where the service itself does not hold it. */
function portProblems({ engine, host, looks }: PreflightInput, spec: ServiceSpec | undefined) {
  if (!engine.isLocal || spec === undefined) return [];
  const { name, published } = spec;
  return published.flatMap(({ hostIp, hostPort }) => {
    const own = looks.some(({ state, ports }) =>
      state.service === name && isUp(state) && ports.some((port) => port.hostPort === hostPort)
    );
    if (own || host.portState(hostIp === "" ? "0.0.0.0" : hostIp, hostPort) !== "taken") return [];
    const owner = portOwner(host.kernel, hostPort);
    const who = owner === null ? "something else on this host" : `process ${owner.pid} (${owner.command})`;
    return [{
      service: name,
      why: `its port ${hostIp === "" ? "" : `${hostIp}:`}${hostPort} is taken by ${who}`,
      next: owner !== null && !owner.command.includes("docker-proxy")
        ? "End that process, or give the service another port"
        : `See what listens there with \`ss -ltnp 'sport = :${hostPort}'\` or \`docker ps --filter publish=${hostPort}\``,
    }];
  });
}

function failForBaseline(problems: ReadonlyMap<string, Problem[]>): void {
  const found = problems.get(BASELINE) ?? [];
  if (found.length === 0) return;
  const what = found.map(({ service, why }) => `"${service}": ${why}`).join("; ");
  throw environmentFailure(`Failed to start baseline: ${what}`, [...new Set(found.map(({ next }) => next))].join(". "));
}
