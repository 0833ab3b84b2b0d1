/** The services of a trial in the form of a Compose file. Pure. */

import type { ServicePlan } from "./defect.ts";
import { PROGRAM } from "./image.ts";
import { CONTAINER_PORT, MEM_LIMIT_MIB, standInEnv, STOP_GRACE_SEC, writesFiles } from "./rig.ts";

export const ENV = { VX11_MODE: "low_power" };
/** Where a stand-in writes large files: a volume without a name, which goes with its container. */
const DISK = "/disk";

/** The service in the form of a Compose file; JSON is YAML. */
export function serviceOf(
  name: string,
  plan: ServicePlan,
  { build, image, isFar, port, state }: { build: string; image: string; isFar: boolean; port: number; state: string },
) {
  const { built, memLimitMib = MEM_LIMIT_MIB, needs = {}, onHost, profiles, shmMib } = plan;
  const limit = memLimitMib === null ? {} : { mem_limit: `${memLimitMib}m`, memswap_limit: `${memLimitMib}m` };
  const { intervalSec, retries } = plan.check === undefined || plan.check === true
    ? { intervalSec: 0.3, retries: 1 }
    : plan.check;
  const check = { test: ["CMD", PROGRAM, "stand-in", "check"], interval: `${intervalSec}s`, timeout: "5s", retries };
  return {
    ...(built ? { build, pull_policy: "build" } : { image: plan.image ?? image, pull_policy: "never" }),
    command: plan.command ?? [PROGRAM, "stand-in"],
    environment: {
      ...ENV,
      ...standInEnv(name, built ? {} : plan, "/state"),
      HOST: plan.env?.["HOST"] ?? "0.0.0.0",
      PORT: String(onHost ? port : CONTAINER_PORT),
      FAULT_FILL_CGROUP: "1",
      ...(writesFiles(plan) ? { FAULT_WRITE_DIR: DISK } : {}),
    },
    // The state is in the temporary folder, which may be memory; the engine's own volumes are on a disk, wherever the engine is.
    volumes: [`${state}:/state`, ...(writesFiles(plan) ? [DISK] : [])],
    restart: plan.restart ?? "no",
    stop_grace_period: `${plan.stopGraceSec ?? STOP_GRACE_SEC}s`,
    ...(mayStopAtOnce(plan) ? { init: true } : {}),
    ...(plan.unpublished
      ? {}
      : onHost
      ? { network_mode: "host", expose: [String(port)] }
      : { ports: [`${isFar ? "" : "127.0.0.1:"}${port}:${CONTAINER_PORT}`] }),
    ...(profiles === undefined ? {} : { profiles }),
    depends_on: Object.fromEntries(
      Object.entries(needs).map(([helper, { optional }]) => [
        helper,
        { condition: "service_started", ...(optional ? { required: false } : {}) },
      ]),
    ),
    ...limit,
    ...(shmMib === undefined ? {} : { shm_size: `${shmMib}m` }),
    ...(plan.check ? { healthcheck: check } : {}),
  };
}

/**
 * Whether it may be stopped as soon as it is started: as PID 1, a program that does not handle SIGTERM yet would ignore it. Any other
 * command stays PID 1: an init would start even if there is no such command.
 */
function mayStopAtOnce({ check, command, env = {}, readyBy, restart, unpublished }: ServicePlan): boolean {
  const isUnchecked = readyBy?.kind === "docker" && check === undefined;
  // In a crash loop, every stop may meet a start.
  const isLooping = restart === "always" && "FAULT_EXIT_AFTER" in env && !("FAULT_AT_STARTS" in env);
  return command === undefined && (unpublished === true || readyBy?.kind === "running" || isUnchecked || isLooping);
}

/** How the service waits for each of its helpers. */
export function awaited(helpers: readonly [string, ServicePlan][]) {
  return Object.fromEntries(
    helpers.map(([name, { completes }]) => [name, {
      condition: completes ? "service_completed_successfully" : "service_started",
    }]),
  );
}

export function neededBy({ needs = {} }: ServicePlan, image: string): [string, unknown][] {
  return Object.entries(needs).map(([name, { image: own = image, profiles }]) => [
    name,
    { image: own, pull_policy: "never", profiles, command: [PROGRAM, "stand-in"], init: true },
  ]);
}

export function dockerfile({ env = {} }: ServicePlan, image: string): string {
  return [`FROM ${image}`, ...Object.entries(env).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`), ""]
    .join("\n");
}
