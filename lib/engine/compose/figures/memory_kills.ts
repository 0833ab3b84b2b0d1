/**
 * Kills for memory, by traces that stay when a container is gone with its cgroup, its counter and the engine's own watch over
 * it: the kernel's log, which names the container, and the count of the cgroup above, which does not (cgroup v2).
 */

import type { Host, KernelLog } from "../../../host/host.ts";
import type { MemoryKill } from "../../../model/evidence.ts";
import type { KillWatch } from "../../engine.ts";
import { cgroupFiles } from "./cgroup.ts";
import { attributed, placeOf, type Watched } from "./kill_attribution.ts";
import { killReader, type LoggedKill } from "./kernel_log.ts";
import { killsBelow, type ParentCount, parentCount } from "./parent_kills.ts";

export interface MemoryKills extends KillWatch {
  /** Begins with what happens from now on. */
  begin(): void;
  close(): void;
}

/** How many kills of containers that nobody watches yet are kept. */
const MOST_KEPT = 1000;
const GONE = "it had ended before its cgroup was found";
const FAR = "its processes are not this host's";

export function memoryKills(host: Pick<Host, "kernel" | "kernelLog">): MemoryKills {
  const { kernel } = host;
  let log: KernelLog | string = "it is not read";
  const read = killReader();
  /** Of containers that were not watched yet. */
  let early: LoggedKill[] = [];
  const watched = new Map<string, Watched>();
  const released = new Set<string>();
  const parents = new Map<string, ParentCount | null>();
  /** Not returned yet. */
  let found: MemoryKill[] = [];
  /** Whether a container was ever found on this host. */
  let isHere = false;

  function locate(each: Watched, isNew: boolean): void {
    const { id, pid } = each.state;
    if (each.place !== undefined || pid === null) return;
    const text = kernel.read(`/proc/${pid}/cgroup`);
    if (text === null) return;
    const place = placeOf(cgroupFiles(text, id));
    each.place = place;
    if (place === null) return;
    isHere = true;
    const { parent } = place;
    if (parent === null) return;
    if (!parents.has(parent)) parents.set(parent, parentCount(kernel, parent));
    // A process that was killed before may still be listed with its cgroup: the count above has that kill already.
    const own = killsBelow(kernel, `${parent}/${place.name}`);
    if (own === null) each.countHole = GONE;
    else if (own > 0 && isNew) {
      const { id: containerId, service } = each.state;
      const trace = `oom_kill of ${parent}/${place.name} was ${own} when it was found`;
      found.push({ by: "kernel counter", containerId, service, pid: null, task: null, trace });
    }
  }

  function fromLog(): MemoryKill[] {
    if (typeof log === "string") return [];
    const { lost, messages } = log.read();
    const kills = [...early, ...read(messages)];
    early = [];
    if (lost) noteHole("the kernel's log was overwritten before it was read");
    return kills.flatMap((kill) => ofLogged(kill));
  }

  function noteHole(why: string): void {
    for (const each of watched.values()) each.logHole ??= why;
  }

  function ofLogged(kill: LoggedKill): MemoryKill[] {
    const { containerIds, pid, task } = kill;
    const victims = [...watched.values()].filter(({ place, state }) =>
      containerIds === null ? state.pid === pid && place : containerIds.includes(state.id)
    );
    if (victims.length > 0) {
      const trace = `the kernel killed process ${pid} (${task}) for memory`;
      return victims.map(({ state: { id, service } }) => (
        { by: "kernel log", containerId: id, service, pid, task, trace }
      ));
    }
    // It may be of one of them, or of none.
    if (containerIds === null) noteHole("the kernel's log leaves out of which container a killed process was");
    else if (!containerIds.some((id) => released.has(id))) early = [...early, kill].slice(-MOST_KEPT);
    return [];
  }

  function countHole({ countHole, place }: Watched): string | null {
    if (place === undefined || place === null) return GONE;
    const isCounted = place.parent !== null && (parents.get(place.parent) ?? null) !== null;
    return isCounted ? countHole : "no cgroup above its own counts such kills";
  }

  function whyUnseen(each: Watched): string | null {
    if (each.place === null) return FAR;
    const inLog = typeof log === "string" ? `the kernel's log cannot be read (${log})` : each.logHole;
    // A log of this host tells nothing of an engine on another one.
    if (isHere && inLog === null) return null;
    const counted = countHole(each);
    return counted === null ? null : [inLog, counted].filter((why) => why !== null).join(", and ");
  }

  return {
    begin() {
      log = host.kernelLog?.() ?? "there is none";
    },
    watch(state, isNew) {
      const known = watched.get(state.id);
      const each = known ?? { state, by: 0, place: undefined, logHole: null, countHole: null };
      each.by++;
      watched.set(state.id, each);
      released.delete(state.id);
      if (!isNew) early = early.filter(({ containerIds }) => containerIds?.includes(state.id) !== true);
      locate(each, isNew);
    },
    look() {
      const rises = [...parents].flatMap(([dir, count]) => {
        const rise = count?.look() ?? null;
        return rise === null ? [] : attributed(dir, rise, watched.values());
      });
      const all = [...found, ...fromLog(), ...rises];
      found = [];
      return all;
    },
    unseen(id) {
      const each = watched.get(id);
      return each === undefined ? null : whyUnseen(each);
    },
    release(id) {
      const each = watched.get(id);
      if (each === undefined || --each.by > 0) return;
      watched.delete(id);
      released.add(id);
      const used = new Set([...watched.values()].map(({ place }) => place?.parent));
      for (const dir of parents.keys()) if (!used.has(dir)) parents.delete(dir);
    },
    close() {
      if (typeof log !== "string") log.close();
      log = "it is not read any more";
    },
  };
}
