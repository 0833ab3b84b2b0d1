/** What the kernel's files say of a container, found and read without the engine's own code: cgroup v2, or v1 with v2 beside it. */

import { exists } from "@std/fs";
import { until } from "../fakes/wait.ts";
import { docker } from "./environment.ts";

export interface KernelFigures {
  version: 1 | 2;
  /** Bytes in use, without inactive page cache; and that cache. */
  memBytes: number;
  cacheBytes: number;
  /** null if the kernel does not keep it: memory.peak came with Linux 5.19. */
  peakBytes: number | null;
  cpuUsec: number;
  oomKills: number;
  /** Text of cpu.pressure; null if the kernel does not count it. */
  cpuPressure: string | null;
}

export async function kernelFigures(containerId: string): Promise<KernelFigures> {
  const path = await groupsOf(containerId);
  const { dir, version } = memoryGroup(path);
  if (version === 2) {
    const peak = await textOf(`${dir}/memory.peak`);
    const cacheBytes = await field(`${dir}/memory.stat`, "inactive_file");
    return {
      version: 2,
      memBytes: await number(`${dir}/memory.current`) - cacheBytes,
      cacheBytes,
      peakBytes: peak === null ? null : Number(peak),
      cpuUsec: await field(`${dir}/cpu.stat`, "usage_usec"),
      oomKills: await field(`${dir}/memory.events`, "oom_kill"),
      cpuPressure: await textOf(`${dir}/cpu.pressure`),
    };
  }
  const cacheBytes = await field(`${dir}/memory.stat`, "total_inactive_file");
  return {
    version: 1,
    memBytes: await number(`${dir}/memory.usage_in_bytes`) - cacheBytes,
    cacheBytes,
    peakBytes: await number(`${dir}/memory.max_usage_in_bytes`),
    cpuUsec: await number(`/sys/fs/cgroup/cpuacct${path("cpuacct")}/cpuacct.usage`) / 1000,
    oomKills: await field(`${dir}/memory.oom_control`, "oom_kill"),
    cpuPressure: await textOf(`/sys/fs/cgroup/unified${path("")}/cpu.pressure`),
  };
}

/** Moves all processes of a container into a group below its own, in which alone their figures are counted from then on. */
export async function moveBelow(containerId: string): Promise<void> {
  const { dir, version } = memoryGroup(await groupsOf(containerId));
  await Deno.mkdir(`${dir}/below`);
  const left = async () => (await Deno.readTextFile(`${dir}/cgroup.procs`)).split("\n").filter((pid) => pid !== "");
  await until("no process is left in the container's own group", async () => {
    for (const pid of await left()) await Deno.writeTextFile(`${dir}/below/cgroup.procs`, pid).catch(() => {});
    return (await left()).length === 0;
  });
  if (version === 2) await Deno.writeTextFile(`${dir}/cgroup.subtree_control`, "+memory");
}

type GroupPath = (controller: string) => string | undefined;

async function groupsOf(containerId: string): Promise<GroupPath> {
  const pid = await docker("inspect", "--format", "{{.State.Pid}}", containerId);
  const lines = (await Deno.readTextFile(`/proc/${pid}/cgroup`)).trim().split("\n").map((line) => line.split(":"));
  return (controller) => lines.find(([, names]) => names?.split(",").includes(controller))?.slice(2).join(":");
}

function memoryGroup(path: GroupPath): { version: 1 | 2; dir: string } {
  const memory = path("memory");
  return memory === undefined
    ? { version: 2, dir: `/sys/fs/cgroup${path("")}` }
    : { version: 1, dir: `/sys/fs/cgroup/memory${memory}` };
}

/** null if there is no such file, or the kernel refuses to read it, as with psi=0. */
async function textOf(path: string): Promise<string | null> {
  return await exists(path) ? await Deno.readTextFile(path).catch(() => null) : null;
}

async function number(path: string): Promise<number> {
  return Number(await Deno.readTextFile(path));
}

async function field(path: string, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(await Deno.readTextFile(path))?.[1]);
}
