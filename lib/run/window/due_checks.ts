/**
 * The containers' own health checks at the end of a window. A check that the engine has not run by then is run once by
 * this program, or nothing would be known of it. The verdict says what its result means.
 */

import type { Look } from "../../engine/engine.ts";
import { isUp } from "../../model/evidence.ts";
import type { RunContext } from "../context.ts";
import { attemptLimitMs } from "../context.ts";

/** `unchecked`: services without a declared check, so that their own check decides when they are ready. */
export async function runDueChecks(
  context: RunContext,
  where: { cycle: number; module: string },
  looks: readonly Look[],
  unchecked: ReadonlySet<string>,
): Promise<void> {
  const { engine, journal, signal } = context;
  if (signal.aborted) return;
  await Promise.all(
    looks.filter((look) => isDue(look, unchecked)).map(async (look) => {
      if (engine.runCheck === undefined) return;
      const why = await engine.runCheck(look, { limitMs: attemptLimitMs(context), signal });
      // An interrupt is no failure of the check.
      if (!signal.aborted) journal.add({ type: "check_run", ...where, service: look.state.service, why });
    }),
  );
}

/** Checks that the engine has not seen pass; if another check is declared, only those that it has not run at all. */
function isDue({ state }: Look, unchecked: ReadonlySet<string>): boolean {
  const { checks, health, service, status } = state;
  if (status !== "running" || health !== "starting" || checks === undefined || !isUp(state)) return false;
  return checks.passed === 0 && (checks.failed === 0 || unchecked.has(service));
}
