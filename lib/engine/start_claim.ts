/**
 * Which containers a start of services made. The engine goes on with an order after the program that gave it is gone,
 * so some containers appear late: their time of creation shows which start made them. Pure.
 */

import type { Look, ServiceSpec } from "./engine.ts";
import { type ContainerState, isUp } from "../model/evidence.ts";

export interface StartFacts {
  /** The services of the order, with those that the engine starts for them. */
  services: ReadonlySet<string>;
  /** The project's containers right before: id → whether it was up. */
  before: ReadonlyMap<string, boolean>;
  /**
   * When the run may have had an order at the engine, on the engine's clock in ms since 1970; `to` null: it still has.
   */
  from: number;
  to: number | null;
  /** Whether the engine reported all of it as done: then what is new is the start's, whatever its clock says. */
  isDone?: boolean;
  /** Ids of containers that the engine's events reported as created since the start began. */
  heard?: ReadonlySet<string>;
}

/** How late the engine may begin with an order that came right before the end, on a busy host. */
const LATE_MS = 2000;

/** How the container became the start's; null if it is not the start's. */
export function claimOf(start: StartFacts, state: ContainerState): "created" | "started" | null {
  const wasUp = start.before.get(state.id);
  if (!start.services.has(state.service) || wasUp === true) return null;
  const isTimely = (time: string | null) => start.isDone === true || isWithin(start, time);
  if (wasUp === undefined) {
    return start.heard?.has(state.id) === true || isTimely(state.createdAt ?? state.startedAt) ? "created" : null;
  }
  return isUp(state) && isTimely(state.startedAt) ? "started" : null;
}

/** A container without a time counts as in time. */
function isWithin({ from, to }: StartFacts, time: string | null): boolean {
  if (time === null) return true;
  const ms = Date.parse(time);
  return ms >= from - LATE_MS && (to === null || ms <= to + LATE_MS);
}

/**
 * Services that the engine may still be creating, or starting, for a start that was cut short: their dependencies are
 * there, and they themselves are not. The engine starts services in that order, so it has not begun with others that
 * are missing.
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
