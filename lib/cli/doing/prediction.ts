/** `plan --from`: predicts how long the planned run takes from an earlier run. Reads only the REPORT.json of that run. */

import { leaving } from "../../model/config.ts";
import { join } from "@std/path";
import { predict, type Prediction } from "../../figures/prediction.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { Failure, messageOf, usageFailure } from "../../model/failure.ts";
import type { Plan } from "../../model/plan.ts";
import { staysUp } from "../../plan/plan.ts";
import { shown } from "../../text/shown.ts";
import { readTiming, type RecordedTimes } from "../../report/read/timing.ts";

/** A prediction, and what it rests on. */
export interface PlanPrediction extends Prediction {
  /** The report that was read. */
  from: string;
  /** Cycles in that report. */
  cycles: number;
}

/** `path` is absolute: the folder of a run, or its REPORT.json. Usage Failure if neither is there. */
export async function predictPlan(
  host: Pick<Host, "files">,
  path: string,
  { plan, config }: { plan: Plan; config: RunConfig },
): Promise<PlanPrediction> {
  const { file, times } = await readTimes(host, path);
  const { cycles, settings, soakSec } = config;
  const modules = plan.steps.map(({ module, ...step }) => ({
    ...step,
    name: module,
    dependsOn: settings.modules.get(module)?.dependsOn ?? [],
    staysUp: staysUp(module, leaving(config)),
  }));
  return {
    from: file,
    cycles: times.cycles,
    // Of a run that ends by time, one cycle is predicted.
    ...predict({ modules, cycles: cycles ?? 1, soakMs: soakSec * 1000 }, times.modules),
  };
}

async function readTimes(
  { files }: Pick<Host, "files">,
  path: string,
): Promise<{ file: string; times: RecordedTimes }> {
  try {
    const kind = await files.kind(path);
    if (kind === "missing") throw refusal(path, "there is no such file or folder");
    const file = kind === "directory" ? join(path, "REPORT.json") : path;
    if (kind === "directory" && await files.kind(file) !== "file") {
      const hasJournal = await files.kind(join(path, "journal.ndjson")) === "file";
      throw refusal(path, "it has no REPORT.json", hasJournal ? path : undefined);
    }
    const times = readTiming(await files.readText(file));
    if (!("why" in times)) return { file, times };
    throw refusal(file, times.why);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw refusal(path, messageOf(error));
  }
}

/** `judged`: the folder of a run whose report can be made anew. */
function refusal(path: string, why: string, judged?: string): Failure {
  return usageFailure(
    `Cannot predict from ${shown(path)}: ${why}`,
    judged === undefined
      ? "Name the folder of a run, such as docs/audit/vx11_stability_20251222T215059Z, or its REPORT.json"
      : `Write it from the journal: vx11-stability judge ${shown(judged)}`,
  );
}
