/** Options that several commands have. What one of them says otherwise stands with it. Data only. */

import { CONTEXT_RULE } from "../engine/context_name.ts";
import { ENGINE_NAMES, ENGINES_HELP } from "../engine/registry.ts";
import { PULL_POLICIES } from "../model/config.ts";
import { DEFAULT_TESTS_PER, TESTS_PER } from "../model/settings.ts";
import { oneOf } from "../text/one_of.ts";
import type { Option } from "./command.ts";

const SHARED = [
  {
    name: "engine",
    kind: "value",
    placeholder: "ENGINE",
    wanted: oneOf(ENGINE_NAMES),
    values: ENGINE_NAMES,
    shownDefault: "compose, unless the config file says otherwise",
    help: ENGINES_HELP,
  },
  {
    name: "context",
    kind: "value",
    placeholder: "NAME",
    wanted: CONTEXT_RULE,
    shownDefault: "what docker itself takes: DOCKER_HOST, DOCKER_CONTEXT, or the context in use",
    help: "docker context of the engine, which may be on another host",
  },
  {
    name: "mode",
    kind: "value",
    placeholder: "MODE",
    wanted: "the name of a mode",
    values: "modes",
    shownDefault: "low_power, or the first mode of the config file",
    help:
      "what stays up around all others. low_power: only the core. operative_core: switch, spawner, mcp and what they " +
      "need, too. A config file may name others",
  },
  {
    name: "cycles",
    kind: "value",
    placeholder: "N",
    wanted: "a whole number from 1 to 10000",
    fallback: "1",
    help: "passes over the selected modules; with --for as many as fit, unless a number is given",
  },
  {
    name: "for",
    kind: "value",
    placeholder: "TIME",
    wanted: "a time from 1s to 10000h, such as 90s, 30m, 24h or 1h30m",
    shownDefault: "until all cycles are done",
    help: "begin cycles until this time is over, and finish the last one; with --cycles, whichever comes first",
  },
  {
    name: "modules",
    kind: "value",
    placeholder: "A,B",
    wanted: "names of modules, separated by commas",
    values: "modules",
    commas: true,
    shownDefault: "all but the core",
    help: "modules to test; their dependencies are brought up too",
  },
  {
    name: "audit-dir",
    kind: "value",
    placeholder: "PATH",
    wanted: "a path",
    values: "folder",
    shownDefault: "docs/audit/vx11_stability_<UTC>/ below the project dir",
    help: "folder for reports and raw output",
  },
  {
    name: "umask",
    kind: "value",
    placeholder: "OCTAL",
    wanted: "an octal number from 000 to 077",
    fallback: "077",
    help: "permissions to take away from reports and raw output; 022: others may read them",
  },
  {
    name: "keep-core",
    kind: "switch",
    shownDefault: "keep",
    help: "leave the core up after the run",
  },
  {
    name: "timeout-sec",
    kind: "value",
    placeholder: "N",
    wanted: "a number of seconds over 0 and up to 86400",
    fallback: "20",
    help: "limit for a health check, for each attempt of it, and for each test file",
  },
  {
    name: "config",
    kind: "value",
    placeholder: "PATH",
    wanted: "the path of a YAML file",
    values: "file",
    shownDefault: "none",
    help: "file with thresholds, rule levels and modules",
  },
  {
    name: "project-dir",
    kind: "value",
    placeholder: "PATH",
    wanted: "a path",
    values: "folder",
    fallback: ".",
    help: "folder of the Compose project; the reports are written below it",
  },
  {
    name: "compose-file",
    kind: "list",
    placeholder: "PATH",
    wanted: "a path",
    values: "file",
    shownDefault: "what Compose finds in the project dir",
    help: "Compose file; may be given more than once",
  },
  {
    name: "tests-dir",
    kind: "value",
    placeholder: "PATH",
    wanted: "a path",
    values: "folder",
    fallback: "tests",
    help: "folder of the pytest files, relative to the project dir",
  },
  {
    name: "pytest",
    kind: "value",
    placeholder: "CMD",
    wanted: "a command, its words separated by spaces, with quotes closed",
    fallback: "python3 -m pytest",
    help: "command that runs pytest; no shell reads it",
  },
  {
    name: "tests-per",
    kind: "value",
    placeholder: "WHAT",
    wanted: oneOf(TESTS_PER),
    values: TESTS_PER,
    shownDefault: `${DEFAULT_TESTS_PER}, unless the config file says otherwise`,
    help:
      "what has a pytest of its own. file: each test file. module: the test files of a module that are in one folder, " +
      "so that they import the same libraries once; each keeps its own result, output and limit",
  },
  {
    name: "soak-sec",
    kind: "value",
    placeholder: "N",
    wanted: "a number of seconds from 0 to 86400",
    fallback: "0",
    help: "time to watch each module after its tests",
  },
  {
    name: "recreate",
    kind: "flag",
    help: "recreate containers that were running before, instead of testing them in place; they are removed at the end",
  },
  {
    name: "pull",
    kind: "value",
    placeholder: "WHEN",
    wanted: oneOf(PULL_POLICIES),
    values: PULL_POLICIES,
    fallback: "missing",
    help: "images to pull before the first cycle. missing: those that are neither present nor built by the project. " +
      "never: none. always: all that the project does not build",
  },
  {
    name: "baseline",
    kind: "value",
    placeholder: "PATH",
    wanted: "the folder of a run, or its REPORT.json",
    values: "file",
    shownDefault: "none",
    help: "earlier run to compare with; figures that got worse are reported as regressed",
  },
  {
    name: "across-hosts",
    kind: "flag",
    help: "compare figures of different hosts, too",
  },
  {
    name: "jobs",
    kind: "value",
    placeholder: "N",
    wanted: "a whole number from 1 to 10000, or auto",
    shownDefault: "1",
    help: "modules to test at the same time; auto: as many as this host's cores and free memory allow",
  },
  {
    name: "flaky-allowed",
    kind: "value",
    placeholder: "PCT",
    wanted: "a number of percent from 0 to 100",
    shownDefault: "0, unless the config file says otherwise",
    help:
      "a test that failed in some cycles is WARN, not FAIL, if it is shown to fail at most so often: the 95 % interval of its " +
      "rate must not go beyond. 0: none is",
  },
  {
    name: "strict",
    kind: "flag",
    help: "a WARN also gives exit code 1",
  },
  {
    name: "exit-zero",
    kind: "flag",
    help: "exit code 0 whatever the verdict; 2, 3, 4 and 130 stay",
  },
  {
    name: "quiet",
    kind: "flag",
    help: "no progress, only problems and the result",
  },
  {
    name: "json",
    kind: "flag",
    help: "the result as JSON on stdout",
  },
  { name: "no-color", kind: "flag", env: "NO_COLOR", help: "plain text" },
  { name: "help", short: "h", kind: "flag", help: "show this help" },
  { name: "version", kind: "flag", help: "show the version" },
] as const satisfies readonly Option[];

export type SharedName = (typeof SHARED)[number]["name"];

/** The option; `own`: what the command that has it says instead. */
export function shared(name: SharedName, own: Partial<Option> = {}): Option {
  const option = (SHARED as readonly Option[]).find((each) => each.name === name);
  if (option === undefined) throw new Error(`no shared option --${name}`);
  return { ...option, ...own };
}

/** What a run of the project's own modules has, and its plan. */
export const OF_PROJECT_RUN = [
  ...[
    "engine",
    "context",
    "mode",
    "cycles",
    "for",
    "modules",
    "audit-dir",
    "umask",
    "keep-core",
    "timeout-sec",
    "config",
  ],
  ...["project-dir", "compose-file", "tests-dir", "pytest", "tests-per", "soak-sec", "recreate", "pull"],
] as const satisfies readonly SharedName[];

/** Several of them, as they are. */
export function sharedAll(...names: readonly SharedName[]): Option[] {
  return names.map((name) => shared(name));
}
