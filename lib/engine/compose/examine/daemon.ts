/** What is said of a daemon that answers: its versions, the figures that it allows, and what it warns of itself. Pure. */

import type { Diagnosis } from "../../../model/diagnosis.ts";
import { triedText } from "../tried/said.ts";
import { MAKER_TITLES } from "../maker.ts";
import { CGROUPS_REMEDY, uncountedBy } from "../rootless.ts";
import { figureDiagnoses } from "./figures.ts";
import { shown } from "../../../text/shown.ts";
import { CHECKS_OF_PODMAN } from "../words.ts";
import type { DaemonFacts } from "./facts.ts";
import type { Surroundings } from "./surroundings.ts";

export function daemonDiagnoses(facts: DaemonFacts, around: Surroundings): Diagnosis[] {
  return [
    versions(facts, around),
    ...figureDiagnoses(facts, around),
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
