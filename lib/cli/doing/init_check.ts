/** How a service is best asked whether it is ready, by what the project's files declare. Pure. */

import type { ServiceSpec } from "../../engine/engine.ts";

/** `check`: the keys of one in a config file besides `service`; null if nothing is known to ask. */
export interface DraftCheck {
  check: Record<string, string | number> | null;
  /** From what it was drawn, as a comment. */
  from: string;
}

/** Ports on which well-known images listen unless they are told otherwise. */
const PORTS: ReadonlyMap<string, number> = new Map([
  ["caddy", 80],
  ["elasticsearch", 9200],
  ["httpd", 80],
  ["influxdb", 8086],
  ["mariadb", 3306],
  ["memcached", 11_211],
  ["mongo", 27_017],
  ["mysql", 3306],
  ["nats", 4222],
  ["nginx", 80],
  ["postgis", 5432],
  ["postgres", 5432],
  ["postgresql", 5432],
  ["rabbitmq", 5672],
  ["redis", 6379],
  ["traefik", 80],
  ["valkey", 6379],
]);

/**
 * Neither the command of a health check nor the query of its page goes into the file: Compose has put the values of
 * variables into them, and some are passwords.
 */
export function draftCheck({ buildable, hints, image }: ServiceSpec): DraftCheck {
  const { checkTest = [], page = null, ports = [] } = hints ?? {};
  if (page !== null && !page.path.includes("?")) {
    return { check: { port: page.port, path: page.path }, from: "The page that its health check requests." };
  }
  if (checkTest.length > 0) return { check: { kind: "docker" }, from: "Its own health check." };
  const known = buildable ? undefined : PORTS.get(imageName(image));
  const port = known !== undefined && (ports.length === 0 || ports.includes(known)) ? known : ports[0];
  if (port === undefined) {
    return {
      check: null,
      from: "It declares nothing to ask: it is ready when it runs, or when the health check of its image passes.",
    };
  }
  const from = ports.includes(port) ? "A port that it declares." : "The usual port of its image.";
  return { check: { kind: "tcp", port }, from: `${from} If a page shows its health, name that: port and path.` };
}

/** `docker.io/bitnami/postgresql:16@sha256:…` → `postgresql`. */
function imageName(image: string): string {
  const [named = ""] = image.split("@");
  return (named.split("/").at(-1) ?? "").split(":")[0] ?? "";
}
