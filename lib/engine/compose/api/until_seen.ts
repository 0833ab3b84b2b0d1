/** What the engine says of something it has been asked about again and again: it has no event for it. */

import type { Clock } from "../../../host/host.ts";
import { EngineError } from "../../engine.ts";
import type { DockerLine } from "./docker_line.ts";
import { isGood } from "./docker_line.ts";

const PAUSE_MS = 50;

/** What `ask` gives as soon as it is `wanted`, or last within the limit. */
export async function untilSeen<T>(
  clock: Clock,
  limitMs: number,
  ask: () => Promise<T>,
  wanted: (seen: T) => boolean,
): Promise<T> {
  const deadline = clock.mono() + limitMs;
  for (;;) {
    const seen = await ask();
    if (wanted(seen) || clock.mono() >= deadline) return seen;
    await clock.sleep(PAUSE_MS);
  }
}

/**
 * The state of a command or a container at a path of the API: `gone` if the engine knows none and says so in words that match; null if it
 * gives no answer. `parse` may throw an EngineError or a SyntaxError.
 */
export async function stateAt<T>(
  line: DockerLine,
  path: string,
  gone: RegExp,
  parse: (text: string) => T | null,
): Promise<T | "gone" | null> {
  try {
    const [answer] = await line.get([path]) ?? [];
    if (answer?.status === 404 && gone.test(answer.text)) return "gone";
    return answer !== undefined && isGood(answer) ? parse(answer.text) : null;
  } catch (error) {
    if (error instanceof EngineError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Whether it has ended, or is gone; `code` is null until then. */
export function isOver(state: { code: number | null } | "gone" | null): boolean {
  return state === "gone" || (state !== null && state.code !== null);
}
