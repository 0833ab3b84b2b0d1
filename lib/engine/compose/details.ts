/** What `docker compose config` says of a service that only matters to who reads the project critically. Pure. */

import { isRecord, recordOf, textOf } from "../../values/json.ts";
import type { ServiceSpec } from "../engine.ts";
import { DEFAULT_GRACE_SEC } from "../stop_one.ts";
import { goDurationMs } from "./go_duration.ts";

/** Times in ms; null if not declared, so that the image's own value counts, or else Docker's. */
export interface HealthCheckDetails {
  /** In Docker's form: `CMD` and words, or `CMD-SHELL` and a script. */
  test: string[];
  intervalMs: number | null;
  timeoutMs: number | null;
  startPeriodMs: number | null;
  startIntervalMs: number | null;
  retries: number | null;
}

export interface ServiceDetails {
  /** null: it declares none, or switches off that of its image. */
  healthCheck: HealthCheckDetails | null;
  /** When Docker starts a container again that has ended: `always`, `on-failure:3`; null: never. */
  restart: string | null;
  /** What each service that it depends on has to be, such as `service_healthy`. */
  conditions: { service: string; condition: string }[];
  containerName: string | null;
  /** Folders and files of the engine's host that are mounted into it, where Compose makes relative paths absolute. */
  binds: string[];
  /** How long it is given to stop; null if not declared. */
  stopGraceMs?: number | null;
  /** Where its image is built from; null if it is not built, or from no folder of this host. */
  build: { context: string; dockerfile: string | null } | null;
}

/** A service of a Compose project. */
export interface ComposeService extends ServiceSpec {
  /** Absent for one that was made without the project's files. */
  details?: ServiceDetails;
}

/** `value`: the service, as Compose prints it. */
export function detailsOf(value: Record<string, unknown>): ServiceDetails {
  return {
    healthCheck: healthCheckOf(recordOf(value["healthcheck"])),
    restart: restartOf(value),
    conditions: Object.entries(recordOf(value["depends_on"])).flatMap(([service, how]) => {
      const condition = textOf(recordOf(how)["condition"]);
      return condition === null ? [] : [{ service, condition }];
    }),
    containerName: textOf(value["container_name"]) || null,
    binds: bindsOf(value["volumes"]),
    stopGraceMs: goDurationMs(textOf(value["stop_grace_period"]) ?? ""),
    build: buildOf(value["build"]),
  };
}

/** How long Compose has it be given to stop, in whole seconds. */
export function declaredGraceSec(service: ComposeService | undefined): number {
  const ms = service?.details?.stopGraceMs ?? null;
  return ms === null ? DEFAULT_GRACE_SEC : Math.floor(ms / 1000);
}

function healthCheckOf(check: Record<string, unknown>): HealthCheckDetails | null {
  const { test } = check;
  const words = Array.isArray(test) ? test.filter((each) => typeof each === "string") : [];
  if (check["disable"] === true || words.length === 0 || words[0] === "NONE") return null;
  const time = (key: string) => goDurationMs(textOf(check[key]) ?? "");
  const { retries } = check;
  return {
    test: words,
    intervalMs: time("interval") || null,
    timeoutMs: time("timeout") || null,
    startPeriodMs: time("start_period"),
    startIntervalMs: time("start_interval") || null,
    retries: Number.isSafeInteger(retries) && Number(retries) > 0 ? Number(retries) : null,
  };
}

function restartOf(value: Record<string, unknown>): string | null {
  const name = declaredRestart(value);
  return name === "no" ? null : name;
}

/**
 * In Docker's words, `no` among them; null if nothing is declared. `restart` comes before the policy of `deploy`, whose
 * `any` is Docker's `always`.
 */
export function declaredRestart(value: Record<string, unknown>): string | null {
  const policy = recordOf(recordOf(value["deploy"])["restart_policy"]);
  const asked = textOf(value["restart"]) || (isRecord(policy) ? textOf(policy["condition"]) : null) || null;
  return asked === "any" ? "always" : asked === "none" ? "no" : asked;
}

function bindsOf(volumes: unknown): string[] {
  const mounts = Array.isArray(volumes) ? volumes.map(recordOf) : [];
  return mounts.flatMap(({ source, type }) => type === "bind" && typeof source === "string" ? [source] : []);
}

function buildOf(value: unknown): ServiceDetails["build"] {
  const build = recordOf(value);
  const context = textOf(build["context"]);
  // Compose makes paths absolute; anything else is a repository or an archive elsewhere.
  if (context === null || !context.startsWith("/")) return null;
  const isInline = textOf(build["dockerfile_inline"]) !== null;
  return { context, dockerfile: isInline ? null : textOf(build["dockerfile"]) || "Dockerfile" };
}
