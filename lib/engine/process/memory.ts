/**
 * Enforces the memory limits of services: if the processes of one take more than its limit, the largest of them is
 * killed, as the kernel does in a container.
 */

import type { Host } from "../../host/host.ts";
import { OFFSET_MS, untilTick } from "../../host/tick.ts";
import { hasExactStatus, latestPid, pageSize, readFamilies, readOnly, residentBytes } from "../../proc/proc.ts";
import { processPass } from "./scan.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Proc, Tree } from "../../proc/tree.ts";
import { isAlive, largest, membersOf } from "../../proc/tree.ts";

/** Between two looks at the known processes of limited services and their children. */
const PAUSE_MS = 100;
/**
 * Between two looks at all processes, which find what those miss: a child of a thread, an orphan in the session, any
 * child if the latest number is not the kernel's own (lxcfs).
 */
const PASS_PAUSE_MS = 1000;
/** The kernel's quick count may be off by this much: nearer to the limit, memory is measured exactly. */
const COUNT_MARGIN = 0.1;
const COUNT_MARGIN_BYTES = 8 * 2 ** 20;

export interface MemoryKeeper {
  /** To be called when a service was started. Does nothing while it is at work already. */
  wake(): void;
  close(): Promise<void>;
}

export function memoryKeeper(host: Host, supervisors: () => Iterable<Supervisor>): MemoryKeeper {
  const closing = new AbortController();
  let work: Promise<void> | null = null;
  let pageBytes = 0;
  let isExact = false;
  /** id → killed processes that may still be there for a moment, with their memory. */
  const dying = new Map<string, Map<number, number>>();

  const pass = processPass(host.kernel, host.clock);

  const limited = () => [...supervisors()].filter(({ child, spec }) => child !== null && spec.memLimitBytes !== null);

  async function watch(): Promise<void> {
    pageBytes = pageSize(host.kernel);
    isExact = hasExactStatus(host.kernel);
    let nextPass = 0;
    let latest: string | null = null;
    let unchanged = 0;
    for (let found = limited(); found.length > 0 && !closing.signal.aborted; found = limited()) {
      const now = host.clock.mono();
      const isPass = now >= nextPass;
      if (isPass) nextPass = now + PASS_PAUSE_MS;
      const before = latest;
      latest = latestPid(host.kernel);
      unchanged = latest !== null && latest === before ? unchanged + 1 : 0;
      // Families are read once more after the last change: a process gets its number before it appears among the
      // children of another.
      const read = unchanged > 1 ? readOnly : readFamilies;
      const processes = isPass ? pass(treesOf(found)) : read(host.kernel, new Set(knownPids(found)));
      // All at once: `processes` is from this moment, and measuring takes a while.
      const members = found.map(({ tree }) => tree === null ? [] : membersOf(processes, tree).filter(isAlive));
      for (const [index, supervisor] of found.entries()) await check(supervisor, members[index] ?? []);
      await host.clock.sleep(untilTick(host.clock, PAUSE_MS, OFFSET_MS), closing.signal).catch(() => {});
    }
    work = null;
  }

  async function check(supervisor: Supervisor, members: readonly Proc[]): Promise<void> {
    const { id, spec: { memLimitBytes }, tree } = supervisor;
    if (memLimitBytes === null || isDying(dying.get(id), members)) return;
    const counted = members.reduce((sum, { rssPages }) => sum + rssPages, 0) * pageBytes;
    if (counted <= memLimitBytes * (1 - COUNT_MARGIN) - COUNT_MARGIN_BYTES) return;
    if (await residentBytes(host, members, isExact) <= memLimitBytes) return;
    const victim = largest(members);
    // It may have ended, or been started again, while it was measured.
    if (victim === undefined || supervisor.tree !== tree || supervisor.child === null) return;
    kill(supervisor, victim);
  }

  function kill(supervisor: Supervisor, { pid, start }: Proc): void {
    if (host.kill(pid, "SIGKILL") !== "sent") return;
    dying.set(supervisor.id, new Map([[pid, start]]));
    supervisor.noteMemoryKill(pid);
  }

  return {
    wake() {
      if (!closing.signal.aborted && limited().length > 0) work ??= watch();
    },
    async close() {
      closing.abort();
      await work;
    },
  };
}

function treesOf(supervisors: readonly Supervisor[]): Tree[] {
  return supervisors.flatMap(({ tree }) => tree ?? []);
}

function knownPids(supervisors: readonly Supervisor[]): number[] {
  return treesOf(supervisors).flatMap(({ root, seen }) => [root.pid, ...seen.keys()]);
}

function isDying(killed: ReadonlyMap<number, number> | undefined, members: readonly Proc[]): boolean {
  return killed !== undefined && members.some(({ pid, start }) => killed.get(pid) === start);
}
