/**
 * The count of processes killed for memory that the kernel keeps of a cgroup with all that is below it (cgroup v2): it stays
 * when a container's own cgroup is gone. What the cgroups that are left do not account for was in one that ended.
 */

import type { Kernel } from "../../../host/host.ts";

/** Kills since the last look in cgroups that are gone now. */
export interface Rise {
  /** The count at the last look, and now. */
  from: number;
  to: number;
  /** Name of a cgroup that is there → how many of these were in it. */
  own: Map<string, number>;
  /** How many were in none that is left. */
  unexplained: number;
  /** Names of the cgroups that have ended since the last look, or were made anew. */
  gone: Set<string>;
}

export interface ParentCount {
  /** null if the count has not risen. */
  look(): Rise | null;
}

const FILE = "memory.events";

/** How many processes below a cgroup were killed; null if it is gone, or the kernel does not count there. */
export function killsBelow(kernel: Kernel, dir: string): number | null {
  const found = /^oom_kill (\d{1,16})$/m.exec(kernel.read(`${dir}/${FILE}`) ?? "");
  return found === null ? null : Number(found[1]);
}

/** How often everything is read again because the count rose meanwhile. */
const MOST_READS = 5;

interface Child {
  inode: number | null;
  count: number;
}

/** null if the kernel keeps no such count there. */
export function parentCount(kernel: Kernel, dir: string): ParentCount | null {
  const countIn = (path: string) => killsBelow(kernel, path);
  /** Files of the cgroup itself, which are listed with those below it. */
  const files = new Set<string>();
  let children = new Map<string, Child>();
  let last = 0;

  /** The cgroups that are there; if `isCounting`, with their own counts, else with those that were known. */
  function listed(isCounting: boolean): Map<string, Child> {
    const now = new Map<string, Child>();
    for (const name of kernel.list(dir)) {
      if (files.has(name)) continue;
      const path = `${dir}/${name}`;
      const inode = kernel.inode?.(path) ?? null;
      const known = children.get(name);
      const isKnown = known !== undefined && known.inode === inode;
      if (isKnown && !isCounting) now.set(name, known);
      else {
        const count = countIn(path);
        if (count !== null) now.set(name, { inode, count: isCounting ? count : 0 });
        // Still there, and without such a count: no cgroup that has ended just now.
        else if (inode !== null && kernel.inode?.(path) === inode) files.add(name);
      }
    }
    return now;
  }

  /** All counts at one moment; null if there is none. */
  function counted(): { total: number; now: Map<string, Child> } | null {
    let total = countIn(dir);
    for (let read = 1;; read++) {
      const now = listed(true);
      const again = countIn(dir);
      if (total === null || again === null) return null;
      if (again === total || read >= MOST_READS) return { total: again, now };
      total = again;
    }
  }

  const begun = counted();
  if (begun === null) return null;
  last = begun.total;
  children = begun.now;

  return {
    look() {
      const before = children;
      const seen = listed(false);
      const total = countIn(dir);
      if (total === null || total === last) {
        children = seen;
        return null;
      }
      const read = counted();
      if (read === null) return null;
      const own = new Map([...read.now].flatMap(([name, { count, inode }]): [string, number][] => {
        const known = before.get(name);
        const more = count - (known !== undefined && known.inode === inode ? known.count : 0);
        return more > 0 ? [[name, more]] : [];
      }));
      const explained = [...own.values()].reduce((sum, more) => sum + more, 0);
      const rise: Rise = {
        from: last,
        to: read.total,
        own,
        unexplained: Math.max(0, read.total - last - explained),
        gone: new Set(
          [...before, ...seen].filter(([name, { inode }]) => {
            const left = read.now.get(name);
            return left === undefined || left.inode !== inode;
          }).map(([name]) => name),
        ),
      };
      last = read.total;
      children = read.now;
      return rise;
    },
  };
}
