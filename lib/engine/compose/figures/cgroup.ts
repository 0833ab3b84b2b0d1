/**
 * Exact memory and CPU of a local container from its cgroup's files, v1 and v2: which files they are, and what their
 * text means. Pure; sampler.ts reads them.
 */

import type { Sample } from "../../../model/evidence.ts";

/** The files of one container's cgroup. */
export interface CgroupFiles {
  version: 1 | 2;
  usage: string;
  stat: string;
  peak: string;
  oom: string;
  cpu: string;
}

const ROOT = "/sys/fs/cgroup";

/**
 * Reads the text of /proc/<pid>/cgroup. null if no path names the container: then the process id belongs to another
 * machine (a remote engine, a virtual machine), and the files would be those of another process. Also null if the path
 * leads out of this process's own cgroup namespace (`/../<id>`, as from within a container): it cannot be followed from
 * here.
 */
export function cgroupFiles(procCgroup: string, containerId: string): CgroupFiles | null {
  const entries = ownEntries(procCgroup, containerId);
  const find = (controller: string) => entries.find(({ controllers }) => controllers.split(",").includes(controller));
  const memory = find("memory");
  const cpu = find("cpuacct");
  if (memory !== undefined && cpu !== undefined) {
    const dir = `${ROOT}/memory${memory.path}`;
    return {
      version: 1,
      usage: `${dir}/memory.usage_in_bytes`,
      stat: `${dir}/memory.stat`,
      peak: `${dir}/memory.max_usage_in_bytes`,
      oom: `${dir}/memory.oom_control`,
      // The controller's own name is a link to its mount point, whose name may differ from the one that the kernel
      // lists.
      cpu: `${ROOT}/cpuacct${cpu.path}/cpuacct.usage`,
    };
  }
  const unified = entries.find(({ controllers }) => controllers === "");
  if (unified === undefined) return null;
  const dir = `${ROOT}${unified.path}`;
  return {
    version: 2,
    usage: `${dir}/memory.current`,
    stat: `${dir}/memory.stat`,
    peak: `${dir}/memory.peak`,
    oom: `${dir}/memory.events`,
    cpu: `${dir}/cpu.stat`,
  };
}

/** The hierarchies of /proc/<pid>/cgroup in which the container has a group of its own, and that group. */
export function ownEntries(procCgroup: string, containerId: string): { controllers: string; path: string }[] {
  return procCgroup.split("\n").map((line) => line.split(":")).filter((parts) => parts.length >= 3)
    .map(([, controllers = "", ...path]) => ({ controllers, path: path.join(":") }))
    .filter(({ path }) => path.includes(containerId) && !path.startsWith("/.."))
    .map(({ controllers, path }) => ({ controllers, path: groupOf(path, containerId) }));
}

/**
 * The first process may have gone into a group below the container's own: crun puts it into `container`, systemd puts
 * itself into `init.scope`. The files there leave out all that is beside it.
 */
function groupOf(path: string, containerId: string): string {
  const end = path.indexOf("/", path.lastIndexOf(containerId));
  return end === -1 ? path : path.slice(0, end);
}

/** Text of each file by path → sample; null if usage or the page cache cannot be read, as after the container's end. */
export function cgroupSample(
  containerId: string,
  files: CgroupFiles,
  texts: ReadonlyMap<string, string>,
): Sample | null {
  const usage = plain(texts.get(files.usage));
  const cache = field(texts.get(files.stat), files.version === 1 ? "total_inactive_file" : "inactive_file");
  if (usage === null || cache === null) return null;
  const cpu = files.version === 1
    ? scaled(plain(texts.get(files.cpu)), 1e-3)
    : field(texts.get(files.cpu), "usage_usec");
  return {
    containerId,
    source: files.version === 1 ? "cgroup v1" : "cgroup v2",
    memBytes: Math.max(0, usage - cache),
    memPeakKernelBytes: plain(texts.get(files.peak)),
    memCacheBytes: cache,
    cpuUsec: cpu,
    cpuPct: null,
    oomKills: field(texts.get(files.oom), "oom_kill"),
  };
}

function plain(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,20}\s*$/.test(text) ? Number(text) : null;
}

function field(text: string | undefined, name: string): number | null {
  const match = text?.split("\n").map((line) => line.split(" ")).find(([key]) => key === name);
  return match?.[1] !== undefined && /^\d{1,20}$/.test(match[1]) ? Number(match[1]) : null;
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : Math.round(value * factor);
}
