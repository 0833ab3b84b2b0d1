/**
 * The containers' own health checks at the end of a window. A check that the engine has not run by then is run once by
 * this program, or nothing would be known of it. The verdict says what its result means.
 */

import type { Look } from "../../engine/engine.ts";
import { isUp, type Overdue } from "../../model/evidence.ts";
import type { RunContext } from "../context.ts";
import { attemptLimitMs } from "../context.ts";

/** `readyByOwn`: services whose own check decides when they are ready: it has passed when this program ran it. */
export async function runDueChecks(
  context: RunContext,
  where: { cycle: number; module: string },
  looks: readonly Look[],
  readyByOwn: ReadonlySet<string>,
): Promise<void> {
  const { engine, host: { clock }, journal, signal } = context;
  if (signal.aborted) return;
  await Promise.all(
    looks.filter((look) => isDue(look, readyByOwn)).map(async (look) => {
      if (engine.runCheck === undefined) return;
      const upMs = upMsOf(context, look);
      const began = clock.mono();
      const why = await engine.runCheck(look, { limitMs: attemptLimitMs(context), signal });
      const overdue = overdueOf(look, upMs, clock.mono() - began);
      // An interrupt is no failure of the check.
      if (!signal.aborted) journal.add({ type: "check_run", ...where, service: look.state.service, why, ...overdue });
    }),
  );
}

/** null if the engine does not say when it started. */
function upMsOf({ engine, host: { clock } }: RunContext, { state: { startedAt } }: Look): number | null {
  if (startedAt === null) return null;
  return clock.wall() + (engine.clockAheadMs ?? 0) - Date.parse(startedAt);
}

/** An engine runs a check one interval after the start. A busy one is late, and says how the check ended when it has. */
const LATE_MS = 2000;
const LATE_RUNS = 2;
const LATE_INTERVALS = 2;

/** `tookMs`: how long the check takes now. */
function overdueOf({ inside, state: { checks } }: Look, upMs: number | null, tookMs: number): { overdue?: Overdue } {
  const intervalMs = inside?.checkIntervalMs;
  const isNeverRun = checks?.passed === 0 && checks.failed === 0;
  if (intervalMs === undefined || upMs === null || !isNeverRun) return {};
  const isLate = upMs > LATE_INTERVALS * intervalMs + LATE_RUNS * tookMs + LATE_MS;
  return isLate ? { overdue: { upMs, intervalMs } } : {};
}

/** Checks that the engine has not seen pass; if another check shows that a service is ready, only those not run at all. */
function isDue({ state }: Look, readyByOwn: ReadonlySet<string>): boolean {
  const { checks, health, service, status } = state;
  if (status !== "running" || health !== "starting" || checks === undefined || !isUp(state)) return false;
  return checks.passed === 0 && (checks.failed === 0 || readyByOwn.has(service));
}
