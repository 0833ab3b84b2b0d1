/** How a service is best asked whether it is ready, by what the project's files declare. Pure. */

import type { ReadinessHints, ServiceSpec } from "../../engine/engine.ts";
import { askingCommand } from "./init_command.ts";
import { shown } from "../../text/shown.ts";

/** `check`: the keys of one in a config file besides `service`; null if nothing is known to ask. */
export interface DraftCheck {
  check: Record<string, string | number | readonly string[]> | null;
  /** From what it was drawn, as a comment. */
  from: string;
}

/** What else is known of the service. */
export interface Around {
  /** Whether its health check has no value of a variable in it. */
  isLiteral: boolean;
  /** Those that use its network. */
  sharers: readonly string[];
  /** Whether others need it. */
  isNeeded: boolean;
}

const NO_HINTS: ReadinessHints = { checkTest: [], page: null, ports: [], restart: "unsaid", networkOf: null };

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

/** Words in the names of services that do one thing and end. */
const JOB =
  /(?:^|[-_.])(?:bootstrap|(?:db|database)?init|initdb|init(?:ializ|ialis)er|jobs?|migrat(?:e|ions?|or)|oneshot|seed(?:er|s)?|setup)(?:[-_.]|$)/i;

const RUNS = "it is ready when it runs, or when the health check of its image passes.";

/**
 * A command of a health check, and the query of its page, go into the file only if Compose has put no value of a variable into
 * them: some are passwords.
 */
export function draftCheck(spec: ServiceSpec, around: Around): DraftCheck {
  const hints = spec.hints ?? NO_HINTS;
  const { checkTest, page } = hints;
  if (page !== null && asksOnly(checkTest) && (around.isLiteral || !page.path.includes("?"))) {
    return { check: { port: page.port, path: page.path }, from: "The page that its health check requests." };
  }
  const command = around.isLiteral ? askingCommand(checkTest) : null;
  if (command !== null) return { check: { kind: "exec", command }, from: "The command of its health check." };
  if (checkTest.length > 0) return { check: { kind: "docker" }, from: "Its own health check." };
  const known = spec.buildable ? undefined : PORTS.get(imageName(spec.image));
  return portCheck(hints, known, around.sharers) ?? jobCheck(spec, hints, around) ?? unknown(hints, around);
}

/** Whether its check passes when the page answers well, and only then: curl takes any status without `-f`, and a pipe looks at more. */
function asksOnly([, ...words]: readonly string[]): boolean {
  const text = words.join(" ");
  if (/(?<!\|)\|(?!\|)/.test(text)) return false;
  return !/\bcurl\s/.test(text) || /\s(?:--fail\b|-[A-Za-z]*f)/.test(text);
}

/** null if no port is known to be its own. */
function portCheck({ ports }: ReadinessHints, known: number | undefined, sharers: readonly string[]) {
  const isUsual = known !== undefined && (ports.length === 0 || ports.includes(known));
  // What it publishes may be for those that use its network, and be answered only when they run.
  const port = isUsual ? known : sharers.length === 0 ? ports[0] : undefined;
  if (port === undefined) return null;
  const from = ports.includes(port) ? "A port that it declares." : "The usual port of its image.";
  return { check: { kind: "tcp", port }, from: `${from} If a page shows its health, name that: port and path.` };
}

/** null if nothing says that it is a job. */
function jobCheck({ name }: ServiceSpec, { ports, restart }: ReadinessHints, { isNeeded }: Around): DraftCheck | null {
  if (restart === "always" || ports.length > 0) return null;
  const isNamedSo = JOB.test(name);
  if (!isNamedSo && (restart === "unsaid" || isNeeded)) return null;
  const sign = isNamedSo ? "By its name" : "As nothing needs it, and it is never started again";
  return {
    check: { kind: "completed" },
    from: `${sign}, it is a job, which has to end with 0. If it goes on, remove this.`,
  };
}

function unknown({ ports, restart }: ReadinessHints, { sharers }: Around): DraftCheck {
  if (ports.length > 0) {
    const who = sharers.map((each) => shown(each)).join(" and ");
    return {
      check: null,
      from:
        `Its ports may be those of ${who}, which uses its network: ${RUNS} If one is its own, check it: kind: tcp, port.`,
    };
  }
  const job = restart === "always" ? "" : " If it is a job, check that it ends with 0: kind: completed.";
  return { check: null, from: `It declares nothing to ask: ${RUNS}${job}` };
}

/** `docker.io/bitnami/postgresql:16@sha256:…` → `postgresql`. */
function imageName(image: string): string {
  const [named = ""] = image.split("@");
  return (named.split("/").at(-1) ?? "").split(":")[0] ?? "";
}
