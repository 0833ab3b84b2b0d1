/** All questions to the engine before a run's first step, and the removal of what killed runs left. */

import type { Engine } from "../../engine/engine.ts";
import { EngineError } from "../../engine/engine.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { environmentFailure } from "../../model/failure.ts";
import type { Plan } from "../../model/plan.ts";
import { leftElsewhere } from "../../audit/elsewhere.ts";
import { toFinishFirst } from "../../audit/earlier_run.ts";
import { refuseForeign } from "./foreign.ts";
import type { Swept } from "../../audit/leftovers.ts";
import { sweep } from "../../audit/leftovers.ts";
import type { Preflight } from "./preflight.ts";
import { preflight } from "./preflight.ts";

export interface Survey {
  found: Preflight;
  networksBefore: string[];
  /** What was done about earlier runs that had been killed, a sentence each. */
  swept: string[];
}

/** Throws a Failure if the engine does not answer, or if its containers prevent the run from beginning. */
export async function survey(
  host: Host,
  config: RunConfig,
  engine: Engine,
  plan: Plan,
  { isResumed, signal }: { isResumed: boolean; signal: AbortSignal },
): Promise<Survey> {
  try {
    const { projectDir } = config;
    const dirs = await toFinishFirst(host, engine, config.auditDir);
    const swept = (await sweep(host, engine, { projectDir, dirs, keepCore: !isResumed })).map((each) =>
      sweptText(each, isResumed && each.dir === config.auditDir)
    );
    for (const { next, what } of await leftElsewhere(host, [engine], projectDir)) {
      swept.push(`${what}. ${next}`);
    }
    const before = await engine.look(signal);
    await refuseForeign(host, engine, before);
    const found = await preflight({ host, engine, config, modules: config.settings.modules, plan, looks: before });
    return { swept, found, networksBefore: await engine.networks() };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw environmentFailure(`The engine does not answer: ${error.message}`, "Check that it is up, and try again");
  }
}

function sweptText({ dir, killed, removed, trouble }: Swept, isOwn: boolean): string {
  const what = trouble !== null
    ? `${trouble.data.what}. ${trouble.data.next}`
    : removed.length === 0
    ? "it had left nothing to remove"
    : `removed ${removed.join(", ")}`;
  return `${isOwn ? "The run" : "An earlier run"} ${
    killed ? "had been killed" : "had left something behind"
  } (${dir}): ${what}`;
}
