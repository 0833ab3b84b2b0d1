/** Which engine a command works with, and how it is found; a Failure says what is missing. */

import { basename } from "@std/path";
import { findCompose } from "../engine/compose/check.ts";
import { composeEngine } from "../engine/compose/compose.ts";
import type { Engine } from "../engine/engine.ts";
import { processEngine } from "../engine/process/process.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import { environmentFailure } from "../model/failure.ts";
import { readOpen } from "../audit/ended_run.ts";
import { findMarks } from "../audit/marks.ts";

/** Where a project is, and where a run of it writes. Paths are absolute. */
export interface ProjectConfig {
  projectDir: string;
  composeFiles: string[];
  auditDir: string | undefined;
  quiet: boolean;
  color: boolean;
}

/** The engine of a run. */
export async function findEngine(host: Host, config: RunConfig, signal: AbortSignal): Promise<Engine> {
  const { composeFiles, engine, mode, projectDir, settings: { metricsSource, services } } = config;
  const env = { VX11_MODE: mode };
  if (engine === "compose") {
    return composeEngine(host, await findCompose(host, { projectDir, composeFiles, env, metricsSource }, signal));
  }
  await requireFolder(host, projectDir);
  return processEngine(host, { name: basename(projectDir) || "root", dir: projectDir, services, env });
}

async function requireFolder(host: Host, projectDir: string): Promise<void> {
  if (await host.files.kind(projectDir) === "directory") return;
  throw environmentFailure(`Cannot find the project: "${projectDir}" is not a directory`, "Name it with --project-dir");
}

/** What `clean` works with: the engines of the runs that were killed here; Compose where no mark tells of one. */
export async function enginesToClean(
  host: Host,
  { auditDir, composeFiles, projectDir }: Pick<ProjectConfig, "auditDir" | "composeFiles" | "projectDir">,
): Promise<Engine[]> {
  const named = auditDir === undefined ? null : await readOpen(host, auditDir);
  const left = [
    ...await findMarks(host, projectDir),
    ...(named === null ? [] : [{ engine: named.run.engine.name, project: named.run.project.name }]),
  ];
  const projects = new Set(left.filter(({ engine }) => engine === "process").map(({ project }) => project));
  // Its services are not needed: what runs is found by what it carries in its environment.
  const engines = [...projects].map((name) =>
    processEngine(host, { name, dir: projectDir, services: new Map(), env: {} })
  );
  if (engines.length > 0 && left.every(({ engine }) => engine === "process")) return engines;
  // A compose file may ask for the mode; which one does not matter for what is taken down.
  const env = { VX11_MODE: "low_power" };
  const setup = await findCompose(host, { projectDir, composeFiles, env, metricsSource: "auto" });
  return [...engines, composeEngine(host, setup)];
}
