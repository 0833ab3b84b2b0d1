/**
 * The contract's rig on Docker Compose: a project of its own in a temporary folder, whose services run
 * config/sandbox/vx11-service.sh and publish on ports that Docker chooses. Disposal removes what carries its label.
 */

import { basename, join } from "@std/path";
import { findCompose, type Wanted } from "../../lib/engine/compose/check.ts";
import { composeEngine } from "../../lib/engine/compose/compose.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { IMAGE } from "../../scripts/sandbox_image.ts";
import { command, docker, image } from "../integration/environment.ts";
import { removeProject } from "../integration/project.ts";
import type { Rig, ServicePlan } from "./rig.ts";

const MEM_LIMIT_MIB = 48;

export async function openComposeRig(services: Record<string, ServicePlan>): Promise<Rig> {
  await image();
  const dir = await Deno.makeTempDir({ prefix: "vx11-contract-" });
  const project = basename(dir).toLowerCase();
  const file = { name: project, services: mapValues(services, composeService) };
  // Compose reads YAML, and JSON is YAML.
  await Deno.writeTextFile(join(dir, "compose.yaml"), JSON.stringify(file, null, 2));
  const host = denoHost();
  const wanted: Wanted = { projectDir: dir, composeFiles: [], env: {}, metricsSource: "auto" };
  const engine = composeEngine(host, await findCompose(host, wanted));
  return {
    engine,
    asksInside: true,
    memLimitBytes: MEM_LIMIT_MIB * 2 ** 20,
    async leave(service) {
      const { code, stderr } = await command("docker", ["compose", "up", "--detach", service], dir);
      if (code !== 0) throw new Error(stderr);
    },
    kill: async ({ id }) => void await docker("kill", "--signal", "KILL", id),
    async processes({ id }) {
      const { code, stdout } = await command("docker", ["top", id, "-o", "pid"]);
      // Fails for a container that is gone or does not run: then it has no process.
      return code === 0 ? stdout.trim().split("\n").slice(1).map(Number) : [];
    },
    logFile: (service) => join(dir, `${service}.log`),
    async [Symbol.asyncDispose]() {
      await engine.close();
      await removeProject(project);
      await Deno.remove(dir, { recursive: true });
    },
  };
}

function composeService(plan: ServicePlan, name: string): Record<string, unknown> {
  return {
    image: plan.broken === "absent" ? "vx11-missing:1" : IMAGE,
    ...(plan.broken === "not executable" ? { entrypoint: ["/etc/passwd"] } : {}),
    pull_policy: "never",
    environment: { PORT: "8000", VX11_SERVICE: name, ...plan.env },
    restart: plan.restart ?? "no",
    ...(plan.limited === true ? { mem_limit: `${MEM_LIMIT_MIB}m`, memswap_limit: `${MEM_LIMIT_MIB}m` } : {}),
    ...(plan.stopGraceSec === undefined ? {} : { stop_grace_period: `${plan.stopGraceSec}s` }),
    // A network takes Docker half a second to make, and as long to remove.
    ...(plan.published === true ? { ports: ["127.0.0.1::8000"] } : { network_mode: "none" }),
    depends_on: plan.dependsOn ?? [],
  };
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From, key: string) => To) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
