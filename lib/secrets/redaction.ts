/**
 * Keeps secrets of the services' and the tests' environments out of everything that a run writes or says: they are
 * known before it begins, and taken out where evidence enters the journal or a file, so that no report ever has them.
 */

import { newRedactor, type Redactor } from "./redactor.ts";
import { secretsIn, secretsOf } from "./secrets.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import { variablesIn } from "../values/variables.ts";

/** What an engine reads from a project: its name, its services by name, and the variables of their environments. */
export interface Declared {
  project: { name: string };
  services: ReadonlyMap<string, unknown>;
  variables: readonly (readonly [string, string])[];
}

/**
 * Services get the variables that the project declares; tests, and services that are processes, this program's own
 * environment, and a test what the config file declares for it. Variables of headers are secrets whatever their names.
 */
export function redactorOf(
  host: Pick<Host, "environment" | "hostname">,
  { settings, testEnv }: Pick<RunConfig, "settings" | "testEnv">,
  { project, services, variables }: Declared,
): Redactor {
  const ordinary = new Set([
    ...services.keys(),
    ...settings.modules.keys(),
    ...settings.core.modes.keys(),
    settings.engine,
    project.name,
    host.hostname(),
  ]);
  const inherited = Object.entries(host.environment());
  const ofTests = [...settings.modules.values()].flatMap(({ moreTests }) =>
    Object.values(moreTests ?? {}).flat().flatMap((test) =>
      typeof test === "string" ? [] : Object.entries(test.env ?? {})
    )
  );
  const { declared, sent } = ofChecks(host, settings);
  const all = [...variables, ...Object.entries(testEnv), ...ofTests, ...declared, ...inherited];
  return newRedactor([...secretsOf(sent, ordinary), ...secretsIn(all, ordinary)]);
}

/** What checks declare of their requests, and the variables that these send: a service may show them in its log or its answers. */
function ofChecks(host: Pick<Host, "environment">, { modules }: RunConfig["settings"]) {
  const checks = [...modules.values()].flatMap(({ health }) => health);
  const headers = checks.flatMap((check) => Object.entries(check.headers ?? {}));
  const urls = checks.flatMap(({ url }) => url === undefined ? [] : [["url", url] as const]);
  const environment = new Map(Object.entries(host.environment()));
  const sent = headers.flatMap(([_, value]) => variablesIn(value)).map((name) =>
    [name, environment.get(name) ?? ""] as const
  );
  // What stands for a variable is no secret.
  const written = headers.filter(([_, value]) => variablesIn(value).length === 0);
  return { declared: [...written, ...urls], sent };
}

/** A redactor of this program's own environment alone, for failures before the services are known. */
export function ownRedactor(host: Pick<Host, "environment" | "hostname">): Redactor {
  const ordinary = new Set([host.hostname()]);
  return newRedactor(secretsIn(Object.entries(host.environment()), ordinary));
}

/**
 * Keys whose values are names, ids, paths and words of the program itself: they hold the evidence together, and no
 * value of a variable gets there. The values of all other keys, now and later, are cleaned.
 */
const OWN: ReadonlySet<string> = new Set([
  ...["type", "at", "cycle", "module", "service", "services", "container", "containerId", "ids", "id", "name"],
  ...[
    "tool",
    "mode",
    "selected",
    "core",
    "dependsOn",
    "oneShot",
    "several",
    "project",
    "engine",
    "host",
    "metricsSource",
    "rules",
  ],
  ...["existing", "up", "how", "inPlace", "phase", "dependency", "limit", "when", "status", "health", "action", "time"],
  ...["startedAt", "finishedAt", "source", "files", "file", "output", "path", "signal", "by", "exit", "code", "level"],
  ...["modules", "auditDir", "containers", "baseline"],
]);

/**
 * Takes the secrets out of entries of the journal, progress events and failures, and leaves their form. A value without
 * secrets, as nearly all are, is returned as it is.
 */
export function cleaner(redactor: Redactor): <T>(value: T) => T {
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return redactor.text(value);
    if (typeof value !== "object" || value === null) return value;
    const changed = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
      if (typeof each === "number" || OWN.has(key)) return [];
      const cleaned = clean(each);
      return cleaned === each ? [] : [[key, cleaned]];
    });
    if (changed.length === 0) return value;
    return Object.assign(Array.isArray(value) ? [...value] : { ...value }, Object.fromEntries(changed));
  };
  return <T>(value: T) => clean(value) as T;
}

/** Takes the secrets out of the error itself, which keeps its class and its stack. */
export function cleanError(redactor: Redactor, error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? redactor.text(error) : error;
  const { stack } = error;
  error.message = redactor.text(error.message);
  if (stack !== undefined) error.stack = redactor.text(stack);
  return error;
}
