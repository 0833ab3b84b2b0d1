/** Memory and CPU of a service's processes, from /proc. */

import type { Host } from "../../host/host.ts";
import { shortText } from "../../host/shortage.ts";
import type { Sample } from "../../model/evidence.ts";
import type { SampleOutcome } from "../engine.ts";
import { hasExactStatus, hasProc, residentBytes, statusOf, ticksToUsec } from "../../proc/proc.ts";
import { processPass } from "./scan.ts";
import type { Proc, Tree } from "../../proc/tree.ts";
import { isAlive, membersOf } from "../../proc/tree.ts";

/** What is sampled, as it is now. */
export interface Sampled {
  id: string;
  tree: Tree | null;
  isRunning: boolean;
  /** Processes killed for memory; null if nobody counted. */
  oomKills: number | null;
}

interface Used {
  tree: Tree;
  /** CPU ticks of the tree's processes at the last sample. */
  ticks: number;
  /** CPU ticks since the first sample's process was started, over all restarts. */
  total: number;
}

export interface ProcessSampler {
  sample(each: readonly Sampled[]): Promise<SampleOutcome[]>;
  /** The instance is gone, and its id with it. */
  forget(id: string): void;
}

export function processSampler(host: Host): ProcessSampler {
  const used = new Map<string, Used>();
  const isThere = hasProc(host.kernel);
  const isExact = hasExactStatus(host.kernel);
  const pass = processPass(host.kernel, host.clock);

  /**
   * CPU time of all processes there are, and of the ended ones that their parent waited for. An ended process that
   * nobody waited for takes its time with it: the sum then falls, which counts as nothing used since the last sample,
   * so that the total never falls.
   */
  function cpuUsec(id: string, tree: Tree, members: readonly Proc[]): number {
    const ticks = members.reduce((sum, proc) => sum + proc.ticks, 0);
    const before = used.get(id);
    const last = before?.tree === tree ? before.ticks : 0;
    const total = (before?.total ?? 0) + Math.max(0, ticks - last);
    used.set(id, { tree, ticks, total });
    return ticksToUsec(total);
  }

  async function memoryOf(
    { most, root }: Tree,
    alive: readonly Proc[],
  ): Promise<Pick<Sample, "memBytes" | "memPeakKernelBytes">> {
    // Each process has its own peak at its own time: only that of a single process is the service's peak.
    const { peakBytes = null, rssBytes } = most === 1 ? statusOf(host.kernel, root.pid) : {};
    const isRead = isExact && rssBytes !== undefined;
    return { memBytes: isRead ? rssBytes : await residentBytes(host, alive, isExact), memPeakKernelBytes: peakBytes };
  }

  async function sampleOf({ id, oomKills }: Sampled, tree: Tree, members: readonly Proc[]): Promise<Sample> {
    const alive = members.filter(isAlive);
    return {
      containerId: id,
      source: "/proc",
      ...await memoryOf(tree, alive),
      memCacheBytes: null,
      cpuUsec: cpuUsec(id, tree, members),
      cpuPct: null,
      oomKills,
    };
  }

  return {
    forget: (id) => void used.delete(id),
    async sample(each) {
      if (!isThere) {
        const missing = `memory and CPU of processes are read from /proc, which this system (${host.os}) does not have`;
        return each.map(({ id: containerId }) => ({ containerId, missing }));
      }
      const processes = pass(each.flatMap(({ tree }) => tree ?? []));
      return await Promise.all(each.map(async (item): Promise<SampleOutcome> => {
        const { id: containerId, isRunning, tree } = item;
        // Without the processes that could not be read, the sum would be too small.
        const short = shortText(host);
        if (short !== null) return { containerId, missing: short };
        const members = tree === null || !isRunning ? [] : membersOf(processes, tree);
        if (tree === null || !members.some(isAlive)) {
          return { containerId, missing: "it had no process at that moment" };
        }
        const sample = await sampleOf(item, tree, members);
        const since = shortText(host);
        if (since !== null) return { containerId, missing: since };
        // All of them ended while they were read.
        if (sample.memBytes === 0) return { containerId, missing: "its processes ended while they were measured" };
        return { containerId, sample };
      }));
    },
  };
}
