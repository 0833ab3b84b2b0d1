/** Why a test file needs a pytest of its own though files share one, and why those after it need another. Pure. */

import type { Ended } from "../../child.ts";
import { errorLine, MEANINGS } from "../outcome.ts";
import { isPluginRefused } from "../witness.ts";
import { PLUGIN } from "./plugin.ts";

/** No file can share a pytest then. */
export const REFUSED = "its Python loads no plugin from PYTHONPATH";

type SharedEnd = Pick<Ended, "code" | "said" | "signal" | "timedOut">;

/**
 * null if what it came to in the shared pytest counts. `isFirst`: no other file had run there. `isLost`: the next file had begun
 * there, and this program had not seen this one's end.
 */
export function whyApart(
  { code, isFirst, isLost, said, signal, timedOut }: SharedEnd & { isFirst: boolean; isLost: boolean },
): string | null {
  if (isPluginRefused(PLUGIN, said)) return REFUSED;
  if (isLost) return "it could not be seen where it ended and the next file began";
  const meaning = isFirst || timedOut || signal !== null || code === null ? undefined : MEANINGS[code];
  if (meaning === undefined) return null;
  const line = errorLine(said);
  return `after other files, pytest ended with exit code ${code} (${meaning})${line === null ? "" : `: ${line}`}`;
}

/** Why the files after it could not go on in its pytest. `left`: what the plugin said. */
export function whyAnew({ left, signal, timedOut }: SharedEnd & { left: string | null }): string {
  if (timedOut) return "its limit was over";
  if (signal !== null) return `${signal} ended pytest`;
  return left ?? "pytest ended with it";
}
