/**
 * What is missing, all of it at once and before anything is touched. What concerns the core ends the run; what concerns
 * one module becomes that module's start_failed.
 */

import type { Engine, Look, ServiceSpec } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import { environmentFailure } from "../model/failure.ts";
import type { ModuleMap } from "../model/module.ts";
import type { Plan } from "../model/plan.ts";
import { BASELINE } from "../modules.ts";
import type { Problem } from "./context.ts";
import { isUp } from "./fleet.ts";

export interface Preflight {
  problems: Map<string, Problem[]>;
  /** Optional modules whose services the project does not have → why. */
  skipped: Map<string, string>;
  /** Services whose image has to be built first → their module. */
  toBuild: Map<string, string>;
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
  const result: Preflight = { problems: new Map(), skipped: new Map(), toBuild: new Map() };
  const names = plan.steps.map(({ module }) => module);
  const wanted = names.flatMap((module) => modules.get(module)?.services.map((service) => ({ module, service })) ?? []);
  const known = wanted.flatMap(({ module, service }) => {
    const spec = engine.services.get(service);
    return spec === undefined ? [] : [{ module, spec }];
  });
  const images = await engine.imagesPresent(known.map(({ spec }) => spec.image));
  const add = (module: string, problem: Problem) =>
    result.problems.set(module, [...result.problems.get(module) ?? [], problem]);
  for (const module of names) {
    const missing = missingServices(input, module);
    const spec = modules.get(module);
    if (spec?.optional && missing.length === spec.services.length) {
      result.skipped.set(module, `Optional, and its service is not in the compose project "${engine.project.name}"`);
    }
    // Also where it is skipped: another module may depend on it.
    missing.forEach((problem) => add(module, problem));
  }
  for (const { module, spec } of known) {
    if (isRunning(input, spec.name)) continue;
    if (!images.has(spec.image) && spec.buildable) result.toBuild.set(spec.name, module);
    else if (!images.has(spec.image)) add(module, imageProblem(spec));
    if (spec.replicas !== 1) add(module, replicasProblem(spec));
    for (const problem of portProblems(input, spec)) add(module, problem);
  }
  failForBaseline(result.problems);
  return result;
}

function missingServices({ engine, modules }: PreflightInput, module: string): Problem[] {
  const services = modules.get(module)?.services ?? [];
  return services.filter((service) => !engine.services.has(service)).map((service) => ({
    service,
    why: `service "${service}" is not in the compose project "${engine.project.name}" (${engine.project.dir})`,
    next: "Add it to the compose file, or change the module's `services` in a --config file",
  }));
}

function imageProblem({ name, image }: ServiceSpec): Problem {
  return {
    service: name,
    why: `its image "${image}" is not present on this host, and the compose file does not say how to build it`,
    next: `Run \`docker compose pull ${name}\`, or load the image with \`docker load\``,
  };
}

/** What is seen of one container would be said of all of them. */
function replicasProblem({ name, replicas }: ServiceSpec): Problem {
  return {
    service: name,
    why: `it is to have ${replicas} containers, and a module's service is watched as one`,
    next: "Set `deploy.replicas` to 1 for the test, for instance in a second --compose-file",
  };
}

function isRunning({ config, looks }: PreflightInput, service: string): boolean {
  return !config.recreate && looks.some(({ state }) => state.service === service && isUp(state));
}

/** A port can only be tried where the engine publishes on this host, and where the service itself does not hold it. */
function portProblems({ engine, host, looks }: PreflightInput, { name, published }: ServiceSpec): Problem[] {
  if (!engine.isLocal) return [];
  return published.flatMap(({ hostIp, hostPort }): Problem[] => {
    const own = looks.some(({ state, ports }) =>
      state.service === name && isUp(state) && ports.some((port) => port.hostPort === hostPort)
    );
    if (own || host.portState(hostIp === "" ? "0.0.0.0" : hostIp, hostPort) !== "taken") return [];
    return [{
      service: name,
      why: `its port ${hostIp === "" ? "" : `${hostIp}:`}${hostPort} is taken by something else on this host`,
      next:
        `See what listens there with \`ss -ltnp 'sport = :${hostPort}'\` or \`docker ps --filter publish=${hostPort}\``,
    }];
  });
}

function failForBaseline(problems: ReadonlyMap<string, Problem[]>): void {
  const found = problems.get(BASELINE) ?? [];
  if (found.length === 0) return;
  const what = found.map(({ service, why }) => `"${service}": ${why}`).join("; ");
  throw environmentFailure(`Failed to start baseline: ${what}`, [...new Set(found.map(({ next }) => next))].join(". "));
}
