/**
 * Which containers a start of services made. The engine goes on with what it was asked for when whoever asked is gone, so
 * some appear late: when they were created says whose they are. Pure.
 */

import type { Look, ServiceSpec } from "./engine.ts";
import { type ContainerState, isUp } from "../model/evidence.ts";

export interface StartFacts {
  /** What was asked for, with what the engine starts for it. */
  services: ReadonlySet<string>;
  /** The project's containers right before: id → whether it was up. */
  before: ReadonlyMap<string, boolean>;
  /** From when to when it may have asked the engine for something, on the engine's clock in ms since 1970; `to` null: still. */
  from: number;
  to: number | null;
  /** Whether the engine said that it has done all of it: then what is new is the start's, whatever its clock says. */
  isDone?: boolean;
  /** Ids of containers that the engine told to have been created since the start began. */
  heard?: ReadonlySet<string>;
}

/** How late the engine may begin with what it was asked for right before the end, on a host that is busy. */
const LATE_MS = 2000;

/** How the container became the start's; null where it is not. */
export function claimOf(start: StartFacts, state: ContainerState): "created" | "started" | null {
  const wasUp = start.before.get(state.id);
  if (!start.services.has(state.service) || wasUp === true) return null;
  const isTimely = (time: string | null) => start.isDone === true || isWithin(start, time);
  if (wasUp === undefined) {
    return start.heard?.has(state.id) === true || isTimely(state.createdAt ?? state.startedAt) ? "created" : null;
  }
  return isUp(state) && isTimely(state.startedAt) ? "started" : null;
}

/** One that tells no time was there in time. */
function isWithin({ from, to }: StartFacts, time: string | null): boolean {
  if (time === null) return true;
  const ms = Date.parse(time);
  return ms >= from - LATE_MS && (to === null || ms <= to + LATE_MS);
}

/**
 * Services that the engine may still be creating, or starting, for a start that was cut short: what they need is there, and
 * they themselves are not. Whatever else is missing was never asked for, since the engine goes by that order.
 */
export function mayBeInFlight(
  specs: ReadonlyMap<string, ServiceSpec>,
  { before, services }: StartFacts,
  looks: readonly Look[],
): string[] {
  const there = new Set(
    looks.filter(({ state }) => before.get(state.id) !== false || isUp(state))
      .map(({ state }) => state.service),
  );
  return [...services].filter((name) => {
    const spec = specs.get(name);
    return spec !== undefined && spec.replicas > 0 && !there.has(name) &&
      spec.dependsOn.every((each) => there.has(each) || !services.has(each));
  });
}
