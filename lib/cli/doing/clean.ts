/** `clean`: removes what killed runs left. */

import { leftElsewhere } from "../../audit/elsewhere.ts";
import { sweep } from "../../audit/leftovers.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Host } from "../../host/host.ts";
import { environmentFailure, EXIT_CODES, Failure } from "../../model/failure.ts";
import { enginesToClean, type ProjectConfig } from "../engines.ts";

/** Removes what killed runs left. Nothing to do is a success. */
export async function cleanCommand(host: Host, config: ProjectConfig): Promise<number> {
  const { auditDir, projectDir, quiet } = config;
  const dirs = auditDir === undefined ? [] : [auditDir];
  let trouble: Failure | null = null;
  const opened: Engine[] = [];
  for (const open of await enginesToClean(host, config)) {
    const engine = await open().catch(failureOf);
    if (engine instanceof Failure) {
      trouble ??= engine;
      continue;
    }
    opened.push(engine);
    const sweeping = sweep(host, engine, { projectDir, dirs, keepCore: false });
    const swept = await sweeping.catch(failureOf).finally(() => engine.close());
    if (swept instanceof Failure) {
      trouble ??= swept;
      continue;
    }
    trouble ??= swept.find((each) => each.trouble !== null)?.trouble ?? null;
    if (quiet) continue;
    for (const { dir, removed } of swept.filter((each) => each.trouble === null)) {
      host.out.write(`${dir}: ${removed.length === 0 ? "nothing was left" : `removed ${removed.join(", ")}`}\n`);
    }
    if (swept.length === 0) host.out.write(`No run on project "${engine.project.name}" was left unfinished\n`);
  }
  const [elsewhere] = await leftElsewhere(host, opened, projectDir);
  if (elsewhere !== undefined) trouble ??= environmentFailure(elsewhere.what, elsewhere.next);
  // Everything that could be removed has been removed and reported by now.
  if (trouble !== null) throw trouble;
  return EXIT_CODES.ok.code;
}

/** A Failure of one engine does not keep the other from its work. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}
