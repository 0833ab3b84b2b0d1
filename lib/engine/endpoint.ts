/** Which address a declared health endpoint has on the running system. Pure. */

import type { HealthEndpoint } from "../model/module.ts";
import type { EndpointOutcome, Look, PublishedPort } from "./engine.ts";

/**
 * What the container publishes comes first, so that a port changed in the compose file needs no change of the map: the
 * declared port where it is published as container or host port, else the only or the first one published. The declared
 * port itself is used only on the host's network: elsewhere another service may answer there.
 */
export function endpointOf(look: Look, declared: HealthEndpoint, probeHost: string): EndpointOutcome {
  if (look.hostNetwork) return address(probeHost, declared.port, declared.path);
  const { ports } = look;
  const port = ports.find(({ containerPort }) => containerPort === declared.port) ??
    ports.find(({ hostPort }) => hostPort === declared.port) ?? ports[0];
  if (port === undefined) return { why: unpublished(look, declared) };
  if (isLoopback(port.hostIp) && !isLoopback(probeHost)) return { why: unreachable(look, port, probeHost) };
  return address(hostOf(port, probeHost), port.hostPort, declared.path);
}

function address(host: string, port: number, path: string): EndpointOutcome {
  const baseUrl = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { baseUrl, url: baseUrl + path };
}

/** A port bound to every address is reached at the probe host, one bound to a single address at that one. */
function hostOf({ hostIp }: PublishedPort, probeHost: string): string {
  return ["", "0.0.0.0", "::"].includes(hostIp) ? probeHost : hostIp;
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** The engine's loopback is not this host's: here, something else may answer on that port. */
function unreachable({ state }: Look, { containerPort, hostIp, hostPort }: PublishedPort, probeHost: string): string {
  return `service "${state.service}" publishes its port only on ${hostIp} of "${probeHost}", so its health page cannot ` +
    `be reached from here: write \`- "${hostPort}:${containerPort}"\` in its \`ports\`, or run this on that host`;
}

function unpublished({ state }: Look, { port }: HealthEndpoint): string {
  if (state.status === "restarting") {
    return `service "${state.service}" is restarting and publishes no port meanwhile, so its health page cannot be reached: ` +
      "see in its log why it ends";
  }
  const what = state.status === "running" ? "publishes no port" : `is ${state.status} and publishes no port now`;
  return `service "${state.service}" ${what}, so its health page cannot be reached from here: ` +
    `add a line such as \`- "127.0.0.1:${port}:${port}"\` to its \`ports\` in the compose file`;
}
