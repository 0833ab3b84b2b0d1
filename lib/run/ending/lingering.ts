/** Ports on which a service may have failed to listen, since connections of its earlier life are not over yet. */

import { LISTEN, socketsOn, TIME_WAIT } from "../../engine/tcp_table.ts";
import type { Kernel } from "../../host/host.ts";
import type { CycleEvidence } from "../../model/record.ts";
import type { RunContext } from "../context.ts";

/**
 * A sentence for each service of the cycle that has ended while this was so. It only affects a server without
 * SO_REUSEADDR.
 */
export function lingeringTexts(
  { engine, host }: Pick<RunContext, "engine" | "host">,
  { services }: Pick<CycleEvidence, "services">,
): string[] {
  if (!engine.isLocal) return [];
  return services.filter(({ lastLook }) => lastLook !== null && lastLook.status !== "running").flatMap((seen) => {
    const { service, url, way } = seen;
    const isOnHost = way === "process" || way === "host network";
    const published = engine.listensItself === true ? engine.services.get(service)?.published ?? [] : [];
    const ports = isOnHost && url !== null ? [Number(new URL(url).port)] : published.map(({ hostPort }) => hostPort);
    return ports.filter((port) => lingers(host.kernel, port)).map((port) =>
      `"${service}" ended while port ${port} had connections of its earlier life in TIME-WAIT, and nobody listened there: ` +
      "a server that does not set SO_REUSEADDR cannot listen there again for a minute"
    );
  });
}

/** Whether there are such connections and no listener. */
export function lingers(kernel: Kernel, port: number): boolean {
  const sockets = ["tcp", "tcp6"].flatMap((name) => socketsOn(kernel, `/proc/net/${name}`, port));
  const states = sockets.map(({ state }) => state);
  return states.includes(TIME_WAIT) && !states.includes(LISTEN);
}
