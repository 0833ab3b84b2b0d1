/** Trials on Docker Compose: a project of its own for each, with an image that is made of this program. */

import { join } from "@std/path";
import { findCompose } from "../engine/check.ts";
import { composeEngine } from "../engine/compose.ts";
import { EngineError } from "../engine/engine.ts";
import { capture } from "../host/capture.ts";
import type { Host } from "../host/host.ts";
import type { Act, CatalogueEntry, ServicePlan } from "./defect.ts";
import { type Image, makeImage, PROGRAM } from "./image.ts";
import {
  CONTAINER_PORT,
  MEM_LIMIT_MIB,
  plansOf,
  portOf,
  type Project,
  type Rig,
  standInEnv,
  STOP_GRACE_SEC,
  SUBJECT,
} from "./rig.ts";

const COMMAND_TIMEOUT_MS = 60_000;
const ENV = { VX11_MODE: "low_power" };

/** Throws a Failure where Docker or Compose is missing. */
export async function composeRig(host: Host, signal: AbortSignal): Promise<Rig> {
  const versions = await versionsOf(host, signal);
  const image = await makeImage(host, signal);
  return {
    name: "compose",
    versions,
    open: (entry, dir, nth) => openProject(host, image, entry, dir, nth),
    close: image.remove,
  };
}

/** Asked of an empty project, since the engine is found for one. */
async function versionsOf(host: Host, signal: AbortSignal): Promise<Record<string, string>> {
  const dir = await host.files.makeTempDir("vx11-selftest-engine-");
  try {
    await host.files.writeAtomic(join(dir, "compose.yaml"), JSON.stringify({ name: "vx11-selftest", services: {} }));
    const { info } = await findCompose(
      host,
      { projectDir: dir, composeFiles: [], env: ENV, metricsSource: "auto" },
      signal,
    );
    return { ...info.versions, ...(info.cgroup === null ? {} : { cgroup: info.cgroup }) };
  } finally {
    await host.files.remove(dir);
  }
}

async function openProject(
  host: Host,
  image: Image,
  entry: CatalogueEntry,
  dir: string,
  nth: number,
): Promise<Project> {
  const name = `vx11-selftest-${host.pid}-${nth}`;
  const held = entry.portTaken ? host.holdPort("127.0.0.1") : null;
  const plans = [...plansOf(entry)];
  const services = Object.fromEntries(plans.map(([service, plan], index) => {
    const port = service === SUBJECT && held !== null ? held.port : portOf(host, nth + 50 * index);
    return [service, serviceOf(service, plan, { image: image.name, port, state: join(dir, "state") })];
  }));
  await host.files.ensureDir(join(dir, "state"));
  await host.files.writeAtomic(join(dir, "compose.yaml"), JSON.stringify({ name, services }, null, 2));
  const docker = (...args: string[]) => runDocker(host, dir, args);
  return {
    async findEngine(through) {
      return composeEngine(
        through,
        await findCompose(through, { projectDir: dir, composeFiles: [], env: ENV, metricsSource: "auto" }),
      );
    },
    act: (act, engine) =>
      actOn(docker, act, async () => {
        const looks = await engine.look();
        return looks.find(({ state: { service } }) => service === SUBJECT)?.state.id ?? "";
      }),
    async dispose() {
      held?.close();
      const ids = await docker("ps", "--all", "--quiet", "--filter", `label=com.docker.compose.project=${name}`);
      if (ids.length > 0) await docker("rm", "--force", ...ids);
      const networks = await docker("network", "ls", "--quiet", "--filter", `label=com.docker.compose.project=${name}`);
      if (networks.length > 0) await docker("network", "rm", ...networks);
    },
  };
}

/** Words of its standard output. */
type Docker = (...args: string[]) => Promise<string[]>;

async function runDocker(host: Host, cwd: string, args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await capture(host, ["docker", ...args], { cwd, timeoutMs: COMMAND_TIMEOUT_MS });
  if (code !== 0) throw new EngineError(`docker ${args[0]}: ${stderr.trim() || `ended with ${code}`}`);
  return stdout.split(/\s+/).filter((word) => word !== "");
}

async function actOn(docker: Docker, act: Act, subject: () => Promise<string>): Promise<void> {
  switch (act) {
    case "kill":
      await docker("kill", await subject());
      break;
    case "restart":
      await docker("restart", "-t", "1", await subject());
      break;
    case "replace":
      await docker("compose", "up", "--detach", "--force-recreate", SUBJECT);
      break;
  }
}

/** As `docker compose` takes it; JSON is YAML. */
function serviceOf(
  name: string,
  plan: ServicePlan,
  { image, port, state }: { image: string; port: number; state: string },
) {
  const { memLimitMib = MEM_LIMIT_MIB, shmMib } = plan;
  const limit = memLimitMib === null ? {} : { mem_limit: `${memLimitMib}m`, memswap_limit: `${memLimitMib}m` };
  const check = { test: ["CMD", PROGRAM, "stand-in", "check"], interval: "0.3s", timeout: "5s", retries: 1 };
  return {
    image: plan.image ?? image,
    pull_policy: "never",
    command: plan.command ?? [PROGRAM, "stand-in"],
    environment: {
      ...ENV,
      ...standInEnv(name, plan, "/state"),
      HOST: "0.0.0.0",
      PORT: String(CONTAINER_PORT),
      FAULT_FILL_CGROUP: "1",
    },
    volumes: [`${state}:/state`],
    restart: plan.restart ?? "no",
    stop_grace_period: `${plan.stopGraceSec ?? STOP_GRACE_SEC}s`,
    // Without a page it is stopped as soon as it is started: as PID 1, a program that does not handle SIGTERM yet ignores it.
    ...(plan.unpublished ? { init: true } : { ports: [`127.0.0.1:${port}:${CONTAINER_PORT}`] }),
    ...limit,
    ...(shmMib === undefined ? {} : { shm_size: `${shmMib}m` }),
    ...(plan.check ? { healthcheck: check } : {}),
  };
}
