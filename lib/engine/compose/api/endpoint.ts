/** The address at which this host reaches a port of a container. Pure; own_answer.ts finds out who answers there. */

import type { Way } from "../../../model/evidence.ts";
import type { PublishedPort } from "../../engine.ts";

export interface PortAddress {
  way: Exclude<Way, "exec" | "process" | "declared URL">;
  host: string;
  port: number;
}

export interface Where {
  /** Container port. */
  port: number;
  /** Published ports of the container whose network it uses. */
  ports: readonly PublishedPort[];
  hostNetwork: boolean;
  /** The container's own addresses that can be reached from this host. */
  addresses: readonly string[];
  /** Where the engine's ports are reached: this host's loopback, or the host that it runs on. */
  probeHost: string;
}

/** null if no address leads there from this host: the request has to be made from inside. */
export function portAddress({ port, ports, hostNetwork, addresses, probeHost }: Where): PortAddress | null {
  if (hostNetwork) return { way: "host network", host: probeHost, port };
  const bindings = ports.filter(({ containerPort }) => containerPort === port);
  const reached = bindings.flatMap(({ hostIp, hostPort }) => {
    const host = reachedAt(hostIp, probeHost);
    return host === null ? [] : [{ host, hostPort }];
  });
  // Of several addresses, this host's own loopback is there whatever becomes of its networks. Docker binds both families
  // if a file names neither, and not every host has IPv6.
  const best = reached.find(({ host }) => isIpv4(host) && isLoopback(host)) ??
    reached.find(({ host }) => !isIpv6(host)) ?? reached[0];
  if (best !== undefined) return { way: "published", host: best.host, port: best.hostPort };
  const [address] = addresses;
  return address === undefined ? null : { way: "container address", host: address, port };
}

/** As it stands in a URL. */
export function authority({ host, port }: Pick<PortAddress, "host" | "port">): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * A request goes to an address of the binding's own family: at the same port of the other family, another service may
 * answer. A port bound to all addresses is reached at the loopback of its family; the loopback of a remote engine is
 * not this host's.
 */
function reachedAt(hostIp: string, probeHost: string): string | null {
  const isHere = isLoopback(probeHost);
  if (hostIp === "" || hostIp === "0.0.0.0") return isHere ? "127.0.0.1" : isIpv6(probeHost) ? null : probeHost;
  if (hostIp === "::") return isHere ? "::1" : isIpv4(probeHost) ? null : probeHost;
  return isLoopback(hostIp) && !isHere ? null : hostIp;
}

function isIpv6(host: string): boolean {
  return host.includes(":");
}

function isIpv4(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
