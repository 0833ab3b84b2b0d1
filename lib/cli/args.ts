/**
 * From the command line to a checked Command: values are parsed, paths made absolute, the config file is read, module
 * names are looked up in the map that results. Reads that one file and touches nothing; any mistake is a usage Failure.
 */

import { resolve } from "@std/path";
import type { DemoRequest } from "../demo/stage.ts";
import type { Host, PathKind } from "../host/host.ts";
import { PULL_POLICIES, type RunConfig } from "../model/config.ts";
import { messageOf, usageFailure } from "../model/failure.ts";
import { MODE_NAMES } from "../model/module.ts";
import { ENGINE_NAMES, type EngineName, type Settings } from "../model/settings.ts";
import { defaultSettings, parseConfig } from "../config/file.ts";
import { shown } from "../text/shown.ts";
import { FORMAT_NAMES, type FormatName } from "../report/formats.ts";
import { AUDIT_ROOT, stampOf } from "../audit/audit_dir.ts";
import { jobsOf } from "../run/jobs.ts";
import { FAMILIES, type Family } from "../selftest/defect.ts";
import { type Argv, readArgv } from "./argv.ts";
import { COMPARE_FORMATS, type CompareConfig, type HistoryConfig } from "./compare_config.ts";
import { demoRequest, faultsText } from "./demo_args.ts";
import { helpText } from "./help.ts";
import { readModuleNames } from "./module_names.ts";
import {
  readCommandWords,
  readCount,
  readDefaulted,
  readJobs,
  readName,
  readNames,
  readOne,
  readSeconds,
  readUmask,
  refusal,
} from "./values.ts";

/** What `clean` needs to find what a run left. Paths are absolute. */
export interface CleanConfig {
  projectDir: string;
  composeFiles: string[];
  auditDir: string | undefined;
  quiet: boolean;
  color: boolean;
}

/** What `judge` needs. Paths are absolute. */
export interface JudgeConfig {
  auditDir: string;
  /** undefined: beside the journal, or below it where other rules are given. */
  out: string | undefined;
  /** Other rules and thresholds: a config file, by its name as messages show it. */
  rules: { path: string; text: string } | undefined;
  strict: boolean;
  /** Whether the exit code is 0 whatever the verdict. */
  exitZero: boolean;
  quiet: boolean;
  json: boolean;
  color: boolean;
}

/** What `resume` needs; all else, the run's journal has. */
export interface ResumeConfig {
  /** Absolute. */
  auditDir: string;
  quiet: boolean;
  json: boolean;
  color: boolean;
}

/** What `report` needs. */
export interface ReportConfig {
  /** Absolute. */
  auditDir: string;
  /** To be printed, in this order; empty: all files are written anew. */
  formats: FormatName[];
  quiet: boolean;
}

/** What `selftest` needs. Paths are absolute. */
export interface SelftestConfig {
  engine: EngineName;
  /** Empty: every family. */
  only: Family[];
  repeat: number;
  jobs: number;
  /** Whether each defect is tested beside a healthy module. */
  sideBySide: boolean;
  out: string;
  quiet: boolean;
  json: boolean;
}

/** What `review` needs. Paths are absolute. */
export interface ReviewConfig {
  auditDir: string;
  /** undefined: as the environment says. */
  endpoint: string | undefined;
  model: string;
  waitSec: number;
  dryRun: boolean;
  quiet: boolean;
}

export type Command =
  | { kind: "help"; text: string }
  | { kind: "version" }
  | { kind: "run"; config: RunConfig }
  /** `from`: the folder of an earlier run, or its REPORT.json; an absolute path. */
  | { kind: "plan"; config: RunConfig; from?: string }
  | { kind: "demo"; request: DemoRequest }
  | { kind: "resume"; config: ResumeConfig }
  | { kind: "clean"; config: CleanConfig }
  | { kind: "judge"; config: JudgeConfig }
  | { kind: "report"; config: ReportConfig }
  | { kind: "compare"; config: CompareConfig }
  | { kind: "history"; config: HistoryConfig }
  | { kind: "selftest"; config: SelftestConfig }
  | { kind: "review"; config: ReviewConfig };

/** The command that `host.args` asks for. Throws a usage Failure on the first mistake found. */
export async function parseCommand(host: Host): Promise<Command> {
  const argv = readArgv(host.args);
  if (argv.flag("help")) return { kind: "help", text: helpText(argv.named ? argv.command : undefined) };
  if (argv.flag("version")) return { kind: "version" };
  if (argv.command === "demo") {
    if (argv.flag("list-faults")) return { kind: "help", text: faultsText() };
    return { kind: "demo", request: demoRequest(argv, await baseConfig(argv, host)) };
  }
  if (argv.command === "resume") return { kind: "resume", config: resumeConfig(argv, host) };
  if (argv.command === "clean") return { kind: "clean", config: cleanConfig(argv, host) };
  if (argv.command === "selftest") return { kind: "selftest", config: selftestConfig(argv, host) };
  if (argv.command === "judge") return { kind: "judge", config: await judgeConfig(argv, host) };
  if (argv.command === "report") return { kind: "report", config: reportConfig(argv, host) };
  if (argv.command === "review") return { kind: "review", config: reviewConfig(argv, host) };
  if (argv.command === "compare") return { kind: "compare", config: await compareConfig(argv, host) };
  if (argv.command === "history") return { kind: "history", config: historyConfig(argv, host) };
  const config = await runConfig(argv, host);
  if (argv.command === "run") return { kind: "run", config };
  const from = readOne(argv, "from");
  return { kind: "plan", config, ...(from === undefined ? {} : { from: resolve(host.cwd(), from) }) };
}

async function judgeConfig(argv: Argv, host: Host): Promise<JudgeConfig> {
  const out = readOne(argv, "out");
  const path = readOne(argv, "config");
  return {
    auditDir: resolve(host.cwd(), argv.argument ?? ""),
    out: out === undefined ? undefined : resolve(host.cwd(), out),
    rules: path === undefined ? undefined : { path, text: await readConfigText(host, resolve(host.cwd(), path), path) },
    strict: argv.flag("strict"),
    exitZero: argv.flag("exit-zero"),
    quiet: argv.flag("quiet"),
    json: argv.flag("json"),
    color: wantsColor(argv, host),
  };
}

function resumeConfig(argv: Argv, host: Host): ResumeConfig {
  return {
    auditDir: resolve(host.cwd(), argv.argument ?? ""),
    quiet: argv.flag("quiet"),
    json: argv.flag("json"),
    color: wantsColor(argv, host),
  };
}

function reportConfig(argv: Argv, host: Host): ReportConfig {
  const formats = argv.values("format").map((name) => readName("format", name, FORMAT_NAMES));
  return { auditDir: resolve(host.cwd(), argv.argument ?? ""), formats, quiet: argv.flag("quiet") };
}

function reviewConfig(argv: Argv, host: Host): ReviewConfig {
  const model = readDefaulted(argv, "model");
  if (!/^[\x21-\x7e]{1,200}$/.test(model)) throw refusal("model", model);
  return {
    auditDir: resolve(host.cwd(), argv.argument ?? ""),
    endpoint: readOne(argv, "endpoint"),
    model,
    waitSec: readSeconds(argv, "wait-sec", (seconds) => seconds > 0),
    dryRun: argv.flag("dry-run"),
    quiet: argv.flag("quiet"),
  };
}

async function compareConfig(argv: Argv, host: Host): Promise<CompareConfig> {
  const [before = "", after = ""] = argv.arguments;
  const { thresholds } = await readSettings(host, readOne(argv, "config"));
  const [format = "text", more] = argv.values("format").map((name) => readName("format", name, COMPARE_FORMATS));
  if (more !== undefined) {
    throw usageFailure("--format may be given once to `compare`", "Compare again for another form");
  }
  if (argv.flag("json") && argv.values("format").length > 0 && format !== "json") {
    throw usageFailure(`--json and --format ${format} contradict each other`, "Give one of the two");
  }
  return {
    before,
    after,
    acrossHosts: argv.flag("across-hosts"),
    format: argv.flag("json") ? "json" : format,
    strict: argv.flag("strict"),
    color: wantsColor(argv, host),
    thresholds,
  };
}

function historyConfig(argv: Argv, host: Host): HistoryConfig {
  const dir = resolve(host.cwd(), argv.argument ?? AUDIT_ROOT);
  return { dir, json: argv.flag("json"), color: wantsColor(argv, host) };
}

function readBaseline(argv: Argv, host: Host): Pick<RunConfig, "baseline"> {
  const given = readOne(argv, "baseline");
  const acrossHosts = argv.flag("across-hosts");
  if (given !== undefined) return { baseline: { path: resolve(host.cwd(), given), given, acrossHosts } };
  if (!acrossHosts) return {};
  throw usageFailure("--across-hosts has nothing to say without --baseline", "Give --baseline, or leave it out");
}

/** Trials mostly wait; a container takes more of the machine to start. */
const TRIALS_A_CORE: Readonly<Record<EngineName, number>> = { process: 3, compose: 2 };

function selftestConfig(argv: Argv, host: Host): SelftestConfig {
  const engine = readEngine(argv) ?? "compose";
  const families = readOne(argv, "only");
  const only = families === undefined
    ? []
    : readNames("only", families).map((name) => readName("only", name, FAMILIES));
  return {
    engine,
    only: [...new Set(only)],
    repeat: readCount("repeat", readDefaulted(argv, "repeat")),
    sideBySide: argv.flag("side-by-side"),
    jobs: jobsOf({ jobs: readJobs(argv, "auto") }, host, TRIALS_A_CORE[engine]),
    out: resolve(host.cwd(), readOne(argv, "out") ?? `${AUDIT_ROOT}/vx11_selftest_${stampOf(host.clock)}`),
    quiet: argv.flag("quiet"),
    json: argv.flag("json"),
  };
}

function wantsColor(argv: Argv, host: Host): boolean {
  return !argv.flag("no-color") && (host.env("NO_COLOR") ?? "") === "";
}

function cleanConfig(argv: Argv, host: Host): CleanConfig {
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

async function runConfig(argv: Argv, host: Host): Promise<RunConfig> {
  const config = await baseConfig(argv, host);
  const { settings } = config;
  const engine = readEngine(argv) ?? settings.engine;
  if (engine === "compose") return { ...config, engine };
  checkForProcesses(argv, settings);
  // Its services are children of this program and end with it.
  return { ...config, engine, keepCore: false };
}

/** All but the engine, which a demonstration brings itself. */
async function baseConfig(argv: Argv, host: Host): Promise<Omit<RunConfig, "engine">> {
  const common = cleanConfig(argv, host);
  const config: Omit<RunConfig, "settings" | "engine" | "modules" | "notices"> = {
    ...common,
    mode: readName("mode", readDefaulted(argv, "mode"), MODE_NAMES),
    jobs: readJobs(argv, "1"),
    cycles: readCount("cycles", readDefaulted(argv, "cycles")),
    keepCore: argv.flag("keep-core"),
    timeoutSec: readSeconds(argv, "timeout-sec", (seconds) => seconds > 0),
    testsDir: await readTestsDir(argv, host, common.projectDir),
    pytest: readCommandWords(argv),
    ...(argv.values("pytest").length > 0 ? { pytestGiven: true as const } : {}),
    testEnv: {},
    soakSec: readSeconds(argv, "soak-sec", () => true),
    recreate: argv.flag("recreate"),
    pull: readName("pull", readDefaulted(argv, "pull"), PULL_POLICIES),
    strict: argv.flag("strict"),
    exitZero: argv.flag("exit-zero"),
    umask: readUmask(argv),
    json: argv.flag("json"),
    ...readBaseline(argv, host),
  };
  const settings = await readSettings(host, readOne(argv, "config"));
  const { modules, notices } = readModuleNames(argv, settings.modules);
  return { ...config, settings, modules, notices: [...blanksNotice(argv), ...notices] };
}

/** An unset variable may have been meant to bring other rules, or another project: nobody is to find that out by chance. */
function blanksNotice({ blanks }: Argv): string[] {
  if (blanks.length === 0) return [];
  return [`Given empty, and so taken as not given: ${blanks.map((name) => `--${name}`).join(", ")}`];
}

function readEngine(argv: Argv): EngineName | undefined {
  const text = readOne(argv, "engine");
  return text === undefined ? undefined : readName("engine", text, ENGINE_NAMES);
}

/** What was asked for and cannot be had of the process engine. */
function checkForProcesses(argv: Argv, { services }: Settings): void {
  if (argv.given("keep-core")) {
    throw usageFailure(
      "--keep-core cannot be used with the process engine: its services are children of this program and end with it",
      "Leave --keep-core out",
    );
  }
  if (argv.values("compose-file").length > 0) {
    throw usageFailure(
      "--compose-file cannot be used with the process engine: it runs the `services` of the config file",
      "Leave --compose-file out, or give --engine compose",
    );
  }
  const [pull] = argv.values("pull");
  if (pull !== undefined) {
    throw usageFailure(
      "--pull cannot be used with the process engine: its services have no images",
      "Leave --pull out, or give --engine compose",
    );
  }
  if (services.size > 0) return;
  throw usageFailure(
    "The process engine has nothing to run: no `services` in a --config file",
    "Give one, as config/example.yaml shows; `vx11-stability demo` brings services of its own",
  );
}

/** A folder that is named must be there: without it every module would be told to have no tests. */
async function readTestsDir(argv: Argv, host: Host, projectDir: string): Promise<string> {
  const [given] = argv.values("tests-dir");
  const dir = resolve(projectDir, readDefaulted(argv, "tests-dir"));
  if (given === undefined || await host.files.kind(dir) === "directory") return dir;
  throw usageFailure(
    `--tests-dir is ${shown(given)}, and there is no folder ${shown(dir)}`,
    "It is relative to --project-dir",
  );
}

async function readSettings(host: Host, path: string | undefined): Promise<Settings> {
  if (path === undefined) return defaultSettings();
  const file = resolve(host.cwd(), path);
  const text = await readConfigText(host, file, path);
  return parseConfig(text, path);
}

async function readConfigText(host: Host, file: string, path: string): Promise<string> {
  const refused = (why: string) => usageFailure(`Cannot read config ${shown(path)}: ${why}`, "Check --config");
  let kind: PathKind;
  try {
    kind = await host.files.kind(file);
    if (kind === "file") return await host.files.readText(file);
  } catch (error) {
    throw refused(messageOf(error));
  }
  throw refused(kind === "directory" ? "it is a directory" : "there is no such file");
}
