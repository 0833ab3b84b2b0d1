/**
 * The containers' own health checks at the end of a window. A check that the engine has not run by then is run once by
 * this program, or nothing would be known of it. The verdict says what its result means.
 */

import type { Look } from "../../engine/engine.ts";
import { isUp } from "../../model/evidence.ts";
import type { RunContext } from "../context.ts";
import { attemptLimitMs } from "../context.ts";

/** `readyByOwn`: services whose own check decides when they are ready: it has passed when this program ran it. */
export async function runDueChecks(
  context: RunContext,
  where: { cycle: number; module: string },
  looks: readonly Look[],
  readyByOwn: ReadonlySet<string>,
): Promise<void> {
  const { engine, journal, signal } = context;
  if (signal.aborted) return;
  await Promise.all(
    looks.filter((look) => isDue(look, readyByOwn)).map(async (look) => {
      if (engine.runCheck === undefined) return;
      const why = await engine.runCheck(look, { limitMs: attemptLimitMs(context), signal });
      // An interrupt is no failure of the check.
      if (!signal.aborted) journal.add({ type: "check_run", ...where, service: look.state.service, why });
    }),
  );
}

/** Checks that the engine has not seen pass; if another check shows that a service is ready, only those not run at all. */
function isDue({ state }: Look, readyByOwn: ReadonlySet<string>): boolean {
  const { checks, health, service, status } = state;
  if (status !== "running" || health !== "starting" || checks === undefined || !isUp(state)) return false;
  return checks.passed === 0 && (checks.failed === 0 || readyByOwn.has(service));
}
