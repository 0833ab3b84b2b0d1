/** The types of REPORT.json, inferred from the tables in shapes/, which say what each key is. */

import type { Infer } from "../../values/schema.ts";
import type { cycle, durations, flakyLoad, flakyTest, leak, module, reason } from "./shapes/module.ts";
import type { failure, part, report } from "./shapes/report.ts";
import type { container, health, page, stats, test } from "./shapes/service.ts";

/** Maps by name, since an object would put a module called "7" first. */
export interface Report extends Omit<Infer<typeof report>, "also_run" | "modules"> {
  modules: ReadonlyMap<string, ReportModule>;
  also_run: ReadonlyMap<string, ReportModule>;
}

export type ReportPart = Infer<typeof part>;
export type ReportFailure = Infer<typeof failure>;
export type ReportModule = Infer<typeof module>;
export type ReportLeak = Infer<typeof leak>;
export type ReportFlakyTest = Infer<typeof flakyTest>;
export type ReportFlakyLoad = Infer<typeof flakyLoad>;
export type ReportReason = Infer<typeof reason>;
export type ReportDurations = Infer<typeof durations>;
export type ReportCycle = Infer<typeof cycle>;
export type ReportContainer = Infer<typeof container>;
export type ReportStats = Infer<typeof stats>;
export type ReportPage = Infer<typeof page>;
export type ReportHealth = Infer<typeof health>;
export type ReportTest = Infer<typeof test>;
