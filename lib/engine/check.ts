/**
 * Finds the Compose engine: the `docker` command, a daemon that answers, Compose v2, and the project. Whatever is missing
 * ends the run, with what was seen and what to do.
 */

import { join } from "@std/path";
import { capture } from "../host/capture.ts";
import type { Host } from "../host/host.ts";
import { SpawnError } from "../host/host.ts";
import { environmentFailure } from "../model/failure.ts";
import type { MetricsSource } from "../model/settings.ts";
import type { ComposeSetup } from "./compose.ts";
import { parseProject } from "./compose_output.ts";
import { composeArgs, docker, QUESTION_TIMEOUT_MS, reasonOf } from "./docker.ts";
import { EngineError } from "./engine.ts";
import { withoutQuoted } from "./quoted_env.ts";

export interface Wanted {
  projectDir: string;
  composeFiles: string[];
  /** Added to Compose's environment. */
  env: Record<string, string>;
  metricsSource: MetricsSource;
}

const COMPOSE_NAMES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const LOCAL = "127.0.0.1";
const NEXT_PLAN = "`vx11-stability plan` shows what a run would do without Docker";

export async function findCompose(host: Host, wanted: Wanted, signal?: AbortSignal): Promise<ComposeSetup> {
  const { projectDir, composeFiles } = wanted;
  if (await host.files.kind(projectDir) !== "directory") {
    throw environmentFailure(
      `Cannot find the project: "${projectDir}" is not a directory`,
      "Name it with --project-dir",
    );
  }
  for (const file of composeFiles) {
    if (await host.files.kind(file) === "file") continue;
    throw environmentFailure(`Cannot find the compose file "${file}"`, "Check --compose-file");
  }
  const options = { cwd: projectDir, ...(signal === undefined ? {} : { signal }) };
  if (composeFiles.length === 0) await requireComposeFile(host, projectDir);
  const question = [...composeArgs(projectDir, composeFiles, null), "config", "--format", "json"];
  // Side by side, and told in this order: what fails first explains the others.
  const asked = [
    daemonInfo(host, options),
    composeVersion(host, options),
    docker(host, question, { ...options, env: wanted.env }),
    endpointOfContext(host, options),
  ] as const;
  await Promise.allSettled(asked);
  const [daemon, compose, config, endpoint] = [await asked[0], await asked[1], await asked[2], await asked[3]];
  if (config.code !== 0) {
    const stderr = withoutQuoted(config.stderr);
    throw projectFailure(wanted, reasonOf({ ...config, stderr }), stderr);
  }
  return {
    info: {
      name: "compose",
      versions: { docker: daemon.version, compose },
      cgroup: daemon.cgroup === "" ? null : `v${daemon.cgroup}`,
    },
    project: readProject(config.stdout),
    dir: projectDir,
    composeFiles,
    env: wanted.env,
    since: daemon.time,
    probeHost: probeHost(endpoint),
    metricsSource: wanted.metricsSource,
  };
}

/**
 * Compose itself goes on looking in the folders above. A run that was pointed at the wrong folder must not start another
 * project's services, so the file has to be in the project dir, or named.
 */
async function requireComposeFile(host: Host, projectDir: string): Promise<void> {
  const names = await host.files.list(projectDir);
  if (COMPOSE_NAMES.some((name) => names.includes(name)) || (host.env("COMPOSE_FILE") ?? "") !== "") return;
  if (names.includes(".env") && /^\s*COMPOSE_FILE\s*=/m.test(await host.files.readText(join(projectDir, ".env")))) {
    return;
  }
  throw environmentFailure(
    `Cannot find a compose file: looked for ${COMPOSE_NAMES.join(", ")} in "${projectDir}"`,
    "Name the project's folder with --project-dir, or its file with --compose-file",
  );
}

interface Options {
  cwd: string;
  signal?: AbortSignal;
}

interface Daemon {
  version: string;
  cgroup: string;
  time: string;
}

async function daemonInfo(host: Host, options: Options): Promise<Daemon> {
  const format = '{"version":{{json .ServerVersion}},"cgroup":{{json .CgroupVersion}},"time":{{json .SystemTime}}}';
  let result;
  try {
    result = await docker(host, ["info", "--format", format], options);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const why = error.kind === "not found" ? "`docker` is not on PATH" : `\`docker\` cannot be run: ${error.message}`;
    throw environmentFailure(`Cannot start modules: ${why}`, `Install Docker with Compose v2; ${NEXT_PLAN}`);
  }
  const info = parseInfo(result.stdout);
  if (result.code === 0 && info !== null && info.version !== "") return info;
  const why = reasonOf(result);
  if (/permission denied/i.test(result.stderr)) {
    throw environmentFailure(
      `Cannot use Docker: the daemon's socket is not permitted to this user: ${why}`,
      "Run as a user of the group `docker`, or as root",
    );
  }
  throw environmentFailure(
    `Cannot use Docker: the daemon does not answer: ${why}`,
    "Start it (`systemctl start docker`), or check DOCKER_HOST and `docker context ls`",
  );
}

function parseInfo(output: string): Daemon | null {
  try {
    const value = JSON.parse(output) as Partial<Record<keyof Daemon, string | null>>;
    return { version: value.version ?? "", cgroup: value.cgroup ?? "", time: value.time ?? "" };
  } catch {
    return null;
  }
}

async function composeVersion(host: Host, options: Options): Promise<string> {
  const result = await docker(host, ["compose", "version", "--short"], options);
  const version = result.stdout.trim().replace(/^v/, "");
  if (result.code === 0 && /^[2-9]\d*\./.test(version)) return version;
  const old = await docker1(host, options);
  throw environmentFailure(
    old === null
      ? `Cannot use Docker Compose: \`docker compose version\` failed: ${reasonOf(result)}`
      : `Cannot use Docker Compose: only version ${old} (\`docker-compose\`) is installed, and version 2 is needed`,
    "Install the Compose v2 plugin (Debian and Ubuntu: docker-compose-plugin or docker-compose-v2)",
  );
}

/** The version of Compose v1, where only that is installed. */
async function docker1(host: Host, options: Options): Promise<string | null> {
  try {
    const command = ["docker-compose", "version", "--short"];
    const { code, stdout } = await capture(host, command, { timeoutMs: QUESTION_TIMEOUT_MS, ...options });
    return code === 0 && stdout.trim() !== "" ? stdout.trim() : null;
  } catch (error) {
    if (error instanceof SpawnError) return null;
    throw error;
  }
}

function projectFailure({ projectDir, composeFiles }: Wanted, why: string, stderr: string): Error {
  const where = composeFiles.length === 0 ? `in "${projectDir}"` : composeFiles.map((file) => `"${file}"`).join(", ");
  return environmentFailure(
    `Cannot read the compose project ${where}: ${why}`,
    "`docker compose config` shows the whole message",
    stderr,
  );
}

function readProject(output: string): ComposeSetup["project"] {
  try {
    return parseProject(output);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw environmentFailure(`Cannot read the compose project: ${error.message}`, "Update Docker Compose");
  }
}

/** Where the daemon is: by DOCKER_HOST or by the context in use, as the `docker` command itself resolves it. */
async function endpointOfContext(host: Host, options: Options): Promise<string> {
  const result = await docker(host, ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"], options);
  return result.code === 0 ? result.stdout.trim() : host.env("DOCKER_HOST") ?? "";
}

/** Published ports of a remote engine are on its host. */
export function probeHost(dockerHost: string): string {
  const match = /^(?:tcp|ssh|https?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(dockerHost);
  const name = match?.[1]?.replace(/^\[|\]$/g, "") ?? LOCAL;
  return name === "localhost" ? LOCAL : name;
}
