/** Chooses and opens the engine of a command; a Failure says what is missing. */

import { readOpen } from "../audit/ended_run.ts";
import { findMarks } from "../audit/marks.ts";
import type { Engine } from "../engine/engine.ts";
import type { Asked, Declared, EnginePlace, Examination, WantedEngine } from "../engine/kind.ts";
import { DEFAULT_ENGINE, ENGINE_NAMES, engineEntry } from "../engine/registry.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";

/** Where a project is, and where a run of it writes. Paths are absolute. */
export interface ProjectConfig {
  projectDir: string;
  composeFiles: string[];
  /** The docker context that the user named. */
  context?: string;
  auditDir: string | undefined;
  quiet: boolean;
  color: boolean;
}

/** The engine of a run. */
export async function findEngine(host: Host, config: RunConfig, signal: AbortSignal): Promise<Engine> {
  return await (await engineEntry(config.engine).load()).open(host, wantedBy(config), signal);
}

/** The services that the project declares, for a plan: the engine itself is not used. */
export async function declaredBy(host: Host, config: RunConfig): Promise<Declared> {
  return await (await engineEntry(config.engine).load()).declared(host, wantedBy(config));
}

/** Where the engine of a run would be reached, for a plan; null for one that is always on this host. */
export async function placeOf(host: Host, config: RunConfig): Promise<EnginePlace | null> {
  return await (await engineEntry(config.engine).load()).place?.(host, wantedBy(config)) ?? null;
}

/** What the engine says of itself and of the project before a run. */
export async function examinedBy(
  host: Host,
  config: RunConfig,
  asked: Asked,
  signal: AbortSignal,
): Promise<Examination> {
  return await (await engineEntry(config.engine).load()).examine(host, wantedBy(config), asked, signal);
}

/** The services that the files of a Compose project declare, and those whose health check has no value of a variable in it. */
export async function declaredByFiles(
  host: Host,
  { composeFiles, projectDir }: Pick<ProjectConfig, "composeFiles" | "projectDir">,
): Promise<Declared & { literalChecks: ReadonlySet<string> }> {
  const kind = await engineEntry(DEFAULT_ENGINE).load();
  const wanted = withoutRun({ composeFiles, projectDir });
  const declared = await kind.declared(host, wanted);
  return { ...declared, literalChecks: await kind.literalChecks?.(host, wanted) ?? new Set() };
}

/** For a command that starts nothing. A project's file may use the mode; its value does not matter then. */
function withoutRun(project: Pick<ProjectConfig, "composeFiles" | "context" | "projectDir">): WantedEngine {
  return { ...project, metricsSource: "auto", services: new Map(), env: { VX11_MODE: "low_power" } };
}

function wantedBy({ composeFiles, context, mode, projectDir, settings }: RunConfig): WantedEngine {
  const { metricsSource, services } = settings;
  const named = context === undefined ? {} : { context };
  return { projectDir, composeFiles, metricsSource, services, ...named, env: { VX11_MODE: mode } };
}

/**
 * Opens the engines for `clean`: those of the runs that were killed here, in their docker contexts unless the user named one; the
 * default one if no mark names one. Each throws a Failure if it is not to be had.
 */
export async function enginesToClean(
  host: Host,
  { auditDir, composeFiles, context, projectDir }: Omit<ProjectConfig, "color" | "quiet">,
): Promise<(() => Promise<Engine>)[]> {
  const named = auditDir === undefined ? null : await readOpen(host, auditDir);
  const left = [
    ...await findMarks(host, projectDir),
    ...(named === null ? [] : [{ engine: named.run.engine.name, project: named.run.project.name, context }]),
  ];
  const engines: (() => Promise<Engine>)[] = [];
  for (const name of namesToClean(left.map(({ engine }) => engine))) {
    const { cleansAll, openToClean } = await engineEntry(name).load();
    const own = left.filter(({ engine }) => engine === name);
    const projects = [...new Set(own.map(({ project }) => project))];
    const contexts = context !== undefined || own.length === 0
      ? [context]
      : [...new Set(own.map((mark) => mark.context))];
    for (const each of contexts) {
      const wanted = withoutRun({ composeFiles, projectDir, ...(each === undefined ? {} : { context: each }) });
      for (const project of cleansAll ? [projects[0] ?? ""] : projects) {
        engines.push(() => openToClean(host, project, wanted));
      }
    }
  }
  return engines;
}

/** Marks with an engine that this program does not know are treated as the default engine's, which says what is missing. */
function namesToClean(marked: readonly string[]): string[] {
  const known = ENGINE_NAMES.filter((name) => marked.includes(name));
  const others = marked.filter((name) => !ENGINE_NAMES.includes(name));
  return known.length === 0 || others.length > 0 ? [...new Set([...known, DEFAULT_ENGINE])] : known;
}
