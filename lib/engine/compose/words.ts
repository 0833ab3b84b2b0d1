/** Docker Compose in sentences, and in commands for a person to type. Pure. */

import type { EngineWords } from "../../model/engine_words.ts";
import { composeWords, PLUGIN } from "./docker.ts";
import { typedIn } from "../in_context.ts";
import { CGROUPS_REMEDY } from "./rootless.ts";
import { type Maker, MAKER_TITLES } from "./maker.ts";

export interface NamedProject {
  name: string;
  dir: string;
  composeFiles: readonly string[];
  /** How Compose is called; `docker compose` by default. */
  compose?: readonly string[];
  /** Why the engine has no figures of a container alone; null or absent if it has. */
  uncounted?: string | null;
  /** The docker context that the user named. */
  context?: string;
  /** `docker` by default. */
  maker?: Maker;
}

export const CHECKS_OF_PODMAN = "Podman leaves health checks to systemd: run it on a host with systemd";

/** What a user may have set. */
const EVENTS_OFF = {
  docker: "",
  podman: " (containers.conf may have `healthcheck_events=false`)",
} as const satisfies Record<Maker, string>;

/** Fields that show why a container ended, or came near to it. */
const INSPECTED = "{{.State.Status}} exit={{.State.ExitCode}} oom={{.State.OOMKilled}} restarts={{.RestartCount}} " +
  "limit={{.HostConfig.Memory}}";

export function wordsOf(
  { compose = PLUGIN, composeFiles, context, dir, maker = "docker", name, uncounted = null }: NamedProject,
): EngineWords {
  const stats = "see whether `docker stats` shows it";
  // Paths in a named file start from that file's folder.
  const place = composeFiles.length === 0 ? ["--project-directory", dir] : [];
  return {
    healthCheck: `${MAKER_TITLES[maker]} health check`,
    memoryKiller: "The kernel",
    mainProcess: "PID 1",
    stopSignal: null,
    replacedBy: `${compose.join(" ")} up`,
    eventsRemedy: `See whether \`docker events\` shows them without a break${EVENTS_OFF[maker]}, and run it again`,
    ...(maker === "podman" ? { checksRemedy: CHECKS_OF_PODMAN } : {}),
    figuresRemedy: uncounted === null
      ? {
        auto: `Run as root on the engine's host, or ${stats}`,
        cgroup: "Run as root on the engine's host, or with `metrics_source: stats` in the config file",
        stats: "See whether `docker stats` shows it",
      }
      : { auto: CGROUPS_REMEDY, cgroup: CGROUPS_REMEDY, stats: CGROUPS_REMEDY },
    options: [
      ...(context === undefined ? [] : ["--context", context]),
      ...composeFiles.flatMap((file) => ["--compose-file", file]),
    ],
    byHand: {
      project: composeWords([...typedIn(context, compose), ...place], composeFiles, name),
      alias: "dc",
      up: ["up", "--detach", "--no-recreate", "--"],
      list: ["ps", "--all", "--"],
      logs: ["logs", "--timestamps", "--tail", "100", "--"],
      stop: ["stop", "--"],
      inspect: typedIn(context, ["docker", "inspect", "--format", INSPECTED, "--"]),
      stats: typedIn(context, ["docker", "stats", "--no-stream", "--"]),
    },
  };
}
