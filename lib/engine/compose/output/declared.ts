/** Text of `docker compose config` → what a project declares. Pure. */

import { isRecord, recordOf } from "../../../values/json.ts";
import { digest } from "../../../model/digest.ts";
import { checkPage } from "../../check_page.ts";
import { EngineError, type Inside, type ReadinessHints } from "../../engine.ts";
import { type ComposeService, declaredRestart, detailsOf } from "../details.ts";
import { count, exposedPorts, type Json, number, numberIn, parseJson, portIn, text, texts } from "./values.ts";

export interface ProjectSpec {
  name: string;
  services: Map<string, ComposeService>;
  /** Names and values of the variables of the services and of their builds, `env_file` included. */
  variables: [name: string, value: string][];
}

/** `docker compose config --format json`. */
export function parseProject(output: string): ProjectSpec {
  const project = parseJson("docker compose config", output);
  if (!isRecord(project) || text(project["name"]) === "") {
    throw new EngineError(`docker compose config named no project: "${output.slice(0, 200)}"`);
  }
  const name = text(project["name"]);
  const services = Object.entries(recordOf(project["services"])).map(([service, value]) =>
    [service, parseService(name, service, recordOf(value))] as const
  );
  const waitedFor = new Set(
    Object.values(recordOf(project["services"])).flatMap((value) =>
      Object.entries(recordOf(recordOf(value)["depends_on"]))
        .filter(([_, how]) => recordOf(how)["condition"] === "service_completed_successfully")
        .map(([service]) => service)
    ),
  );
  return {
    name,
    services: new Map(services.map(([key, spec]) => [key, {
      ...spec,
      oneShot: waitedFor.has(key),
      declared: digest(JSON.stringify(recordOf(project["services"])[key])),
    }])),
    variables: Object.values(recordOf(project["services"])).flatMap((value) => [
      ...variablesOf(recordOf(value)["environment"]),
      ...variablesOf(recordOf(recordOf(value)["build"])["args"]),
    ]),
  };
}

/** A variable without a value comes from the environment that Compose runs in. */
function variablesOf(value: unknown): [string, string][] {
  return Object.entries(recordOf(value)).flatMap(([name, each]): [string, string][] =>
    // Compose prints text; its first versions print numbers and booleans as such.
    each === null || typeof each === "object" ? [] : [[name, String(each)]]
  );
}

function parseService(project: string, service: string, value: Json): Omit<ComposeService, "oneShot"> {
  const ports = (Array.isArray(value["ports"]) ? value["ports"].filter(isRecord) : []).filter(isTcp);
  const page = declaredPage(service, value);
  return {
    name: service,
    image: text(value["image"]) || `${project}-${service}`,
    ...(text(value["image"]) === "" ? { imageIsMadeUp: true } : {}),
    ...(text(value["pull_policy"]) === "" ? {} : { pullPolicy: text(value["pull_policy"]) }),
    ...(text(value["platform"]) === "" ? {} : { platform: text(value["platform"]) }),
    replicas: count(recordOf(value["deploy"])["replicas"]) ?? count(value["scale"]) ?? 1,
    buildable: value["build"] !== undefined && value["build"] !== null,
    dependsOn: Object.keys(recordOf(value["depends_on"])),
    ...listed("optional", optionalOf(value)),
    ...listed("profiles", texts(value["profiles"])),
    networks: Object.keys(recordOf(value["networks"])),
    memLimitBytes: declaredLimit(value),
    ...(text(value["network_mode"]) === "host" ? { onHost: page } : {}),
    hints: hintsOf(value, page, ports),
    details: detailsOf(value),
    published: ports.flatMap((port) => {
      const hostPort = portIn(port["published"]);
      return hostPort === null ? [] : [{ hostIp: text(port["host_ip"]), hostPort }];
    }),
  };
}

type DeclaredPage = Pick<Inside, "check" | "exposed">;

function isTcp(port: Json): boolean {
  return (text(port["protocol"]) || "tcp") === "tcp";
}

/** What the project says about the service's page; its image may say more. */
function declaredPage(service: string, value: Json): DeclaredPage {
  const names = [service, text(value["container_name"]), text(value["hostname"])];
  const env = variablesOf(value["environment"]).map(([name, each]) => `${name}=${each}`);
  return {
    check: checkPage(texts(recordOf(value["healthcheck"])["test"]), { names, env }),
    exposed: exposedPorts(texts(value["expose"])),
  };
}

function hintsOf(value: Json, page: DeclaredPage, published: readonly Json[]): ReadinessHints {
  const check = recordOf(value["healthcheck"]);
  const test = texts(check["test"]);
  const isOn = check["disable"] !== true && test.length > 0 && test[0] !== "NONE";
  const own = published.flatMap((each) => portIn(each["target"]) ?? []);
  return {
    checkTest: isOn ? test : [],
    page: isOn ? page.check : null,
    ports: [...new Set([...own, ...page.exposed])],
    restart: restartHint(value),
    networkOf: /^service:(.+)$/.exec(text(value["network_mode"]))?.[1] ?? null,
  };
}

function restartHint(value: Json): ReadinessHints["restart"] {
  const policy = declaredRestart(value);
  if (policy === "always" || policy === "unless-stopped") return "always";
  return policy === "no" ? "never" : "unsaid";
}

function optionalOf(value: Json): string[] {
  return Object.entries(recordOf(value["depends_on"])).filter(([_, how]) => recordOf(how)["required"] === false)
    .map(([name]) => name);
}

/** An object that has the key only if the list is not empty. */
function listed<Key extends string>(key: Key, list: string[]): Partial<Record<Key, string[]>> {
  return list.length === 0 ? {} : { [key]: list } as Record<Key, string[]>;
}

/** `mem_limit`, or the limit of `deploy`; Compose prints either in bytes. */
function declaredLimit(value: Json): number | null {
  const limits = recordOf(recordOf(recordOf(value["deploy"])["resources"])["limits"]);
  const bytes = [value["mem_limit"], limits["memory"]].map((limit) => number(limit) ?? numberIn(limit));
  return bytes.find((limit) => limit !== null && limit > 0) ?? null;
}
