/** The port and path of a container's page, from the most trusted source that is known. Pure. */

import type { CheckSource } from "../model/evidence.ts";
import type { CheckPage } from "./check_page.ts";

/** A page as it is declared. */
export interface PageWanted {
  /** The port within the container: a guess, unless it is `declared` in a config file. */
  port: number;
  path: string;
  declared?: true;
}

export interface PagePort {
  port: number;
  path: string;
  source: CheckSource;
}

export interface KnownOfPage {
  declared: PageWanted;
  /** The page that Docker's own health check requests. */
  check: CheckPage | null;
  published: readonly { containerPort: number; hostPort: number }[];
  /** Container ports that its image or the Compose file exposes. */
  exposed: readonly number[];
}

/**
 * What a user declared in a config file is the truth. The built-in map is a guess: the page that the health check
 * requests comes first, then the map's port if the container has it, then the only port it has. If it has several, none
 * of them is chosen: a port for metrics answers too.
 */
export function pagePort({ declared, check, published, exposed }: KnownOfPage): PagePort {
  const { path, port } = declared;
  if (declared.declared === true) return { port, path, source: "config file" };
  if (check !== null) return { ...check, source: "health check" };
  const ports = [...new Set(published.map(({ containerPort }) => containerPort))];
  if (ports.includes(port)) return { port, path, source: "published port" };
  const behind = published.find(({ hostPort }) => hostPort === port);
  if (behind !== undefined) return { port: behind.containerPort, path, source: "published port" };
  if (exposed.includes(port)) return { port, path, source: "exposed port" };
  const inside = exposed.filter((each) => !ports.includes(each));
  const [only, second] = ports.length === 0 ? inside : ports;
  if (only === undefined || second !== undefined || (ports.length > 0 && inside.length > 0)) {
    return { port, path, source: "module map" };
  }
  return { port: only, path, source: ports.length === 0 ? "exposed port" : "published port" };
}
