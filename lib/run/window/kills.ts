/** Kills for memory, by traces that stay when a container is gone: written down as they are seen. */

import type { RunContext } from "../context.ts";

/** Cheap: called with each sample, and whenever a container has ended. */
export function noteKills({ engine, journal }: Pick<RunContext, "engine" | "journal">): void {
  for (const kill of engine.kills?.look() ?? []) journal.add({ type: "memory_kill", ...kill });
}
