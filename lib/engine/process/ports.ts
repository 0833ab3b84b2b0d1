/** The ports of the process engine's services: the declared ones, and free ones for `auto`. */

import type { Host } from "../../host/host.ts";
import type { ProcessMap } from "../../model/process.ts";
import { LOOPBACK } from "./env.ts";

/**
 * Below the range from which systems take the ports of outgoing connections (32768 on Linux, 49152 elsewhere), so that
 * no connection takes the port while its service is down.
 */
const FIRST = 20_000;
const LAST = 31_999;

/**
 * Service → port. The search begins anywhere, and a chosen port is reserved: two runs at once, or two engines in this
 * program, do not get the same ports, although nothing listens there yet.
 */
export function choosePorts(
  host: Pick<Host, "portState" | "reservePort">,
  services: ProcessMap,
  random: () => number = Math.random,
): Map<string, number> {
  const ports = new Map<string, number>();
  const declared = [...services.values()].flatMap(({ port }) => typeof port === "number" ? port : []);
  const used = new Set(declared);
  const span = LAST - FIRST + 1;
  const begin = Math.floor(random() * span);
  let tried = 0;

  function next(): number | undefined {
    while (tried < span) {
      const port = FIRST + (begin + tried++) % span;
      if (used.has(port) || host.portState(LOOPBACK, port) !== "free") continue;
      if (host.reservePort(port)) return port;
    }
    return undefined;
  }

  for (const [service, { port }] of services) {
    const chosen = port === "auto" ? next() : port ?? undefined;
    if (chosen !== undefined) ports.set(service, chosen);
  }
  return ports;
}
