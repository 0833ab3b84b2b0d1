/** Reads REPORT.json: a report of this program, of the Python harness that it replaces, or no report at all. Pure. */

import { SCHEMA_VERSION } from "../../model/evidence.ts";
import { shown } from "../../text/shown.ts";
import { isRecord, textOf } from "../../values/json.ts";

/** Whose report it is. */
export type Harness = "vx11-stability" | "python";

export interface ReadReport {
  harness: Harness;
  report: Record<string, unknown>;
  /** In the order of `modules_tested`. */
  modules: ReadModule[];
}

export interface ReadModule {
  name: string;
  module: Record<string, unknown>;
}

/** Why a file cannot be read; `isRun` is false if no run wrote the file. */
export interface Unreadable {
  why: string;
  isRun: boolean;
}

const NO_REPORT: Unreadable = { why: "it is not the report of a run", isRun: false };
const ODD: Unreadable = { why: "its `modules` are not as this program writes them", isRun: true };

/** A report of either harness. */
export function readAnyReport(text: string): ReadReport | Unreadable {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (error) {
    return { why: `it is not JSON (${error instanceof Error ? error.message : error})`, isRun: true };
  }
  if (!isRecord(report) || !Array.isArray(report["modules_tested"])) return NO_REPORT;
  const { schema_version: version } = report;
  if (version !== undefined && version !== SCHEMA_VERSION) {
    return { why: `it has schema version ${shown(version)}, and this program reads ${SCHEMA_VERSION}`, isRun: true };
  }
  const names = report["modules_tested"];
  // The Python harness names the modules that it was to test; if the run was cut short, the map has fewer.
  const isOriginal = version === undefined && isRecord(report["modules"]) && Object.keys(report["modules"]).length > 0;
  const isThere = (name: unknown) => typeof name === "string" && Object.hasOwn(report["modules"] as object, name);
  const there = isOriginal ? names.filter(isThere) : names;
  const modules = modulesOf(there, report["modules"]);
  if (modules === null) return version === undefined ? NO_REPORT : ODD;
  return { harness: version === undefined ? "python" : "vx11-stability", report, modules };
}

/** A report of this program, in the shape that this version writes. */
export function readReport(text: string): ReadReport | Unreadable {
  const read = readAnyReport(text);
  if ("why" in read || read.harness === "vx11-stability") return read;
  const why = "it is of the Python harness, which did not record the host, the engine and the cycles of its figures, " +
    "nor where the time went; vx11-stability history lists its verdicts";
  return { why, isRun: true };
}

/** null if the names and the map do not match. */
function modulesOf(names: readonly unknown[], map: unknown): ReadModule[] | null {
  if (!isRecord(map)) return null;
  const modules = names.flatMap((each) => {
    const name = textOf(each);
    const module = name !== null && Object.hasOwn(map, name) ? map[name] : undefined;
    return name !== null && isRecord(module) ? [{ name, module }] : [];
  });
  return modules.length < names.length ? null : modules;
}
