/**
 * Orphans below this program: which they are, how they are reaped when they have ended, and what happens to those of
 * unknown origin.
 */

import type { Host } from "../host/host.ts";
import { endAll, type Left } from "./end.ts";
import { commandOf, readProcess } from "./proc.ts";
import type { Proc } from "./tree.ts";

type OrphanHost = Pick<Host, "kernel" | "orphans">;

export interface Adoption {
  /** Why this program gets no orphans; null if it does. */
  why: string | null;
  close(): void;
}

/** Makes this program the parent of all orphans below it, and reaps each as it ends. */
export function adoptOrphans({ onSignal, ...host }: Pick<Host, "kernel" | "onSignal" | "orphans">): Adoption {
  const why = host.orphans.adopt();
  return { why, close: why === null ? onSignal("SIGCHLD", () => reapOrphans(host)) : () => {} };
}

/** The notice for orphans that cannot be seen: what was not seen is not verified. */
export function unseenText(why: string): string {
  return "Processes that a test or a service leaves may stay unseen, if they cleared their environment and lost their " +
    `parent: this program cannot become the parent of orphans: ${why}`;
}

/** Reaps the dead ones. */
export function reapOrphans({ orphans }: Pick<Host, "orphans">): void {
  for (const pid of orphans.list()) orphans.reap(pid);
}

/** The orphans of the family. A killed one is among them until it is gone with all its threads. */
export function orphansOf(host: OrphanHost, family: string): Proc[] {
  return those(host, (pid) => host.orphans.isOf(pid, family));
}

function those(host: OrphanHost, isOne: (pid: number) => boolean): Proc[] {
  reapOrphans(host);
  return host.orphans.list().filter(isOne).flatMap((pid) => readProcess(host.kernel, pid) ?? []);
}

/** For a tree: whether a process is an orphan of the family. */
export function orphanOf({ orphans, pid: self }: Pick<Host, "orphans" | "pid">, family: string) {
  return ({ parent, pid }: Proc): boolean => parent === self && orphans.isOf(pid, family);
}

/** Orphans of unknown origin that were found, as `PID (COMMAND)`. */
export interface Untold {
  found: string[];
  /** What is still there of those that were to be ended; null if nothing is. */
  left: Left<Proc> | null;
  /** Whether they were left alone, since they may belong to others. */
  spared: boolean;
}

/** Ends the orphans of unknown origin, unless some may belong to others. */
export async function endUntold(host: OrphanHost & Pick<Host, "clock" | "kill">): Promise<Untold> {
  const { kernel, orphans } = host;
  const found = new Map<number, string>();
  const look = () => {
    const procs = those(host, (pid) => orphans.isUntold(pid));
    for (const proc of procs) found.set(proc.pid, `${proc.pid} (${commandOf(kernel, proc)})`);
    return procs;
  };
  const spared = orphans.mayBeOthers;
  if (spared) look();
  const left = spared ? null : await endAll(host, look, { isTold: true });
  return { found: [...found.values()], left, spared };
}
