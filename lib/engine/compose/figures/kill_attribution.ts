/** Which of the watched containers a rise of the count above them is about. Pure, but for the holes that it notes. */

import { basename, dirname } from "@std/path";
import type { ContainerState, MemoryKill } from "../../../model/evidence.ts";
import type { CgroupFiles } from "./cgroup.ts";
import type { Rise } from "./parent_kills.ts";

/** Where a container is: the cgroup above its own, if that counts kills, and the name of its own in there. */
export interface Place {
  parent: string | null;
  name: string;
}

export interface Watched {
  state: ContainerState;
  /** By how many it is watched. */
  by: number;
  /** null: it is not on this host; undefined: not known yet. */
  place: Place | null | undefined;
  /** Why a trace may be lost; null if none is. */
  logHole: string | null;
  countHole: string | null;
}

/** null: the files are not of a container here. */
export function placeOf(files: CgroupFiles | null): Place | null {
  if (files === null) return null;
  const own = dirname(files.oom);
  return { parent: files.version === 2 ? dirname(own) : null, name: basename(own) };
}

/** Kills in a container's own cgroup, which may be gone before it is sampled again, and those that it must have taken with it. */
export function attributed(dir: string, rise: Rise, watched: Iterable<Watched>): MemoryKill[] {
  const { from, gone, own, to, unexplained } = rise;
  const why = `${gone.size} cgroups ended at the same moment, and which of them had a process killed is not known`;
  const trace = `oom_kill of ${dir} rose from ${from} to ${to}; no cgroup that is left there accounts for it`;
  return [...watched].flatMap((each): MemoryKill[] => {
    const { place, state } = each;
    if (place?.parent !== dir) return [];
    const base = { containerId: state.id, service: state.service, pid: null, task: null };
    const times = own.get(place.name);
    const rose = `oom_kill of ${dir}/${place.name} rose by ${times}`;
    const counted: MemoryKill[] = times === undefined ? [] : [{ ...base, by: "kernel counter", trace: rose }];
    if (unexplained === 0 || !gone.has(place.name)) return counted;
    // Several kills may be of one of them.
    if (gone.size === 1) return [...counted, { ...base, by: "parent cgroup", trace }];
    each.countHole ??= why;
    return counted;
  });
}
