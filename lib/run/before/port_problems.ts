/** Ports that services need and another process has, as far as that can be seen before they are started. */

import type { Engine, Look, ServiceSpec } from "../../engine/engine.ts";
import { pagePort } from "../../engine/page_port.ts";
import { listenersOn, portOwner } from "../../engine/port_owner.ts";
import type { Host } from "../../host/host.ts";
import { isUp } from "../../model/evidence.ts";
import type { HealthCheck, ModuleMap } from "../../model/module.ts";

export interface PortInput {
  host: Host;
  engine: Engine;
  modules: ModuleMap;
  /** The project's containers; one that is up holds its own ports. */
  looks: readonly Look[];
}

export interface PortProblem {
  service: string;
  port: number;
  why: string;
  next: string;
}

interface Port {
  hostIp: string;
  hostPort: number;
}

/** Problems with the ports that the service publishes. */
export function publishedProblems(input: PortInput, service: string): PortProblem[] {
  return taken(input, service, input.engine.services.get(service)?.published ?? []);
}

/**
 * Problems with the ports of its pages, on the host's own network. Any process that holds such a port answers for the
 * service, so this is the last moment at which a foreign process can be detected, whatever this user may see of other
 * users' processes.
 */
export function pageProblems(input: PortInput, service: string): PortProblem[] {
  const { engine, modules } = input;
  const onHost = engine.services.get(service)?.onHost;
  if (onHost === undefined || engine.hasOwnHostNetwork === true) return [];
  const declared = [...modules.values()].flatMap(({ health }) => health.filter((check) => check.service === service));
  const ports = declared.flatMap((check) => portOf(check, onHost) ?? []);
  return taken(input, service, [...new Set(ports)].map((hostPort) => ({ hostIp: "", hostPort })));
}

/** For a page, what is known of the container comes before a guess. */
function portOf({ declared, kind, port }: HealthCheck, onHost: NonNullable<ServiceSpec["onHost"]>): number | undefined {
  if (port === undefined || kind !== "http" || declared === true) return port;
  return pagePort({ declared: { port, path: "/" }, published: [], ...onHost }).port;
}

/** A port can only be tried if the engine publishes on this host, and if the service itself does not hold it. */
function taken({ engine, host, looks }: PortInput, service: string, wanted: readonly Port[]): PortProblem[] {
  if (!engine.isLocal) return [];
  return wanted.flatMap(({ hostIp, hostPort }) => {
    const own = looks.some(({ state, ports, hostNetwork }) =>
      state.service === service && isUp(state) && (hostNetwork || ports.some((port) => port.hostPort === hostPort))
    );
    if (own || !isTaken(host, hostIp, hostPort)) return [];
    // At another address of the same port, another process may listen.
    const owner = portOwner(host.kernel, hostPort, "/proc/net", isOneIpv4(hostIp) ? hostIp : undefined);
    const who = owner === null ? "something else on this host" : `process ${owner.pid} (${owner.command})`;
    const at = hostIp === "" ? "" : `${hostIp.includes(":") ? `[${hostIp}]` : hostIp}:`;
    return [{
      service,
      port: hostPort,
      why: `its port ${at}${hostPort} is taken by ${who}`,
      next: engine.advice.portTaken(hostPort, owner),
    }];
  });
}

function isOneIpv4(address: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) && address !== "0.0.0.0";
}

/** For `::` the engine binds the port in IPv6 alone, but `portState` tries both families. */
function isTaken({ kernel, portState }: Host, hostIp: string, port: number): boolean {
  if (portState(hostIp === "" ? "0.0.0.0" : hostIp, port) !== "taken") return false;
  return hostIp !== "::" || listenersOn(kernel, "/proc/net/tcp6", port).length > 0;
}
