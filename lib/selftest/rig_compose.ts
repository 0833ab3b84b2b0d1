/** Trials on Docker Compose: each has its own project, with an image made of this program. */

import { join } from "@std/path";
import { findCompose } from "../engine/compose/check.ts";
import { projectLabel } from "../engine/compose/apart/container.ts";
import { CGROUPS_REMEDY } from "../engine/compose/rootless.ts";
import { LOCAL } from "../engine/compose/engine_host.ts";
import { buildEnv } from "../engine/compose/maker.ts";
import { composeEngine, type ComposeSetup } from "../engine/compose/compose.ts";
import { PROJECT_LABEL } from "../engine/compose/output/labels.ts";
import { EngineError } from "../engine/engine.ts";
import { capture } from "../host/capture.ts";
import type { Clock, Host } from "../host/host.ts";
import { retryOn } from "../host/retry.ts";
import { environmentFailure } from "../model/failure.ts";
import { ownTempDir } from "../audit/temp_dirs.ts";
import type { Act, CatalogueEntry, ServicePlan } from "./defect.ts";
import { whyNoDisk } from "./disk.ts";
import { type Image, makeImage, PROGRAM } from "./image.ts";
import { awaited, dockerfile, ENV, neededBy, serviceOf } from "./rig_services.ts";
import { FAR_PATIENCE_SEC, farNotice, whyNotFar } from "./rig_far.ts";
import { helpersOf, plansOf, portOf, type Project, type Rig, SUBJECT, writesFiles } from "./rig.ts";

const COMMAND_TIMEOUT_MS = 60_000;
/** The volume of the stand-ins' state on an engine of another host. */
const STATE = "state";

/** Throws a Failure if Docker or Compose is missing. */
export async function composeRig(host: Host, signal: AbortSignal): Promise<Rig> {
  const { info, maker = "docker", probeHost } = await found(host, signal);
  const isFar = probeHost !== LOCAL;
  const noDisk = isFar ? null : await whyNoDiskOf(host);
  const image = await makeImage(host, signal);
  return {
    name: "compose",
    versions: {
      ...info.versions,
      ...(info.cgroup === null ? {} : { cgroup: info.cgroup }),
      ...(isFar ? { engine: "on another host" } : {}),
    },
    ...(isFar ? { notice: farNotice(probeHost), patienceSec: FAR_PATIENCE_SEC } : {}),
    program: [PROGRAM],
    image: image.name,
    open: (entry, dir, nth) => openProject(host, { image, env: buildEnv(maker, host.env), isFar }, entry, dir, nth),
    whyNot: (entry) => isFar ? whyNotFar(entry) : [...plansOf(entry).values()].some(writesFiles) ? noDisk : null,
    close: image.remove,
  };
}

/** By the folder of the engine's volumes, if that is one of this host. */
async function whyNoDiskOf(host: Host): Promise<string | null> {
  const [root = ""] = await runDocker(host, host.cwd(), {}, ["info", "--format", "{{.DockerRootDir}}"]).catch(() => []);
  return root.startsWith("/") ? whyNoDisk(host.kernel.read("/proc/self/mountinfo"), root) : null;
}

/** Uses an empty project, since an engine is always found for a project. */
async function found(host: Host, signal: AbortSignal): Promise<Pick<ComposeSetup, "info" | "maker" | "probeHost">> {
  const dir = await ownTempDir(host, "vx11-selftest");
  try {
    await host.files.writeAtomic(join(dir, "compose.yaml"), JSON.stringify({ name: "vx11-selftest", services: {} }));
    const setup = await findCompose(
      host,
      { projectDir: dir, composeFiles: [], env: ENV, metricsSource: "auto" },
      signal,
    );
    const { uncounted } = setup;
    if (uncounted) {
      throw environmentFailure(
        `Cannot plant defects here: ${uncounted}. Each verdict would be WARN, metrics_missing`,
        `${CGROUPS_REMEDY}; or try --engine process`,
      );
    }
    return setup;
  } finally {
    await host.files.remove(dir);
  }
}

async function openProject(
  host: Host,
  { env, image, isFar }: { image: Image; env: Record<string, string>; isFar: boolean },
  entry: CatalogueEntry,
  dir: string,
  nth: number,
): Promise<Project> {
  const name = `vx11-selftest-${host.pid}-${nth}`;
  const held = entry.portTaken ? host.holdPort("127.0.0.1") : null;
  const plans = [...plansOf(entry)];
  // A folder of this host is none of the engine's, which would make an empty one, and leave it.
  const state = isFar ? STATE : join(dir, "state");
  const ports = new Map(plans.map(([service], index) => {
    const port = service === SUBJECT && held !== null ? held.port : portOf(host, nth + 50 * index);
    return [service, port] as const;
  }));
  const docker = (...args: string[]) => runDocker(host, dir, env, args);
  const write = async (subject: ServicePlan) => {
    const services = plans.flatMap(([service, plan]): [string, unknown][] => {
      const actual = service === SUBJECT ? subject : plan;
      const place = { image: image.name, port: ports.get(service) ?? 0, state, build: dir, isFar };
      const made = serviceOf(service, actual, place);
      const dependsOn = { ...made.depends_on, ...awaited(helpersOf(entry, service)) };
      return [[service, { ...made, depends_on: dependsOn }], ...neededBy(actual, image.name)];
    });
    const volumes = isFar ? { volumes: { [STATE]: {} } } : {};
    const project = { name, services: Object.fromEntries(services), ...volumes };
    await host.files.writeAtomic(join(dir, "Dockerfile"), dockerfile(subject, image.name));
    await host.files.writeAtomic(join(dir, "compose.yaml"), JSON.stringify(project, null, 2));
  };
  const dispose = async () => {
    held?.close();
    // The second: of tests' commands, which a run that could not remove them has left.
    const ofProject = `label=${PROJECT_LABEL}=${name}`;
    for (const label of [ofProject, `label=${projectLabel(name)}`]) {
      const ids = await docker("ps", "--all", "--quiet", "--filter", label);
      if (ids.length > 0) await docker("rm", "--force", "--volumes", ...ids);
    }
    const networks = await docker("network", "ls", "--quiet", "--filter", ofProject);
    if (networks.length > 0) await docker("network", "rm", ...networks);
    if (isFar) await docker("volume", "rm", "--force", `${name}_${STATE}`);
    if (entry.subject?.built) {
      await docker("image", "rm", "--force", `${name}-${SUBJECT}`);
      // The one that was built before has lost its name to it.
      const nameless = await docker("image", "ls", "--quiet", "--filter", ofProject);
      if (nameless.length > 0) await docker("image", "rm", "--force", ...nameless);
    }
  };
  const prepare = async () => {
    if (!isFar) await host.files.ensureDir(state);
    const { earlier, subject = {} } = entry;
    if (earlier !== undefined) {
      await write(earlier);
      await docker("compose", "up", "--detach", SUBJECT);
      if (earlier.readyBy?.kind === "log") {
        // Not `compose logs`, which puts codes for a terminal before each line.
        const [id = ""] = await docker("compose", "ps", "--all", "--quiet", SUBJECT);
        const logs = () => dockerOutput(host, dir, env, ["logs", id]);
        await untilPrinted(host.clock, new RegExp(earlier.readyBy.line, "m"), logs);
      }
      if (earlier.is === "stopped") await docker("compose", "stop", "-t", "1", SUBJECT);
    }
    await write(subject);
  };
  try {
    await prepare();
  } catch (error) {
    // Nobody has it yet who would dispose of it. The first error says more than one of the removal.
    await dispose().catch(() => {});
    throw error;
  }
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
    dispose,
  };
}

/** Returns the words of its standard output. */
type Docker = (...args: string[]) => Promise<string[]>;

async function runDocker(host: Host, cwd: string, env: Record<string, string>, args: string[]): Promise<string[]> {
  return (await dockerOutput(host, cwd, env, args)).split(/\s+/).filter((word) => word !== "");
}

async function dockerOutput(host: Host, cwd: string, env: Record<string, string>, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await capture(host, ["docker", ...args], {
    cwd,
    env,
    timeoutMs: COMMAND_TIMEOUT_MS,
  });
  if (code !== 0) throw new EngineError(`docker ${args[0]}: ${stderr.trim() || `ended with ${code}`}`);
  return stdout;
}

/** One that is stopped before it has printed its line prints it when it is started again. */
async function untilPrinted(clock: Clock, line: RegExp, logs: () => Promise<string>): Promise<void> {
  const late = new EngineError(`the subject's first start did not print ${line} within ${COMMAND_TIMEOUT_MS / 1000} s`);
  const end = clock.mono() + COMMAND_TIMEOUT_MS;
  const attempt = async () => {
    if (!line.test(await logs())) throw late;
  };
  await retryOn(clock, attempt, {
    backoff: { firstMs: 100, growth: 1.5, longestMs: 1000, jitter: 0 },
    isRetriable: (error) => error === late && clock.mono() < end,
    signal: new AbortController().signal,
  });
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
