/** What is said of a daemon that answers: its versions, the figures that it allows, and what it warns of itself. Pure. */

import type { Diagnosis } from "../../../model/diagnosis.ts";
import type { MetricsSource } from "../../../model/settings.ts";
import { triedText } from "../tried/said.ts";
import { MAKER_TITLES } from "../maker.ts";
import { CGROUPS_REMEDY, uncountedBy } from "../rootless.ts";
import { shown } from "../../../text/shown.ts";
import { CHECKS_OF_PODMAN } from "../words.ts";
import type { DaemonFacts } from "./facts.ts";

export interface Surroundings {
  /** Whether its published ports are ports of this host. */
  isLocal: boolean;
  /** Release of this host's kernel; empty if it does not say. */
  kernel: string;
  metricsSource: MetricsSource;
  /** Whether systemd runs on this host. */
  hasSystemd: boolean;
  /** What the daemon calls its host, and what this one is called; empty if it does not say. */
  names: { engine: string; here: string };
}

export function daemonDiagnoses(facts: DaemonFacts, around: Surroundings): Diagnosis[] {
  return [
    versions(facts, around),
    figures(facts, around),
    ...limits(facts),
    ...networks(facts),
    ...otherName(facts, around),
    ...healthChecks(facts, around),
    ...warnings(facts),
  ];
}

function versions(facts: DaemonFacts, { isLocal }: Surroundings): Diagnosis {
  const { cgroupVersion, client, kind, rootless, server, system } = facts;
  const name = kind === "docker" ? server : `${MAKER_TITLES[kind]} ${server}`;
  const more = [
    rootless ? "rootless" : "",
    system,
    isLocal ? "on this host" : "on another host",
    client === "" ? "" : `client ${client}`,
  ];
  const cgroup = cgroupVersion === "" ? "" : `v${cgroupVersion}`;
  const { level, next, seen } = triedText({ engine: kind, version: server, cgroup, rootless, systemd: null });
  return {
    check: "engine_version",
    subject: kind,
    level,
    seen: `${[name, ...more.filter((each) => each !== "")].join(", ")}; ${seen}`,
    next,
  };
}

/** The kernel from which cgroup v2 has the peak of a container's memory. */
const PEAK_SINCE = [5, 19] as const;

function figures(facts: DaemonFacts, around: Surroundings): Diagnosis {
  const { level, next, seen } = figuresOf(facts, around);
  return { check: "figures", subject: "figures", level, seen, next };
}

function figuresOf(facts: DaemonFacts, around: Surroundings): Omit<Diagnosis, "check" | "subject"> {
  const { cgroupVersion, kernel } = facts;
  const group = cgroupVersion === "" ? "its cgroup version is not told" : `cgroup v${cgroupVersion}`;
  const uncounted = uncountedBy(facts);
  if (uncounted !== null) {
    return {
      level: "warn",
      seen: `${group}; none: ${uncounted}. Each module is WARN, metrics_missing`,
      next: CGROUPS_REMEDY,
    };
  }
  const fromStats = "memory and CPU come from `docker stats`, without kernel peaks and OOM kills of single processes";
  if (around.metricsSource === "stats") {
    return { level: "note", seen: `${group}; ${fromStats}, as metrics_source says`, next: "" };
  }
  // Another kernel is that of a virtual machine, whose files are not here.
  if (!around.isLocal || around.kernel === "" || kernel !== around.kernel) {
    return {
      level: around.metricsSource === "cgroup" ? "warn" : "note",
      seen: `${group}, on another machine than this program: ${fromStats}`,
      next: "For exact figures, run this program on the engine's own host",
    };
  }
  if (cgroupVersion === "2" && !isSince(kernel, PEAK_SINCE)) {
    return {
      level: "note",
      seen:
        `${group}: memory, CPU and OOM kills come from the kernel's files; Linux ${kernel} keeps no peaks of memory there`,
      next: "Linux 5.19 and later do",
    };
  }
  return { level: "ok", seen: `${group}: memory, its peaks, CPU and OOM kills come from the kernel's files`, next: "" };
}

function isSince(kernel: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = "0", second = "0"] = /^(\d+)\.(\d+)/.exec(kernel) ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}

function limits(facts: DaemonFacts): Diagnosis[] {
  const { kind, limitsMemory } = facts;
  const hasNone = uncountedBy(facts) !== null;
  if (limitsMemory !== false && !hasNone) return [];
  return [{
    check: "memory_limits_enforced",
    subject: kind,
    level: "warn",
    seen: "the daemon enforces no memory limits, so nothing is killed at its limit",
    next: hasNone ? CGROUPS_REMEDY : "Enable the memory controller of the kernel (rootless: delegate it to the user)",
  }];
}

function networks({ rootless }: DaemonFacts): Diagnosis[] {
  if (!rootless) return [];
  return [{
    check: "engine_networks",
    subject: "networks",
    level: "note",
    seen: "a rootless engine's networks are out of this host's reach, and `network_mode: host` may be one of them: " +
      "a port that is not published is asked from inside the container",
    next: "Publish the ports that checks and tests ask from this host",
  }];
}

/** Through a tunnel, another machine's engine has an address of this one. In a container, this program's host has another name, too. */
function otherName({ kind }: DaemonFacts, { isLocal, names: { engine, here } }: Surroundings): Diagnosis[] {
  if (!isLocal || engine === "" || here === "" || engine === here) return [];
  return [{
    check: "engine_host",
    subject: kind,
    level: "note",
    seen: `the engine calls its host ${shown(engine)}, and this one is ${shown(here)}`,
    next: "If that is another machine, behind a tunnel for instance, name it itself (`ssh://`, `--context`): " +
      "published ports, files and figures are looked for on this one",
  }];
}

/** Of a daemon elsewhere, it is not known. */
function healthChecks({ kind }: DaemonFacts, { hasSystemd, isLocal }: Surroundings): Diagnosis[] {
  if (kind !== "podman" || !isLocal || hasSystemd) return [];
  return [{
    check: "health_checks_run",
    subject: kind,
    level: "warn",
    seen:
      "no health check of a service is run here: it stays `starting`, and whoever waits until it is healthy waits for ever",
    next: CHECKS_OF_PODMAN,
  }];
}

function warnings({ kind, warnings }: DaemonFacts): Diagnosis[] {
  return warnings.map((text) => ({
    check: "engine_warning",
    subject: kind,
    level: "note",
    seen: `\`docker info\` warns: ${text.replace(/^WARNING: /, "").trim()}`,
    next: "",
  }));
}
