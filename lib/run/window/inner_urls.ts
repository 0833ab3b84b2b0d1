/** Addresses of services as containers of the project reach them. Pure. */

import type { PublishedPort, ServiceSpec } from "../../engine/engine.ts";
import type { Way } from "../../model/evidence.ts";

/**
 * What is requested at `url` from this host, by the service's name on its networks, without a path; null if that is not known, or
 * if it is on the host's own network.
 */
export function innerUrl(
  { url, way }: { url: string | null; way: Way | null },
  service: string,
  published: readonly PublishedPort[],
): string | null {
  const [, scheme, digits] = /^(\w+):\/\/(?:[^/?#]*?):(\d+)(?:[/?#]|$)/.exec(url ?? "") ?? [];
  if (scheme === undefined) return null;
  const port = way === "published"
    ? published.find(({ hostPort }) => hostPort === Number(digits))?.containerPort
    : way === "container address" || way === "exec"
    ? Number(digits)
    : undefined;
  return port === undefined ? null : `${scheme}://${service}:${port}`;
}

/** Whether programs of the one service can reach the other by its name. */
export function seesByName(services: ReadonlyMap<string, ServiceSpec>, from: string, to: string): boolean {
  if (from === to) return true;
  const networks = services.get(from)?.networks ?? [];
  return (services.get(to)?.networks ?? []).some((each) => networks.includes(each));
}
