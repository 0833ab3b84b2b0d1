/** What a run would do, as text for people and as a value for `plan --json`. Pure; reads the plan, decides nothing. */

import { leaving } from "../../model/config.ts";
import type { RunConfig } from "../../model/config.ts";
import { checkKind } from "../../health/registry.ts";
import { extentText } from "../../text/extent.ts";
import type { HealthCheck, ModuleMap, ModuleSpec } from "../../model/module.ts";
import type { Plan, PlanStep } from "../../model/plan.ts";
import { coreModules, staysUp } from "../../plan/plan.ts";
import { plain } from "../../report/escape.ts";
import type { DeclaredTests, PlanLook } from "./plan_look.ts";
import { filesText, lookLines, placeLines } from "./plan_look_text.ts";

/** A plan as JSON; the keys are written for the readers of REPORT.json. Paths are absolute, times in seconds. */
export interface PlanJson {
  mode: string;
  /** null: as many as begin within `for_sec`. */
  cycles: number | null;
  /** null if only the cycles count. */
  for_sec: number | null;
  keep_core: boolean;
  timeout_sec: number;
  soak_sec: number;
  project_dir: string;
  compose_files: string[];
  tests_dir: string;
  /** null: a folder named after the time of the run, below the project dir. */
  audit_dir: string | null;
  notices: string[];
  /** In the order in which they are started. */
  steps: PlanStepJson[];
}

export interface PlanStepJson {
  module: string;
  description: string;
  tested: boolean;
  core: boolean;
  /** Whether it stays up from the first cycle to the last one. */
  kept: boolean;
  optional: boolean;
  services: string[];
  depends_on: string[];
  needed_by: string[];
  /** As declared; a run gets the published ports from the engine. */
  health: HealthCheck[];
  /** Patterns for the test files; empty if the module is not tested. */
  tests: string[];
}

export function planJson(plan: Plan, map: ModuleMap, config: RunConfig): PlanJson {
  return {
    mode: config.mode,
    cycles: config.cycles,
    for_sec: config.forSec ?? null,
    keep_core: config.keepCore,
    timeout_sec: config.timeoutSec,
    soak_sec: config.soakSec,
    project_dir: config.projectDir,
    compose_files: config.composeFiles,
    tests_dir: config.testsDir,
    audit_dir: config.auditDir ?? null,
    notices: config.notices,
    steps: plan.steps.map((step) => stepJson(step, specOf(map, step))),
  };
}

function stepJson(step: PlanStep, spec: ModuleSpec): PlanStepJson {
  return {
    module: step.module,
    description: spec.description,
    tested: step.tested,
    core: step.core,
    kept: step.kept,
    optional: spec.optional,
    services: [...spec.services],
    depends_on: [...spec.dependsOn],
    needed_by: step.neededBy,
    health: spec.health.map(({ declared: _, ...check }) => check),
    tests: step.tested ? [...spec.tests] : [],
  };
}

/**
 * Numbered steps in the order in which they start, each with what is brought up and tested; then the problems that `look` found.
 * With --quiet only the steps' first lines and the problems. Ends with a line break.
 */
export function planText(plan: Plan, map: ModuleMap, config: RunConfig, look?: PlanLook): string {
  const found = look === undefined ? [] : lookLines(look);
  const numbered = plan.steps.map((step, index) => `${index + 1}. ${headline(step)}`);
  if (config.quiet) return `${[...numbered, ...found].join("\n")}\n`;
  const tested = plan.steps.filter((step) => step.tested).length;
  const lines = [
    `Plan: ${counted(tested, "module")} to test, ${extentText(config)}, mode ${config.mode}`,
    `Project: ${config.projectDir}`,
    ...config.composeFiles.map((file) => `Compose file: ${file}`),
    ...(look === undefined ? [] : placeLines(look)),
    `Tests: ${config.testsDir}`,
    ...config.notices.map((notice) => `Notice: ${notice}`),
    "",
    ...plan.steps.flatMap((step, index) => [numbered[index] ?? "", ...details(step, specOf(map, step), look)]),
    "",
    ...found,
    ...(found.length === 0 ? [] : [""]),
    ...closing(plan, config),
    "Nothing was touched.",
  ];
  return `${lines.join("\n")}\n`;
}

function headline({ module, tested, core, kept }: PlanStep): string {
  if (kept) return `${module}: core, brought up first and kept up`;
  if (core) {
    return `${module}: core, brought up first in each cycle, ${tested ? "tested" : "not tested"}, stopped last`;
  }
  return tested ? `${module}: brought up, tested, stopped` : `${module}: brought up for others, not tested, stopped`;
}

function details(step: PlanStep, spec: ModuleSpec, look: PlanLook | undefined): string[] {
  const files = look === undefined || look.testsUnread !== null || spec.tests.length === 0
    ? ""
    : `: ${filesText(look.tests.get(step.module) ?? [])}`;
  const declared = [...look?.declared ?? []].map((
    [key, each],
  ): [string, readonly string[]] => [key, step.tested ? declaredOf(each, step.module) : []]);
  const rows: [string, readonly string[]][] = [
    ["services", spec.services],
    ["needed by", step.neededBy],
    ["health", spec.health.map((check) => `${check.service} ${checkKind(check.kind).text(check)}`)],
    ["tests", step.tested ? spec.tests : []],
    ...declared,
  ];
  const hasTests = [spec.tests, ...declared.map(([, names]) => names)].some((names) => names.length > 0);
  if (look !== undefined && step.tested && !hasTests) rows.push(["tests", ["none"]]);
  const lines = rows.filter(([, items]) => items.length > 0).map(([term, items]) =>
    `${term}: ${items.join(", ")}${term === "tests" ? files : ""}`
  );
  const optional = spec.optional ? ["optional: skipped if the project has none of its services"] : [];
  return [...lines, ...optional].map((line) => `     ${line}`);
}

/** The names of a module's tests, each with the service in which it runs, or the image of its container. */
function declaredOf({ images, services, tests }: DeclaredTests, module: string): string[] {
  return (tests.get(module) ?? []).map((name) => {
    const service = services?.get(module)?.get(name);
    const image = images?.get(module)?.get(name);
    const place = service !== undefined ? ` (in ${service})` : image !== undefined ? ` (image ${image})` : "";
    return plain(`${name}${place}`);
  });
}

function closing(plan: Plan, config: RunConfig): string[] {
  const [left, stopped] = [true, false].map((is) =>
    coreModules(plan).filter((module) => staysUp(module, leaving(config)) === is).join(", ")
  );
  return [
    ...(left === "" ? [] : [`Stays up at the end: ${left}`]),
    ...(stopped === "" ? [] : [`Stopped at the end: ${stopped}`]),
  ];
}

function specOf(map: ModuleMap, step: PlanStep): ModuleSpec {
  const spec = map.get(step.module);
  if (spec === undefined) throw new Error(`the plan has ${step.module}, the map has not`);
  return spec;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
