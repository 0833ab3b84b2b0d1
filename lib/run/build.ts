/** Builds the images that are missing, before the first cycle and within their own limit. */

import { writeRaw } from "./audit_dir.ts";
import type { RunContext } from "./context.ts";
import { notify } from "./context.ts";
import type { Preflight } from "./preflight.ts";

/** A build that fails becomes its module's start_failed, in every cycle. */
export async function buildImages(context: RunContext, { problems, toBuild }: Preflight): Promise<void> {
  const { auditDir, config, engine, rawNames, signal } = context;
  for (const [service, module] of toBuild) {
    notify(context, `Building the image of "${service}", which is not present`);
    const outcome = await engine.build(service, config.settings.thresholds.build_timeout_sec * 1000, signal);
    if (outcome.ok) continue;
    const output = rawNames.next([module, "build"], ".txt", 1);
    await writeRaw(context, output, outcome.output);
    const problem = {
      service,
      why: `its image could not be built: ${outcome.why}`,
      next: `Read ${auditDir}/${output}`,
    };
    problems.set(module, [...problems.get(module) ?? [], problem]);
  }
}
