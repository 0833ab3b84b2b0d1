/**
 * The last look of a window: one that shows what has become of each container that was seen dying. It is taken again while a
 * container whose end is reported still runs by the look, was just told to end, or was ready and has ended a moment ago; not for
 * longer than either takes.
 */

import type { Look } from "../../engine/engine.ts";
import { openEndsOf } from "../../figures/open_ends.ts";
import { isUp } from "../../model/evidence.ts";
import { findCycle } from "../../record/fold.ts";
import type { RunContext } from "../context.ts";

/** Pause between two looks at a container that is about to be started again, or to end. */
export const RESTART_LOOK_MS = 200;
/** How long a container that was ready may be gone before it counts as ended for good: a replacement may be under way. */
export const COME_BACK_MS = 2000;
/** How long a container that was told to end may take beyond its grace period until its end is reported. */
const END_MARGIN_MS = 1000;

export interface LastLookOptions {
  /** Whether a replacement of that container, or of one that is not there, would be waited for. */
  mayComeBack(look: Look | undefined): boolean;
}

/** Throws EngineError. */
export async function lastLook(
  context: RunContext,
  where: { cycle: number; module: string },
  services: readonly string[],
  { mayComeBack }: LastLookOptions,
): Promise<ReadonlyMap<string, Look>> {
  const { fleet, host: { clock }, journal, signal } = context;
  const beganMs = journal.elapsedMs();
  const openUntilMs = (service: string, look: Look | undefined) => {
    const cycle = findCycle(journal.evidence, where.module, where.cycle);
    const seen = cycle?.services.find((each) => each.service === service);
    if (seen === undefined) return -Infinity;
    if (look === undefined || isOver(look)) {
      const endMs = seen.events.findLast(({ action }) => action === "die" || action === "destroy")?.ms ?? -Infinity;
      return mayComeBack(look) ? endMs + COME_BACK_MS : -Infinity;
    }
    const { state } = look;
    const limits = openEndsOf({ ...seen, lastLook: state }).map(({ how, ms }) =>
      how === "ended" ? beganMs + COME_BACK_MS : ms + state.stopGraceSec * 1000 + END_MARGIN_MS
    );
    return Math.max(-Infinity, ...limits);
  };
  for (;;) {
    const looks = await fleet.look();
    const isOpen = services.some((service) => openUntilMs(service, looks.get(service)) > journal.elapsedMs());
    if (!isOpen || signal.aborted) return looks;
    await clock.sleep(RESTART_LOOK_MS, signal).catch(() => {});
  }
}

/** Ended, and not about to be started again by its restart policy. */
export function isOver({ state }: Look): boolean {
  return !isUp(state) && state.status !== "created";
}
