/** What Docker Compose says of itself and of a project before a run. Touches nothing: it only asks. */

import type { Host } from "../../../host/host.ts";
import type { Diagnosis } from "../../../model/diagnosis.ts";
import { Failure } from "../../../model/failure.ts";
import type { Asked, Examination, WantedEngine } from "../../kind.ts";
import { requireDaemon } from "../check.ts";
import { endpointOfContext, requireContext } from "../place.ts";
import { LOCAL, probeHost } from "../engine_host.ts";
import { type ComposeCommand, findComposeCommand } from "../command.ts";
import type { ComposeService } from "../details.ts";
import { docker } from "../docker.ts";
import { askProject, requireFiles } from "../project.ts";
import type { Criticized } from "./critic.ts";
import { CRITICS } from "./critics.ts";
import { daemonDiagnoses } from "./daemon.ts";
import { type DaemonFacts, FACTS_FORMAT, majorOf, parseFacts } from "./facts.ts";
import { imageDiagnoses } from "./images.ts";
import { programDiagnosis } from "./programs.ts";
import { storageDiagnosis } from "./storage.ts";

export async function examineCompose(
  host: Host,
  wanted: WantedEngine,
  asked: Asked,
  signal: AbortSignal,
): Promise<Examination> {
  const isFolder = await host.files.kind(wanted.projectDir) === "directory";
  const place = { cwd: isFolder ? wanted.projectDir : "/", signal };
  const [daemon, compose] = await Promise.all([askDaemon(host, wanted, place), askCompose(host, place)]);
  const services = await askServices(host, wanted, compose.found?.words ?? null, signal);
  const known = services.found ?? new Map<string, ComposeService>();
  const version = compose.found?.version ?? null;
  return {
    engine: [...daemon.diagnoses, ...compose.diagnoses],
    images: daemon.facts === null ? [] : await imageDiagnoses(host, {
      ...asked,
      ...place,
      services: known,
      compose: version,
      maker: daemon.facts.kind,
    }),
    project: [...services.diagnoses, ...await criticize(host, known, daemon.facts, asked, place)],
  };
}

interface Place {
  cwd: string;
  signal: AbortSignal;
}

interface Found<Value> {
  found: Value | null;
  diagnoses: Diagnosis[];
}

/** What is missing becomes a diagnosis. */
async function tried<Value>(check: string, subject: string, work: () => Promise<Value>): Promise<Found<Value>> {
  try {
    return { found: await work(), diagnoses: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { next, what } = error.data;
    return { found: null, diagnoses: [{ check, subject, level: "problem", seen: what, next }] };
  }
}

/** What systemd itself says to look for. */
const SYSTEMD = "/run/systemd/system";

async function askDaemon(
  host: Host,
  { context, metricsSource }: WantedEngine,
  place: Place,
): Promise<{ facts: DaemonFacts | null; diagnoses: Diagnosis[] }> {
  const alive = await tried("engine", "docker", async () => {
    if (context !== undefined) await requireContext(host, context, place);
    return await requireDaemon(host, place);
  });
  if (alive.found === null) return { facts: null, diagnoses: alive.diagnoses };
  const [info, endpoint] = await Promise.all([
    docker(host, ["info", "--format", FACTS_FORMAT], place),
    endpointOfContext(host, place),
  ]);
  const facts = parseFacts(info.stdout);
  if (facts === null) return { facts, diagnoses: [] };
  const isLocal = probeHost(endpoint) === LOCAL;
  const hasSystemd = await host.files.kind(SYSTEMD) === "directory";
  const kernel = host.kernel.read("/proc/sys/kernel/osrelease")?.trim() ?? "";
  const logUnread = whyUnread(host);
  const names = { engine: alive.found.name, here: host.hostname() };
  return {
    facts,
    diagnoses: [
      ...daemonDiagnoses(facts, { isLocal, kernel, metricsSource, hasSystemd, logUnread, names }),
      await storageDiagnosis(host.files, facts, isLocal),
    ],
  };
}

function whyUnread(host: Host): string | null {
  const log = host.kernelLog?.() ?? "there is none";
  if (typeof log === "string") return log;
  log.close();
  return null;
}

async function askCompose(host: Host, place: Place): Promise<Found<ComposeCommand>> {
  const compose = await tried("compose_version", "compose", () => findComposeCommand(host, place));
  if (compose.found === null) return compose;
  const { version, words } = compose.found;
  const seen = `${version}, as \`${words.join(" ")}\``;
  return { ...compose, diagnoses: [{ check: "compose_version", subject: "compose", level: "ok", seen, next: "" }] };
}

/** `compose`: null if there is none, which is said by itself. */
function askServices(
  host: Host,
  { composeFiles, env, projectDir }: WantedEngine,
  compose: readonly string[] | null,
  signal: AbortSignal,
): Promise<Found<Map<string, ComposeService>>> {
  const project = { projectDir, composeFiles: [...composeFiles], env };
  return tried("project", projectDir, async () => {
    await requireFiles(host, project);
    return compose === null ? new Map() : (await askProject(host, project, compose, signal)).services;
  });
}

async function criticize(
  host: Host,
  services: ReadonlyMap<string, ComposeService>,
  facts: DaemonFacts | null,
  { core, looks, services: wanted }: Asked,
  place: Place,
): Promise<Diagnosis[]> {
  const maker = facts?.kind ?? "docker";
  // What is known of Docker's versions does not hold of Podman's.
  const docker = facts?.kind === "docker" ? majorOf(facts.server) : null;
  const each = await Promise.all(wanted.map(async (name) => {
    const spec = services.get(name);
    if (spec?.details === undefined) return [];
    const read: Criticized = { spec, details: spec.details, services, isCore: core.has(name), docker, maker };
    const said = CRITICS.flatMap((critic) => critic(read));
    if (looks === null) return said;
    const id = looks.find(({ state }) => state.service === name)?.state.id ?? null;
    return [...said, ...await programDiagnosis(host, read, id, place)];
  }));
  return each.flat();
}
