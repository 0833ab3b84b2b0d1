/** What the checks need of this host, looked for before anything is started. */

import { checkKind } from "../../health/registry.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { usageFailure } from "../../model/failure.ts";
import type { Plan } from "../../model/plan.ts";
import { keyIn, placeOf } from "../../values/value.ts";

/** Throws a usage Failure if a check of a planned module cannot be made, with the path of the first key that is wrong. */
export async function refuseFlawedChecks(
  host: Pick<Host, "env" | "files">,
  { configFile, projectDir, settings }: Pick<RunConfig, "configFile" | "projectDir" | "settings">,
  { steps }: Pick<Plan, "steps">,
): Promise<void> {
  for (const { module } of steps) {
    for (const [index, check] of (settings.modules.get(module)?.health ?? []).entries()) {
      const [flaw] = await checkKind(check.kind).flaws?.(check, host, projectDir) ?? [];
      if (flaw === undefined) continue;
      const at = keyIn({ file: configFile ?? "", path: "modules", value: null }, module, null);
      const path = `${at.path}.health[${index}].${flaw.key}`;
      const place = configFile === undefined ? path : placeOf({ ...at, path });
      throw usageFailure(`${place} ${flaw.why}`, flaw.next);
    }
  }
}
