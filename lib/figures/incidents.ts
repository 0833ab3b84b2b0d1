/**
 * What happened to a service's container in one cycle's window: restarts and kills for memory. Each single signal of
 * the engine is wrong at times (RestartCount forgets, the OOMKilled flag stays false while PID 1 lives, events get
 * lost), so all of them are combined. Counts and names only; the verdict says whether that is bad.
 */

import type { ContainerState, KillTrace } from "../model/evidence.ts";
import type { ServiceEvidence, TimedSample } from "../model/record.ts";
import { numbersOf, sameOf, wordsOf } from "../model/rows.ts";
import { SIGKILL_EXIT } from "./stops.ts";

export interface Restarts {
  count: number;
  /** Whether another container had taken its place by the end. */
  replaced: boolean;
  /** The signs of it, a few words with the value seen each; empty if there are none. */
  how: string[];
}

export type OomSignal = "oom event" | "OOMKilled flag" | KillTrace;

export interface OomKills {
  killed: boolean;
  by: OomSignal[];
  /** Whether PID 1 was the victim; null if that is unknown, or nothing was killed. */
  pid1: boolean | null;
}

export function restartsOf(seen: ServiceEvidence): Restarts {
  const counter = counterRise(seen);
  const { count: starts, again } = furtherStarts(seen);
  const moved = !again && startedAtMoved(seen);
  const replaced = isReplaced(seen);
  const how: string[] = [];
  if (counter > 0) how.push(`restart count rose by ${counter}`);
  if (starts > 0) how.push(starts === 1 ? "1 further start event" : `${starts} further start events`);
  if (moved) how.push(`start time moved from ${beginning(seen)?.startedAt} to ${seen.lastLook?.startedAt}`);
  if (replaced) how.push("container replaced");
  return { count: Math.max(counter, starts, moved ? 1 : 0), replaced, how };
}

export function oomKillsOf(seen: ServiceEvidence): OomKills {
  const by: OomSignal[] = [];
  if (seen.events.some((event) => event.action === "oom")) by.push("oom event");
  if (flagRaised(seen)) by.push("OOMKilled flag");
  if (kernelCounted(seen)) by.push("kernel counter");
  // On cgroup v2 a container may be gone before any of these could be seen.
  for (const trace of seen.kills ?? []) if (!by.includes(trace.by)) by.push(trace.by);
  return { killed: by.length > 0, by, pid1: by.length > 0 ? pid1Killed(seen) : null };
}

/** The state that the window begins with; if the container stays up over the cycles, the end of the cycle before. */
function beginning({ before, firstLook }: ServiceEvidence): ContainerState | null {
  return before?.look ?? firstLook;
}

/**
 * A container that the run started began at 0, so its count is taken as it is: a first look may come too late. If it
 * was tested in place and has no first look, the count may be an old one.
 */
function counterRise(seen: ServiceEvidence): number {
  const { inPlace, firstLook, lastLook } = seen;
  const after = lastLook?.restartCount ?? 0;
  if (!inPlace) return Math.max(after, firstLook?.restartCount ?? 0);
  const first = beginning(seen);
  if (first === null) return 0;
  const isSame = lastLook === null || first.id === lastLook.id;
  return Math.max(after - (isSame ? first.restartCount : 0), 0);
}

/**
 * Start events that are not the first start of a container. A `die` before the first one in the window shows that the
 * container had been up before, no matter who started it. `again`: whether one that had completed was run again, as
 * Compose does with a job each time it starts a service that waits for it; that is no restart. The restart count tells
 * if the job's own policy has done so.
 */
function furtherStarts({ completes, events, inPlace }: ServiceEvidence): { count: number; again: boolean } {
  const known = new Set<string>();
  const completed = new Set<string>();
  // In place, a job runs or is done: if it starts without having ended in the window, it was done before.
  const wasDone = (id: string) => inPlace && completes === true && !known.has(id);
  let count = 0;
  let again = false;
  for (const { action, containerId, exitCode } of events) {
    if (action === "start" && (completed.has(containerId) || wasDone(containerId))) again = true;
    else if (action === "start" && (inPlace || known.has(containerId))) count++;
    if (action === "start" || action === "die") known.add(containerId);
    if (action === "start") completed.delete(containerId);
    if (action === "die" && completes === true && exitCode === 0) completed.add(containerId);
  }
  return { count, again };
}

function startedAtMoved(seen: ServiceEvidence): boolean {
  const first = beginning(seen);
  const { lastLook } = seen;
  return first !== null && lastLook !== null && first.id === lastLook.id &&
    first.startedAt !== null && lastLook.startedAt !== null && first.startedAt !== lastLook.startedAt;
}

/** Of several containers, the looks are of the same one as long as it is up; the events are of all. */
export function isReplaced(seen: ServiceEvidence): boolean {
  const { before, firstLook, lastLook, events, several } = seen;
  const begun = several === true ? [] : events.filter(({ action }) => action === "create" || action === "start");
  const ids = begun.map(({ containerId }) => containerId);
  return new Set([...looks(before?.look ?? null, firstLook, lastLook).map((look) => look.id), ...ids]).size > 1;
}

/**
 * If a container was tested in place, a flag that was up before the window, or may have been, says nothing about the
 * window.
 */
function flagRaised(seen: ServiceEvidence): boolean {
  const { inPlace, firstLook, lastLook } = seen;
  if (!inPlace) return looks(firstLook, lastLook).some((look) => look.oomKilled);
  const first = beginning(seen);
  const old = first === null || (first.oomKilled && first.id === lastLook?.id && !startedAtMoved(seen));
  return lastLook?.oomKilled === true && !old;
}

function kernelCounted(seen: ServiceEvidence): boolean {
  return countedKills(seen).length > 0;
}

/**
 * Samples whose counter shows a kill. If the container was tested in place, the counter's first value is old; a new
 * container and a restarted one count from 0 again.
 */
export function countedKills({ before, inPlace, samples }: ServiceEvidence): TimedSample[] {
  // Without any value, or at 0 all the time, the counter cannot have risen.
  const same = sameOf(samples, "oomKills");
  if (same !== undefined && !(same > 0)) return [];
  const last = new Map<string, number>();
  const old = before?.sample ?? null;
  if (old !== null && old.oomKills !== null) last.set(old.containerId, old.oomKills);
  const { places, words } = wordsOf(samples, "containerId");
  const counted: TimedSample[] = [];
  numbersOf(samples, "oomKills").forEach((oomKills, at) => {
    if (Number.isNaN(oomKills)) return;
    const containerId = words[places[at] as number] as string;
    const known = last.get(containerId) ?? (inPlace && last.size === 0 ? oomKills : 0);
    last.set(containerId, oomKills);
    if (oomKills > known || (oomKills < known && oomKills > 0)) counted.push(...samples.slice(at, at + 1));
  });
  return counted;
}

/**
 * Whether it ended, at least once, though nobody had asked the engine for that: not with 0, and without a `kill` event since it
 * was started, as each stop and kill by way of the engine has one.
 */
export function endedUnasked({ events, lastLook }: ServiceEvidence): boolean {
  const isBad = (code: number | null) => code !== 0;
  const asked = new Set<string>();
  let died = 0;
  for (const { action, containerId, exitCode } of events) {
    if (action === "kill") asked.add(containerId);
    if (action === "start") asked.delete(containerId);
    if (action !== "die") continue;
    died++;
    if (isBad(exitCode) && !asked.has(containerId)) return true;
  }
  if (died > 0 || lastLook === null) return false;
  return (lastLook.status === "exited" || lastLook.status === "dead") && isBad(lastLook.exitCode) &&
    !asked.has(lastLook.id);
}

function pid1Killed({ firstLook, lastLook, events, kills = [] }: ServiceEvidence): boolean | null {
  const main = looks(firstLook, lastLook).map(({ pid }) => pid);
  if (kills.some(({ pid }) => pid !== null && main.includes(pid))) return true;
  const dead = looks(firstLook, lastLook).filter((look) => look.status !== "running").map((look) => look.exitCode);
  const ends = [...events.filter(({ action }) => action === "die").map((event) => event.exitCode), ...dead];
  if (ends.includes(SIGKILL_EXIT)) return true;
  if (ends.includes(null)) return null;
  return ends.length > 0 || lastLook?.status === "running" ? false : null;
}

function looks(...states: (ContainerState | null)[]): ContainerState[] {
  return states.filter((state) => state !== null);
}
