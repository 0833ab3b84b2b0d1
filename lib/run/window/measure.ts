/** What a run does with a module that is ready: probes and pytest side by side, and then the soak. */

import type { RunContext } from "../context.ts";
import { runTests } from "./tests.ts";
import type { Unit, Units } from "../units.ts";

export async function measure(context: RunContext, units: Units, unit: Unit): Promise<void> {
  const { config, host, signal } = context;
  const { module, window } = unit;
  // Both are waited for, even if one throws: nothing may go on while the run is being ended.
  const both = await Promise.allSettled([
    window.phase("probes", () => window.enoughProbes()),
    window.phase("tests", () => runTests(context, units, window.cycle, module)),
  ]);
  for (const result of both) if (result.status === "rejected") throw result.reason;
  if (config.soakSec === 0) return;
  await window.settled();
  if (window.useless.aborted) return;
  await window.phase("soak", () => host.clock.sleep(config.soakSec * 1000, window.useless).catch(() => {}));
  signal.throwIfAborted();
}
