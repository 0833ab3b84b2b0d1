/**
 * The commands and the one table of options: args.ts parses by it, help.ts prints it. Data only; which values
 * are good is decided in args.ts.
 */

import { FORMAT_NAMES } from "../report/formats.ts";
import { FAMILIES } from "../selftest/defect.ts";

export const COMMANDS = {
  run: "Bring the modules up, watch and test them, write the reports (the default)",
  plan: "Say what a run would do, in which order; touch nothing",
  demo: "Try it without Docker and without VX11: a run on services of its own, in which faults can be planted",
  resume: "Go on with a run that was killed or interrupted: what is done is not done again",
  clean: "Remove what a run that was killed left behind",
  judge: "Give the verdict of a run again, from its journal alone",
  report: "Write the reports of a run again from its journal, or print one of them",
  compare: "Say what changed from one run to another, and whether it is more than chance",
  history: "List the runs of a folder with their verdicts and trends, and write an index.html over them",
  selftest: "Plant defects on this host's engine, and count what is judged wrong",
  review: "Have a language model review a run: sends a summary of its record to the endpoint that you name",
} as const;

export type CommandName = keyof typeof COMMANDS;
export const COMMAND_NAMES = Object.keys(COMMANDS) as CommandName[];

/** What a command needs besides options; one word unless it says otherwise. */
export interface Arguments {
  placeholder: string;
  wanted: string;
  least?: number;
  most?: number;
}

export const ARGUMENTS: Partial<Record<CommandName, Arguments>> = {
  resume: { placeholder: "AUDIT_DIR", wanted: "the folder of a run" },
  judge: { placeholder: "AUDIT_DIR", wanted: "the folder of a run" },
  report: { placeholder: "AUDIT_DIR", wanted: "the folder of a run" },
  review: { placeholder: "AUDIT_DIR", wanted: "the folder of a run" },
  compare: {
    placeholder: "OLD NEW",
    wanted: "two runs, the earlier one first: their folders, or their REPORT.json",
    least: 2,
    most: 2,
  },
  history: { placeholder: "[DIR]", wanted: "a folder that holds the folders of runs", least: 0 },
};

export interface Option {
  /** Without the dashes. */
  name: string;
  /** One letter, without the dash. */
  short?: string;
  /** `value` may be given once, `list` many times; a `switch` is on unless `--no-<name>` is given. */
  kind: "value" | "list" | "flag" | "switch";
  commands: readonly CommandName[];
  help: string;
  /** What stands for the value in the help. */
  placeholder?: string;
  /** What the value must be: `--cycles is "x", it must be <wanted>`. */
  wanted?: string;
  /** The value that is parsed where none is given; undefined where leaving it out means something else. */
  fallback?: string;
  /** The default as the help shows it, where that is not `fallback`. */
  shownDefault?: string;
  /** The environment variable that does the same. */
  env?: string;
  /** What the help of a command says instead, where the option is not the same to all of them. */
  per?: Partial<Record<CommandName, { help?: string; shownDefault?: string }>>;
}

const PROJECT: readonly CommandName[] = ["run", "plan"];
const RUN: readonly CommandName[] = ["run", "plan", "demo"];
const COMPOSE: readonly CommandName[] = ["run", "plan", "clean"];
const DEMO: readonly CommandName[] = ["demo"];
const JUDGING: readonly CommandName[] = ["run", "plan", "demo", "judge", "compare"];
const ALL: readonly CommandName[] = [
  "run",
  "plan",
  "demo",
  "resume",
  "clean",
  "judge",
  "report",
  "compare",
  "history",
  "selftest",
  "review",
];
const REVIEW: readonly CommandName[] = ["review"];

function perCommand<Told>(commands: readonly CommandName[], told: Told): Partial<Record<CommandName, Told>> {
  return Object.fromEntries(commands.map((command) => [command, told]));
}

export const OPTIONS = [
  {
    name: "fault",
    kind: "list",
    commands: DEMO,
    placeholder: "KIND[:MODULE]",
    wanted: "a kind of fault, and after a colon the module that is to have it",
    shownDefault: "none",
    help: "trouble to plant; may be given more than once, for a module each",
  },
  { name: "list-faults", kind: "flag", commands: DEMO, help: "tell the kinds of fault, and what each gives" },
  {
    name: "engine",
    kind: "value",
    commands: ["run", "plan", "selftest"],
    placeholder: "ENGINE",
    wanted: "compose or process",
    shownDefault: "compose, unless the config file says otherwise",
    help:
      "compose: services run in containers. process: as processes of this host, as `services` in the config file says",
    per: {
      selftest: {
        help: "compose: stand-ins run in containers. process: as processes of this host",
        shownDefault: "compose",
      },
    },
  },
  {
    name: "mode",
    kind: "value",
    commands: RUN,
    placeholder: "MODE",
    wanted: "low_power or operative_core",
    fallback: "low_power",
    help: "low_power: only the core stays up. operative_core: switch, spawner, mcp and what they need stay up too",
  },
  {
    name: "cycles",
    kind: "value",
    commands: RUN,
    placeholder: "N",
    wanted: "a whole number from 1 to 10000",
    fallback: "1",
    help: "passes over the selected modules",
  },
  {
    name: "modules",
    kind: "value",
    commands: RUN,
    placeholder: "A,B",
    wanted: "names of modules, separated by commas",
    shownDefault: "all but baseline",
    help: "modules to test; what they depend on is brought up for them",
  },
  {
    name: "audit-dir",
    kind: "value",
    commands: ["run", "plan", "demo", "clean"],
    placeholder: "PATH",
    wanted: "a path",
    shownDefault: "docs/audit/vx11_stability_<UTC>/ below the project dir",
    help: "folder for reports and raw output",
    per: { clean: { help: "folder of a killed run that is not found by itself", shownDefault: "none" } },
  },
  {
    name: "umask",
    kind: "value",
    commands: RUN,
    placeholder: "OCTAL",
    wanted: "an octal number from 000 to 077",
    fallback: "077",
    help: "permissions that reports and raw output do not have; 022: others may read them",
  },
  {
    name: "keep-core",
    kind: "switch",
    commands: PROJECT,
    shownDefault: "keep",
    help: "leave the core up after the run",
  },
  {
    name: "timeout-sec",
    kind: "value",
    commands: RUN,
    placeholder: "N",
    wanted: "a number of seconds over 0 and up to 86400",
    fallback: "20",
    help: "limit for a health check, also for one attempt, and for each test file",
  },
  {
    name: "config",
    kind: "value",
    commands: JUDGING,
    placeholder: "PATH",
    wanted: "the path of a YAML file",
    shownDefault: "none",
    help: "thresholds, rule levels and modules",
    per: {
      judge: { help: "thresholds and rule levels to judge by instead", shownDefault: "the run's own" },
      compare: { help: "thresholds: the limits named regressed_*", shownDefault: "the built-in ones" },
    },
  },
  {
    name: "project-dir",
    kind: "value",
    commands: ["run", "plan", "demo", "clean"],
    placeholder: "PATH",
    wanted: "a path",
    fallback: ".",
    help: "folder of the Compose project; the reports go below it",
    per: {
      demo: { help: "folder that the reports go below" },
      clean: { help: "folder of the Compose project" },
    },
  },
  {
    name: "compose-file",
    kind: "list",
    commands: COMPOSE,
    placeholder: "PATH",
    wanted: "a path",
    shownDefault: "what Compose finds in the project dir",
    help: "Compose file; may be given more than once",
  },
  {
    name: "tests-dir",
    kind: "value",
    commands: PROJECT,
    placeholder: "PATH",
    wanted: "a path",
    fallback: "tests",
    help: "folder of the pytest files, relative to the project dir",
  },
  {
    name: "pytest",
    kind: "value",
    commands: RUN,
    placeholder: "CMD",
    wanted: "a command, its words separated by spaces, with quotes closed",
    fallback: "python3 -m pytest",
    help: "command that runs pytest; no shell reads it",
  },
  {
    name: "soak-sec",
    kind: "value",
    commands: RUN,
    placeholder: "N",
    wanted: "a number of seconds from 0 to 86400",
    fallback: "0",
    help: "time to watch each module after its tests",
  },
  {
    name: "recreate",
    kind: "flag",
    commands: PROJECT,
    help: "recreate containers that were running before, instead of testing them in place; they go at the end, too",
  },
  {
    name: "pull",
    kind: "value",
    commands: PROJECT,
    placeholder: "WHEN",
    wanted: "missing, never or always",
    fallback: "missing",
    help: "images pulled before the first cycle: missing, those neither here nor to be built; never; always",
  },
  {
    name: "from",
    kind: "value",
    commands: ["plan"],
    placeholder: "PATH",
    wanted: "the folder of a run, or its REPORT.json",
    shownDefault: "none",
    help: "earlier run from whose times the critical path is predicted",
  },
  {
    name: "baseline",
    kind: "value",
    commands: ["run", "demo"],
    placeholder: "PATH",
    wanted: "the folder of a run, or its REPORT.json",
    shownDefault: "none",
    help: "earlier run to compare with: figures that got worse are reported as regressed",
  },
  {
    name: "across-hosts",
    kind: "flag",
    commands: ["run", "demo", "compare"],
    help: "compare figures of different hosts, too",
  },
  {
    name: "repeat",
    kind: "value",
    commands: ["selftest"],
    placeholder: "N",
    wanted: "a whole number from 1 to 10000",
    fallback: "1",
    help: "trials of each defect",
  },
  {
    name: "only",
    kind: "value",
    commands: ["selftest"],
    placeholder: "FAMILIES",
    wanted: "names of families, separated by commas",
    shownDefault: "all",
    help: `families of defects: ${FAMILIES.join(", ")}`,
  },
  {
    name: "jobs",
    kind: "value",
    commands: ["run", "plan", "demo", "selftest"],
    placeholder: "N",
    wanted: "a whole number from 1 to 10000, or auto",
    shownDefault: "1; selftest: auto",
    help:
      "modules at work at the same time, or trials of a selftest; auto: by the cores of this host, and by its free memory",
    per: {
      ...perCommand(RUN, {
        help: "modules at work at the same time; auto: by the cores of this host, and by its free memory",
        shownDefault: "1",
      }),
      selftest: { help: "trials at the same time; auto: by the cores of this host", shownDefault: "auto" },
    },
  },
  {
    name: "side-by-side",
    kind: "flag",
    commands: ["selftest"],
    help: "test each defect beside a healthy module, as runs with several --jobs do",
  },
  {
    name: "out",
    kind: "value",
    commands: ["judge", "selftest"],
    placeholder: "PATH",
    wanted: "a path",
    shownDefault: "judge: AUDIT_DIR, with --config AUDIT_DIR/rejudged; selftest: docs/audit/vx11_selftest_<UTC>/",
    help: "folder for what is written",
    per: {
      judge: { help: "folder for the reports", shownDefault: "AUDIT_DIR, with --config AUDIT_DIR/rejudged" },
      selftest: { shownDefault: "docs/audit/vx11_selftest_<UTC>/" },
    },
  },
  {
    name: "format",
    kind: "list",
    commands: ["report", "compare"],
    placeholder: "FORMAT",
    wanted: "the name of a form",
    shownDefault: "report: all files, into AUDIT_DIR; compare: text",
    help: `what is printed; report: ${FORMAT_NAMES.join(", ")}, more than once if wanted; compare: text, json, md`,
    per: {
      report: {
        help: `report to print: ${FORMAT_NAMES.join(", ")}; may be given more than once`,
        shownDefault: "none is printed, all files are written into AUDIT_DIR",
      },
      compare: { help: "form of what is printed: text, json, md", shownDefault: "text" },
    },
  },
  {
    name: "endpoint",
    kind: "value",
    commands: REVIEW,
    placeholder: "URL",
    wanted: "a base URL",
    shownDefault: "https://api.deepseek.com where DEEPSEEK_API_KEY is set",
    env: "DEEPSEEK_BASE_URL",
    help: "base URL of a chat-completions endpoint; its key, if it needs one, comes from DEEPSEEK_API_KEY",
  },
  {
    name: "model",
    kind: "value",
    commands: REVIEW,
    placeholder: "NAME",
    wanted: "the name of a model",
    fallback: "deepseek-reasoner",
    help: "model that is asked",
  },
  {
    name: "wait-sec",
    kind: "value",
    commands: REVIEW,
    placeholder: "N",
    wanted: "a number of seconds over 0 and up to 86400",
    fallback: "600",
    help: "limit for the answer",
  },
  { name: "dry-run", kind: "flag", commands: REVIEW, help: "show all that would be sent, and send nothing" },
  {
    name: "strict",
    kind: "flag",
    commands: JUDGING,
    help: "a WARN ends with exit code 1, too",
    per: { compare: { help: "any verdict that is worse than before ends with exit code 1, too" } },
  },
  {
    name: "exit-zero",
    kind: "flag",
    commands: ["run", "plan", "demo", "judge"],
    help: "exit code 0 whatever the verdict; 2, 3, 4 and 130 stay",
  },
  {
    name: "quiet",
    kind: "flag",
    commands: ["run", "plan", "demo", "resume", "clean", "judge", "report", "selftest", "review"],
    help: "no progress, only problems and the result",
    per: { plan: { help: "only the order, and what is wrong" } },
  },
  {
    name: "json",
    kind: "flag",
    commands: ["run", "plan", "demo", "resume", "judge", "compare", "history", "selftest"],
    help: "the result as JSON on stdout",
  },
  { name: "no-color", kind: "flag", commands: ALL, env: "NO_COLOR", help: "plain text" },
  { name: "help", short: "h", kind: "flag", commands: ALL, help: "show this help" },
  { name: "version", kind: "flag", commands: PROJECT, help: "show the version" },
] as const satisfies readonly Option[];

export type OptionName = (typeof OPTIONS)[number]["name"];

/** The options of a command as it has them, in the order of the table. */
export function optionsOf(command: CommandName): readonly Option[] {
  return (OPTIONS as readonly Option[]).filter((option) => option.commands.includes(command))
    .map((option) => ({ ...option, ...option.per?.[command] }));
}
