/** Killed runs on other engines: what they left can only be seen and removed there. Touches nothing. */

import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { isSame } from "./ended_run.ts";
import { goneMarks } from "./left.ts";
import type { FoundMark } from "./marks.ts";

export interface Elsewhere {
  what: string;
  next: string;
}

/** Those whose marks are in the project dir, and are of none of the engines. */
export async function leftElsewhere(
  host: Host,
  engines: readonly Pick<Engine, "identity" | "info" | "project">[],
  projectDir: string,
): Promise<Elsewhere[]> {
  const marks = await goneMarks(host, projectDir);
  return marks.filter((mark) => isElsewhere(mark, engines)).map(({ auditDir, context, path }) => ({
    what: `An earlier run on another engine${
      context === undefined ? "" : ` (docker context "${context}")`
    } was killed, or could not remove everything: ${auditDir}`,
    next: context === undefined
      ? `Give \`vx11-stability clean\` the DOCKER_HOST that the run had; if that engine is gone, remove ${path}`
      : `\`vx11-stability clean --context ${context}\` removes what it left; if that engine is gone, remove ${path}`,
  }));
}

/** A mark that does not say which engine it is of may be of any. */
function isElsewhere(mark: FoundMark, engines: Parameters<typeof leftElsewhere>[1]): boolean {
  const alike = engines.filter((engine) => isSame(engine, { ...mark, identity: undefined }));
  return mark.identity !== undefined && alike.length > 0 && !alike.some((engine) => isSame(engine, mark));
}
