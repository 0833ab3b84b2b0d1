/** What is said of the figures that a daemon allows. Pure. */

import type { Diagnosis } from "../../../model/diagnosis.ts";
import { CGROUPS_REMEDY, uncountedBy } from "../rootless.ts";
import type { DaemonFacts } from "./facts.ts";
import type { Surroundings } from "./surroundings.ts";

/** The kernel from which cgroup v2 has the peak of a container's memory. */
const PEAK_SINCE = [5, 19] as const;

export function figureDiagnoses(facts: DaemonFacts, around: Surroundings): Diagnosis[] {
  const figures: Diagnosis = { check: "figures", subject: "figures", ...figuresOf(facts, around) };
  return [figures, ...kills(facts, around)];
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
  if (!hasSameKernel(facts, around)) {
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

/** Another kernel is that of a virtual machine, whose files are not here. */
function hasSameKernel({ kernel }: DaemonFacts, around: Surroundings): boolean {
  return around.isLocal && around.kernel !== "" && kernel === around.kernel;
}

/** With cgroup v1, the engine itself tells of such a kill. */
function kills(facts: DaemonFacts, around: Surroundings): Diagnosis[] {
  const { logUnread, metricsSource } = around;
  const isCounted = uncountedBy(facts) === null && metricsSource !== "stats" && hasSameKernel(facts, around);
  if (logUnread === null || facts.cgroupVersion !== "2" || !isCounted) return [];
  return [{
    check: "memory_kills",
    subject: "figures",
    level: "note",
    seen:
      `the kernel's log cannot be read (${logUnread}): of a container that is killed for memory and gone at once, ` +
      "only the count of the cgroup above it tells, which names no container",
    next: "Run this program as root, or as a user with CAP_SYSLOG who may read /dev/kmsg",
  }];
}

function isSince(kernel: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = "0", second = "0"] = /^(\d+)\.(\d+)/.exec(kernel) ?? [];
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
