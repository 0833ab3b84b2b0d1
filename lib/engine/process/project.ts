/** Services of the process engine in the types that all engines share. Pure. */

import type { ContainerState } from "../../model/evidence.ts";
import type { ProcessMap } from "../../model/process.ts";
import { digest } from "../../model/digest.ts";
import type { EndpointOutcome, Look, ServiceSpec } from "../engine.ts";
import type { PageWanted } from "../page_port.ts";
import { LOOPBACK } from "./env.ts";

/**
 * Only a port that the config names can be in use by another process: an automatic one is chosen because it is free.
 */
export function serviceSpecs(services: ProcessMap): Map<string, ServiceSpec> {
  return new Map(
    [...services].map(([name, spec]) => [name, {
      name,
      image: spec.command.join(" "),
      buildable: false,
      dependsOn: [...spec.dependsOn],
      replicas: 1,
      oneShot: spec.completes,
      networks: [],
      memLimitBytes: spec.memLimitBytes,
      published: typeof spec.port === "number" ? [{ hostIp: LOOPBACK, hostPort: spec.port }] : [],
      declared: digest(JSON.stringify(spec)),
    }]),
  );
}

/** The variables that the services get: those of all, and those that each declares. */
export function variablesOf(env: Readonly<Record<string, string>>, services: ProcessMap): [string, string][] {
  return [env, ...[...services.values()].map((spec) => spec.env)].flatMap((each) => Object.entries(each));
}

export function lookOf(state: ContainerState, port: number | null): Look {
  const isUp = state.status === "running" || state.status === "restarting";
  const ports = isUp && port !== null ? [{ containerPort: port, hostIp: LOOPBACK, hostPort: port }] : [];
  return { state, ports, hostNetwork: false };
}

/** A service has one port, so the declared one does not matter. */
export function processEndpoint({ ports: [port], state }: Look, { path }: Pick<PageWanted, "path">): EndpointOutcome {
  if (port !== undefined) {
    const baseUrl = `http://${LOOPBACK}:${port.hostPort}`;
    return { way: "process", source: "service's port", baseUrl, url: baseUrl + path };
  }
  const { service, status } = state;
  if (status !== "running" && status !== "restarting") {
    return { why: `service "${service}" is ${status}, so nothing answers for it` };
  }
  return {
    why: `service "${service}" has no port, so its health page cannot be reached: give it \`port: auto\` in the ` +
      "`services` of the config file, and let it listen on the port that the variable PORT names",
  };
}
