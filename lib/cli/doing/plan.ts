/** `plan`: what a run would do, on stdout. */

import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { makePlan } from "../../plan/plan.ts";
import { lookAround } from "./plan_look.ts";
import { lookJson } from "./plan_look_text.ts";
import { planJson, planText } from "./plan_text.ts";

/** `from`: the folder of an earlier run, or its REPORT.json; an absolute path. */
export interface PlanRequest {
  config: RunConfig;
  from?: string;
}

export async function showPlan(host: Host, { config, from }: PlanRequest): Promise<string> {
  const plan = makePlan(config.settings, config.selected, config.mode);
  const look = await lookAround(host, plan, config);
  const { modules } = look;
  const told = { ...config, notices: [...config.notices, ...look.notices] };
  const value = config.json ? { ...planJson(plan, modules, told), ...lookJson(look) } : null;
  const text = planText(plan, modules, told, look);
  if (from === undefined) return value === null ? text : jsonLines(value);
  const [{ predictPlan }, { predictionJson, predictionText }] = await Promise.all([
    import("./prediction.ts"),
    import("./prediction_text.ts"),
  ]);
  const prediction = await predictPlan(host, from, { plan, config });
  if (value !== null) return jsonLines({ ...value, prediction: predictionJson(prediction) });
  return `${text}\n${predictionText(prediction, config)}`;
}

function jsonLines(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
