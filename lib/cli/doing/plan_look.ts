/** What `plan` reads besides the map: the project's services and the test files. Touches nothing, and uses no daemon. */

import { basename, globToRegExp, join, relative } from "@std/path";
import type { ServiceSpec } from "../../engine/engine.ts";
import type { Declared, EnginePlace } from "../../engine/kind.ts";
import { declaredBy, placeOf } from "../engines.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { messageOf } from "../../model/failure.ts";
import type { ModuleMap } from "../../model/module.ts";
import type { Plan } from "../../model/plan.ts";
import { looksLikeTest, type NearMiss, nearMiss } from "../../tests/pytest/near_tests.ts";
import { nearest } from "../../text/nearest.ts";
import { testProblems } from "../../run/before/test_problems.ts";
import { asInProject } from "../../plan/service_names.ts";
import { assignTests } from "../../tests/pytest/discover.ts";
import { PYTEST } from "../../tests/pytest/kind.ts";
import { RUNNERS } from "../../tests/registry.ts";
import type { ListedTests } from "../../tests/runner.ts";
import { testFiles } from "./test_files.ts";

export interface MissingService {
  module: string;
  service: string;
  /** The consequence in a run. */
  follows: string;
  /** The project's service that was probably meant; null if none is similar. */
  nearest: string | null;
}

export type DeclaredTests = Pick<ListedTests, "images" | "services" | "tests">;

export interface PlanLook {
  /** The map with the project's own names. */
  modules: ModuleMap;
  notices: string[];
  /** Where the engine would be reached; null for one that is always on this host. */
  place: EnginePlace | null;
  /** null: the project could not be read, or the config file defines the services. */
  project: string | null;
  /** What its files declare, or the config file; null: that could not be read. */
  read: Declared | null;
  /** Why it could not be read; null if it could. */
  unread: string | null;
  missing: MissingService[];
  /** Why the test files could not be read; null if they could. */
  testsUnread: string | null;
  /** Module → its test files, relative to the tests dir. */
  tests: ReadonlyMap<string, readonly string[]>;
  /** Key of a runner that finds no files, such as `commands` → module → its tests. */
  declared: ReadonlyMap<string, DeclaredTests>;
  /** Tests that are to run in a service which is not up with their module. */
  misplaced: { module: string; why: string }[];
  near: NearMiss[];
  /** Files that a module's pattern matches, but that are not below the tests dir: relative to the project dir. */
  elsewhere: NearMiss[];
  /** Test files that no module's pattern matches. */
  unclaimed: string[];
}

export async function lookAround(host: Host, plan: Plan, config: RunConfig): Promise<PlanLook> {
  const [{ declared, why }, place] = await Promise.all([declaredIn(host, config), placeOf(host, config)]);
  const services = declared?.services ?? null;
  const { modules, notices } = asInProject(config.settings.modules, services ?? new Map());
  const { closed, files, why: testsUnread } = await testFiles(host, config.testsDir);
  const own = assignTests(files, modules);
  const assigned = new Set([...own.values()].flat());
  const free = files.filter((file) => !assigned.has(file) && looksLikeTest(file));
  const patterns = new Map(
    plan.steps.flatMap(({ module, tested }) => tested ? [[module, modules.get(module)?.tests ?? []] as const] : []),
  );
  // Where nothing is looked for, nothing is missing.
  const isLooked = [...patterns.values()].some((own) => own.length > 0);
  const near = free.flatMap((file) => nearMiss(file, patterns) ?? []);
  return {
    modules,
    notices: [...strangerNotice(config, modules, services), ...notices, ...closed],
    place,
    project: declared?.project ?? null,
    read: declared,
    unread: why,
    missing: services === null ? [] : missingOf(plan, config.settings.core.modules, modules, services),
    testsUnread: isLooked ? testsUnread : null,
    tests: own,
    declared: new Map(await declaredTests(host, config, modules)),
    misplaced: services === null ? [] : misplacedIn(plan, modules, services),
    near,
    elsewhere: await testsElsewhere(host, config, patterns),
    unclaimed: free.filter((file) => !near.some((each) => each.file === file)),
  };
}

/** A project that is not VX11's, and has no config file yet. */
function strangerNotice(
  { configFile }: RunConfig,
  modules: ModuleMap,
  declared: ReadonlyMap<string, unknown> | null,
): string[] {
  const isKnown = declared === null ||
    [...modules.values()].some(({ services }) => services.some((each) => declared.has(each)));
  if (configFile !== undefined || isKnown) return [];
  return [
    "The project has no service of the built-in map, and no config file: `vx11-stability init` drafts one for it",
  ];
}

/** Of the runners that find no files. */
async function declaredTests(
  host: Host,
  { projectDir, testsDir }: RunConfig,
  modules: ModuleMap,
): Promise<[string, DeclaredTests][]> {
  return await Promise.all(
    RUNNERS.filter((runner) => runner !== PYTEST).map(async (
      { key, load },
    ): Promise<[string, DeclaredTests]> => [key, await (await load()).list(host, { projectDir, testsDir, modules })]),
  );
}

async function declaredIn(host: Host, config: RunConfig): Promise<{ declared: Declared | null; why: string | null }> {
  try {
    return { declared: await declaredBy(host, config), why: null };
  } catch (error) {
    // Whatever the error, the plan itself can be shown.
    return { declared: null, why: messageOf(error) };
  }
}

function missingOf(
  plan: Plan,
  foundation: readonly string[],
  modules: ModuleMap,
  declared: ReadonlyMap<string, unknown>,
): MissingService[] {
  return plan.steps.flatMap(({ module, tested }) => {
    const spec = modules.get(module);
    const missing = (spec?.services ?? []).filter((service) => !declared.has(service));
    const isSkipped = spec?.optional === true && missing.length === spec.services.length;
    const follows = isSkipped
      ? "optional, the module is skipped"
      : foundation.includes(module)
      ? "the run ends with exit code 3"
      : tested
      ? "the module is FAIL, start_failed"
      : "modules that need it are FAIL, dependency_failed";
    return missing.map((service) => ({ module, service, follows, nearest: nearest(service, declared.keys()) ?? null }));
  });
}

function misplacedIn(
  plan: Plan,
  modules: ModuleMap,
  services: ReadonlyMap<string, ServiceSpec>,
): { module: string; why: string }[] {
  return plan.steps.filter(({ tested }) => tested).flatMap(({ module }) =>
    testProblems({ engine: { services }, modules, plan }, module).map(({ why }) => ({ module, why }))
  );
}

/** How many folders are searched for tests in the wrong place: a project may be large, and this is only a hint. */
const MOST_FOLDERS = 100;

/** Searches the project dir, its folders, and the `tests` folder in each of these. */
async function testsElsewhere(
  { files }: Host,
  { projectDir, testsDir }: RunConfig,
  patterns: ReadonlyMap<string, readonly string[]>,
): Promise<NearMiss[]> {
  const found: NearMiss[] = [];
  const look = async (dir: string): Promise<string[]> => {
    if (dir === testsDir) return [];
    const names = await files.list(dir).catch(() => []);
    for (const name of names) {
      for (const [module, own] of patterns) {
        const pattern = own.find((each) => globToRegExp(each).test(basename(name)));
        if (pattern !== undefined) found.push({ file: relative(projectDir, join(dir, name)), module, pattern });
      }
    }
    return names;
  };
  const folders = (await look(projectDir)).filter((name) =>
    !/^\.|^(node_modules|venv)$/.test(name) && !/\.\w+$/.test(name)
  );
  for (const folder of folders.slice(0, MOST_FOLDERS)) {
    if ((await look(join(projectDir, folder))).includes("tests")) await look(join(projectDir, folder, "tests"));
  }
  return found;
}
