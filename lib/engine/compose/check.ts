/**
 * Finds the Compose engine: the `docker` command, a daemon that answers, Compose v2, and the project. If one of them is
 * missing, the run ends with a message that says what was seen and what to do.
 */

import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { environmentFailure } from "../../model/failure.ts";
import type { MetricsSource } from "../../model/settings.ts";
import type { ComposeSetup } from "./compose.ts";
import { findComposeCommand } from "./command.ts";
import { askProject, homesOf, requireFiles, type WantedProject } from "./project.ts";
import { docker, type DockerOptions, PLUGIN, reasonOf } from "./docker.ts";
import { isRootlessBy, uncountedBy } from "./rootless.ts";
import { LOCAL, reachedHost } from "./engine_host.ts";
import { endpointOfContext, requireContext } from "./place.ts";
import { makerOf } from "./maker.ts";
import type { Maker } from "./maker.ts";
import { wordsOf } from "./words.ts";

export interface Wanted extends WantedProject {
  /** The docker context that the host's commands are in; absent: what docker itself takes. */
  context?: string;
  metricsSource: MetricsSource;
}

const NEXT_PLAN = "`vx11-stability plan` shows what a run would do without Docker";

/** The project as its files declare it, without a request to the daemon. Throws a Failure if they cannot be read. */
export async function findProject(host: Host, wanted: WantedProject): Promise<ComposeSetup["project"]> {
  await requireFiles(host, wanted);
  const { words } = await findComposeCommand(host, { cwd: wanted.projectDir });
  return await askProject(host, wanted, words);
}

export async function findCompose(host: Host, wanted: Wanted, signal?: AbortSignal): Promise<ComposeSetup> {
  await requireFiles(host, wanted);
  const { composeFiles, context, projectDir } = wanted;
  const options = { cwd: projectDir, ...(signal === undefined ? {} : { signal }) };
  if (context !== undefined) await requireContext(host, context, options);
  // All four run at once. Their failures are thrown in this order, since the first explains the others. The project is
  // read with the plugin, which nearly everybody has.
  const asked = [
    requireDaemon(host, options),
    findComposeCommand(host, options),
    askProject(host, wanted, PLUGIN, signal),
    endpointOfContext(host, options).then(async (endpoint) => ({
      endpoint,
      reached: await reachedHost(host, endpoint, options),
    })),
  ] as const;
  await Promise.allSettled(asked);
  const [daemon, compose] = [await asked[0], await asked[1]];
  const project = await (compose.words === PLUGIN ? asked[2] : askProject(host, wanted, compose.words, signal));
  const { endpoint, reached } = await asked[3];
  const uncounted = uncountedBy(daemon);
  const named = context === undefined ? {} : { context };
  return {
    info: {
      name: "compose",
      versions: { [daemon.maker]: daemon.version, compose: compose.version },
      cgroup: daemon.cgroupVersion === "" ? null : `v${daemon.cgroupVersion}`,
      words: wordsOf({
        name: project.name,
        dir: projectDir,
        composeFiles,
        compose: compose.words,
        uncounted,
        maker: daemon.maker,
        ...named,
      }),
    },
    project,
    dir: projectDir,
    homes: await homesOf(host, wanted),
    daemonId: `${daemon.id} ${daemon.name}`.trim(),
    maker: daemon.maker,
    compose: compose.words,
    ...named,
    composeFiles,
    env: wanted.env,
    since: daemon.time,
    ...aheadOf(reached.host, daemon),
    probeHost: reached.host,
    ...(reached.port === undefined ? {} : { port: reached.port }),
    ...socketOf(endpoint),
    isRootless: daemon.rootless,
    uncounted,
    metricsSource: wanted.metricsSource,
  };
}

interface Daemon {
  maker: Maker;
  version: string;
  cgroupVersion: string;
  time: string;
  id: string;
  /** Empty if it does not say. */
  cgroupDriver: string;
  rootless: boolean;
  /** Of its host: a copy of a machine has the same id. */
  name: string;
  /** This host's clock right after the answer, in ms since 1970. */
  heardAt: number;
}

/** With a larger difference, the clock is not this host's after all, but that of a virtual machine, for instance. */
const OWN_AHEAD_MS = 1000;
/** On a busy host the answer takes time, and the clock then seems to be behind. */
const OWN_BEHIND_MS = 30_000;

/**
 * An engine on this host has this host's clock. The clock of any other engine is known except for the time that its
 * answer took.
 */
function aheadOf(where: string, { heardAt, time }: Daemon): Pick<ComposeSetup, "clockAheadMs"> {
  const ahead = Date.parse(time) - heardAt;
  const isOwn = where === LOCAL && ahead < OWN_AHEAD_MS && ahead > -OWN_BEHIND_MS;
  return isOwn || Number.isNaN(ahead) ? {} : { clockAheadMs: ahead };
}

/**
 * What a daemon says to a client that speaks only versions of its API that it has given up, as Docker 29 has with those before
 * 1.44; and what a client says of such a daemon.
 */
const TOO_OLD = /\bAPI version\b/i;
/** What podman-docker says when it is asked for what `docker info` has. */
const PODMANS_OWN = /Emulate Docker CLI using podman|in type (?:system\.infoReport|\*?define\.Info)/;

/** What is asked of `docker info`: our key → its field. */
const INFO = {
  version: "ServerVersion",
  cgroup: "CgroupVersion",
  driver: "CgroupDriver",
  security: "SecurityOptions",
  time: "SystemTime",
  id: "ID",
  name: "Name",
  plugins: "Plugins",
};

/** Throws a Failure if no daemon answers. */
export async function requireDaemon(host: Host, options: DockerOptions): Promise<Daemon> {
  const fields = Object.entries(INFO).map(([key, field]) => `"${key}":{{json .${field}}}`);
  const format = `{${fields.join()}}`;
  let result;
  try {
    result = await docker(host, ["info", "--format", format], options);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const why = error.kind === "not found" ? "`docker` is not on PATH" : `\`docker\` cannot be run: ${error.message}`;
    throw environmentFailure(`Cannot start modules: ${why}`, `Install Docker with Compose v2; ${NEXT_PLAN}`);
  }
  const info = parseInfo(result.stdout, host.clock.wall());
  if (result.code === 0 && info !== null && info.version !== "") return info;
  if (PODMANS_OWN.test(result.stderr)) {
    throw environmentFailure(
      "Cannot use Docker: `docker` is Podman's own command here, which does not answer as Docker's does",
      "Install Docker's command with Compose 2 (Debian: docker-cli, docker-compose), which need no dockerd, in place of podman-docker, " +
        "and set DOCKER_HOST to Podman's socket: unix:///run/podman/podman.sock",
    );
  }
  const why = reasonOf(result);
  if (/permission denied/i.test(result.stderr)) {
    throw environmentFailure(
      `Cannot use Docker: this user may not use the daemon's socket: ${why}`,
      "Run as a user of the group `docker`, or as root",
    );
  }
  if (TOO_OLD.test(why)) {
    throw environmentFailure(
      `Cannot use Docker: the daemon refuses this \`docker\` command: ${why}`,
      "Install a newer `docker` command, or unset DOCKER_API_VERSION if it is set",
    );
  }
  throw environmentFailure(
    `Cannot use Docker: the daemon does not answer: ${why}`,
    "Start it (`systemctl start docker`), or check DOCKER_HOST and `docker context ls`",
  );
}

/**
 * Parses what `docker info` prints in the requested format; null if it is not in that format. Missing fields are empty.
 */
export function parseInfo(output: string, heardAt: number): Daemon | null {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const told = new Map<string, unknown>(Object.entries(value));
  const text = (key: string): string => {
    const found = told.get(key);
    return typeof found === "string" ? found : "";
  };
  return {
    maker: makerOf(told.get("plugins")),
    version: text("version"),
    cgroupVersion: text("cgroup"),
    cgroupDriver: text("driver"),
    rootless: isRootlessBy(told.get("security")),
    time: text("time"),
    id: text("id"),
    name: text("name"),
    heardAt,
  };
}

function socketOf(endpoint: string): Pick<ComposeSetup, "socket"> {
  const [, socket] = /^unix:\/\/(\/.+)$/.exec(endpoint) ?? [];
  return socket === undefined ? {} : { socket };
}
