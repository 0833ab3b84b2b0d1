/** The settings of `run`, `plan` and `demo` from the command line and the config file, checked. Reads only that file. */

import { resolve } from "@std/path";
import type { Host } from "../host/host.ts";
import { PULL_POLICIES, type RunConfig } from "../model/config.ts";
import type { Extent } from "../model/extent.ts";
import { usageFailure } from "../model/failure.ts";
import { type Settings, TESTS_PER, type TestsPer } from "../model/settings.ts";
import { DEFAULT_ENGINE, ENGINE_NAMES, engineEntry } from "../engine/registry.ts";
import { shown } from "../text/shown.ts";
import type { Argv } from "./command.ts";
import { ownConfig, readSettings } from "./config_text.ts";
import type { ProjectConfig } from "./engines.ts";
import { readModuleNames } from "./module_names.ts";
import {
  readCommandWords,
  readContext,
  readCount,
  readDefaulted,
  readJobs,
  readName,
  readOne,
  readPercent,
  readSeconds,
  readSpan,
  readUmask,
  wantsColor,
} from "./values.ts";

export async function runConfig(argv: Argv, host: Host): Promise<RunConfig> {
  const own = argv.values("config").length > 0 ? undefined : await ownConfig(host, readProject(argv, host).projectDir);
  const config = await baseConfig(argv, host, own);
  const { settings } = config;
  const engine = readEngine(argv, ENGINE_NAMES) ?? settings.engine;
  if (!engineEntry(engine).runsConfigServices) return { ...config, engine, ...contextOf(argv, settings) };
  checkForServices(argv, engine, settings);
  // The services are children of this program and end with it.
  return { ...config, engine, keepCore: false };
}

/** All settings but the engine, which a demonstration chooses itself. `own`: the project's config file, if it counts. */
export async function baseConfig(argv: Argv, host: Host, own?: string): Promise<Omit<RunConfig, "engine">> {
  const common = readProject(argv, host);
  const config: Omit<RunConfig, "settings" | "configFile" | "engine" | "mode" | "selected" | "testsPer" | "notices"> = {
    ...common,
    jobs: readJobs(argv, "1"),
    ...readExtent(argv),
    keepCore: argv.flag("keep-core"),
    timeoutSec: readSeconds(argv, "timeout-sec", (seconds) => seconds > 0),
    testsDir: await readTestsDir(argv, host, common.projectDir),
    pytest: readCommandWords(argv),
    ...(argv.values("pytest").length > 0 ? { pytestGiven: true as const } : {}),
    testEnv: {},
    soakSec: readSeconds(argv, "soak-sec", () => true),
    recreate: argv.flag("recreate"),
    pull: readName(argv, "pull", readDefaulted(argv, "pull"), PULL_POLICIES),
    strict: argv.flag("strict"),
    exitZero: argv.flag("exit-zero"),
    umask: readUmask(argv),
    json: argv.flag("json"),
    ...readBaseline(argv, host),
  };
  const file = readOne(argv, "config") ?? own;
  const settings = withFlakyAllowed(argv, await readSettings(host, file));
  const { modules, notices } = readModuleNames(argv, settings.modules);
  if (modules === undefined) refuseNothing(settings, file);
  const names = [...settings.core.modes.keys()];
  const mode = readName(argv, "mode", readOne(argv, "mode") ?? names[0] ?? "", names);
  return {
    ...config,
    settings,
    testsPer: readTestsPer(argv) ?? settings.testsPer,
    ...(file === undefined ? {} : { configFile: file }),
    mode,
    selected: modules,
    notices: [...blanksNotice(argv), ...ownNotice(own), ...notices],
  };
}

/** The command line overrides the config file. */
function withFlakyAllowed(argv: Argv, settings: Settings): Settings {
  const given = readPercent(argv, "flaky-allowed");
  if (given === undefined) return settings;
  return { ...settings, thresholds: { ...settings.thresholds, flaky_allowed_pct: given } };
}

/** A run of nothing would be green. */
function refuseNothing({ core, modules }: Settings, file: string | undefined): void {
  if (![...modules.keys()].every((name) => core.modules.includes(name))) return;
  const place = file === undefined ? "The module map" : `Config ${shown(file)}`;
  if (modules.size > 0) {
    throw usageFailure(
      `${place} has no module but the core`,
      "Name those of the core that are to be tested with --modules",
    );
  }
  throw usageFailure(`${place} has no module`, "Give it `modules`; `vx11-stability init --stdout` drafts them");
}

/** An empty value may come from an unset variable that was to name other rules or another project: the user must see it. */
function blanksNotice({ blanks }: Argv): string[] {
  if (blanks.length === 0) return [];
  return [`Given an empty value, and so taken as not given: ${blanks.map((name) => `--${name}`).join(", ")}`];
}

/** A file that nobody named must be known to have been read. */
function ownNotice(own: string | undefined): string[] {
  return own === undefined ? [] : [`Settings are taken from the project's own config file, ${own}`];
}

/** For the engine, and for docker commands of the tests. */
function contextOf(argv: Argv, settings: Settings): Pick<RunConfig, "context"> {
  const context = readContext(argv) ?? settings.context;
  return context === undefined ? {} : { context };
}

export function readEngine<Name extends string>(argv: Argv, names: readonly Name[]): Name | undefined {
  const text = readOne(argv, "engine");
  return text === undefined ? undefined : readName(argv, "engine", text, names);
}

/** undefined if none is given: a config file may say it. */
export function readTestsPer(argv: Argv): TestsPer | undefined {
  const text = readOne(argv, "tests-per");
  return text === undefined ? undefined : readName(argv, "tests-per", text, TESTS_PER);
}

/** Refuses options that an engine which runs the services of the config file cannot fulfil. */
function checkForServices(argv: Argv, engine: string, { services }: Settings): void {
  if (argv.given("keep-core")) {
    throw usageFailure(
      `--keep-core cannot be used with the ${engine} engine: its services are children of this program and end with it`,
      "Leave --keep-core out",
    );
  }
  if (argv.values("compose-file").length > 0) {
    throw usageFailure(
      `--compose-file cannot be used with the ${engine} engine: it runs the \`services\` of the config file`,
      `Leave --compose-file out, or give --engine ${DEFAULT_ENGINE}`,
    );
  }
  if (argv.values("context").length > 0) {
    throw usageFailure(
      `--context cannot be used with the ${engine} engine: its services are processes of this host`,
      `Leave --context out, or give --engine ${DEFAULT_ENGINE}`,
    );
  }
  const [pull] = argv.values("pull");
  if (pull !== undefined) {
    throw usageFailure(
      `--pull cannot be used with the ${engine} engine: its services have no images`,
      `Leave --pull out, or give --engine ${DEFAULT_ENGINE}`,
    );
  }
  if (services.size > 0) return;
  throw usageFailure(
    `The ${engine} engine has nothing to run: no \`services\` in a --config file`,
    "Give one, as config/example.yaml shows; `vx11-stability demo` brings services of its own",
  );
}

/** A folder that is named must exist: without it, every module would be reported to have no tests. */
export async function readTestsDir(argv: Argv, host: Host, projectDir: string): Promise<string> {
  const [given] = argv.values("tests-dir");
  const dir = resolve(projectDir, readDefaulted(argv, "tests-dir"));
  if (given === undefined || await host.files.kind(dir) === "directory") return dir;
  throw usageFailure(
    `--tests-dir is ${shown(given)}, and there is no folder ${shown(dir)}`,
    "It is relative to --project-dir",
  );
}

/** A run with a time to take has as many cycles as fit, unless a number is given too. */
function readExtent(argv: Argv): Extent {
  const forSec = readSpan(argv, "for");
  const isByTime = forSec !== undefined && argv.values("cycles").length === 0;
  return {
    cycles: isByTime ? null : readCount(argv, "cycles", readDefaulted(argv, "cycles")),
    ...(forSec === undefined ? {} : { forSec }),
  };
}

function readBaseline(argv: Argv, host: Host): Pick<RunConfig, "baseline"> {
  const given = readOne(argv, "baseline");
  const acrossHosts = argv.flag("across-hosts");
  if (given !== undefined) return { baseline: { path: resolve(host.cwd(), given), given, acrossHosts } };
  if (!acrossHosts) return {};
  throw usageFailure("--across-hosts has no effect without --baseline", "Give --baseline, or leave it out");
}

/** The options about the project and its audit dir. */
export function readProject(argv: Argv, host: Host): ProjectConfig {
  const fromCwd = (path: string) => resolve(host.cwd(), path);
  const auditDir = readOne(argv, "audit-dir");
  return {
    projectDir: fromCwd(readDefaulted(argv, "project-dir")),
    composeFiles: argv.values("compose-file").map(fromCwd),
    auditDir: auditDir === undefined ? undefined : fromCwd(auditDir),
    quiet: argv.flag("quiet"),
    color: wantsColor(argv, host),
  };
}
