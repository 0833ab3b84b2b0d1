/**
 * Ends that were seen to begin and are not explained: a container that the engine's events say has ended, or was told to
 * end, and that the last look still saw running, since that look was a moment too early. Counts nothing as bad; the verdict
 * does.
 */

import type { ContainerState } from "../model/evidence.ts";
import type { ServiceEvidence, TimedEvent } from "../model/record.ts";
import { isReplaced } from "./incidents.ts";
import { SIGKILL, SIGTERM } from "./stops.ts";

/** `ended`: its end was reported. `told`: it was sent a signal that ends it, and nothing says what came of that. */
export interface OpenEnd {
  how: "ended" | "told";
  container: string;
  /** When it was reported. */
  ms: number;
  /** Of the end, if the engine says it. */
  exitCode: number | null;
  /** What it was told by; null if the engine does not say. */
  signal: number | null;
}

/** In the order of the events. None if the last look itself shows an end: that needs no other witness. */
export function openEndsOf(seen: ServiceEvidence): OpenEnd[] {
  const { lastLook } = seen;
  if (lastLook === null || lastLook.status !== "running") return [];
  const latest = new Map<string, TimedEvent>();
  for (const event of seen.events) {
    const kept = latest.get(event.containerId);
    if (event.action === "start") latest.delete(event.containerId);
    else if (endsIt(event, lastLook) && (kept === undefined || !isEnd(kept))) latest.set(event.containerId, event);
  }
  return [...latest.values()].filter((event) => !isExplained(event, seen, lastLook)).map((event) => ({
    how: isEnd(event) ? "ended" : "told",
    container: event.container,
    ms: event.ms,
    exitCode: event.exitCode,
    signal: event.signal,
  }));
}

function isEnd({ action }: TimedEvent): boolean {
  return action === "die" || action === "destroy";
}

/** An engine that does not say which signal it was may have sent one that ends it. */
function endsIt(event: TimedEvent, { stopSignal = SIGTERM }: ContainerState): boolean {
  if (event.action !== "kill") return isEnd(event);
  return event.signal === null || [SIGKILL, SIGTERM, stopSignal].includes(event.signal);
}

function isExplained(event: TimedEvent, seen: ServiceEvidence, lastLook: ContainerState): boolean {
  // A job that is done.
  if (seen.completes === true && event.action === "die" && event.exitCode === 0) return true;
  if (event.containerId !== lastLook.id) return !isOneOfSeveral(event, seen);
  // The last look saw a later start, whose event has not come: that is a restart.
  return lastLook.startedAt !== null && Date.parse(lastLook.startedAt) > Date.parse(event.time);
}

/**
 * Another container of the service has ended. If there is one at a time, it was replaced, which is told as such; or this run
 * has replaced it by its own start, before the window's first look. Of several, one that was up in the window is missing now.
 */
function isOneOfSeveral({ action, containerId }: TimedEvent, seen: ServiceEvidence): boolean {
  if (action === "kill" || isReplaced(seen)) return false;
  const wasUp = seen.events.some((event) => event.action === "start" && event.containerId === containerId);
  return seen.inPlace || wasUp;
}
