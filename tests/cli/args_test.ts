import { assertEquals } from "@std/assert";
import { parseCommand } from "../../lib/cli/args.ts";
import type { Command } from "../../lib/cli/commands.ts";
import { helpText } from "../../lib/cli/help.ts";
import { COMMAND_NAMES, type CommandName, optionsOf } from "../../lib/cli/commands.ts";
import type { RunConfig } from "../../lib/model/config.ts";
import { MODULE_NAMES } from "../../lib/modules.ts";
import { defaultSettings } from "../../lib/config/file.ts";
import { assertUsage } from "../fakes/failure.ts";
import { fakeHost, type FakeHostOptions } from "../fakes/host.ts";

const ALL = MODULE_NAMES.join(", ");
const COMMANDS_HINT = `Commands: ${COMMAND_NAMES.join(", ")}`;

const DEFAULTS: RunConfig = {
  engine: "compose",
  mode: "low_power",
  cycles: 1,
  jobs: 1,
  selected: undefined,
  auditDir: undefined,
  keepCore: true,
  timeoutSec: 20,
  projectDir: "/work",
  composeFiles: [],
  testsDir: "/work/tests",
  pytest: ["python3", "-m", "pytest"],
  testsPer: "file",
  testEnv: {},
  soakSec: 0,
  recreate: false,
  pull: "missing",
  exitZero: false,
  umask: 0o077,
  strict: false,
  quiet: false,
  json: false,
  color: true,
  settings: defaultSettings(),
  notices: [],
};

function parsed(args: string[], rest: FakeHostOptions = {}): Promise<Command> {
  return parseCommand(fakeHost({ args, ...rest }));
}

const JOBS_DEFAULT = "1";

/** Every spelling of an option of the command, as failures list them. */
function listed(command: CommandName): string {
  const names = optionsOf(command).flatMap(({ name, kind }) => kind === "switch" ? [name, `no-${name}`] : [name]);
  return `Options of ${command}: ${names.map((name) => `--${name}`).join(", ")}`;
}

const RUNS: [string[], Partial<RunConfig>][] = [
  [[], {}],
  [["run"], {}],
  [["--mode", "operative_core"], { mode: "operative_core", jobs: 1 }],
  [["--mode", "operative_core", "--jobs", "2"], { mode: "operative_core", jobs: 2 }],
  [["--jobs", "auto"], { jobs: "auto" }],
  [["--jobs=10000"], { jobs: 10_000 }],
  [["--cycles", "10000"], { cycles: 10_000 }],
  [["--cycles=1", "run"], { cycles: 1 }],
  [["--modules", "switch, hermes"], { selected: ["switch", "hermes"] }],
  [["--modules=baseline"], { selected: ["baseline"] }],
  [["--audit-dir", "out/../a"], { auditDir: "/work/a" }],
  [["--audit-dir", "-x"], { auditDir: "/work/-x" }],
  [["--keep-core"], { keepCore: true }],
  [["--no-keep-core"], { keepCore: false }],
  [["--timeout-sec", "0.5"], { timeoutSec: 0.5 }],
  [["--timeout-sec", "86400"], { timeoutSec: 86_400 }],
  [["--umask", "022"], { umask: 0o022 }],
  [["--umask", "0022"], { umask: 0o022 }],
  [["--umask", "0"], { umask: 0 }],
  [["--project-dir", "vx11"], { projectDir: "/work/vx11", testsDir: "/work/vx11/tests" }],
  [["--compose-file", "a.yml", "--compose-file=/b.yml"], { composeFiles: ["/work/a.yml", "/b.yml"] }],
  [["--compose-file", "a=b.yml"], { composeFiles: ["/work/a=b.yml"] }],
  [["--project-dir", "p", "--compose-file", "c.yml"], {
    projectDir: "/work/p",
    testsDir: "/work/p/tests",
    composeFiles: ["/work/c.yml"],
  }],
  [["--pytest", "'/opt/py 3/bin/pytest' -q"], { pytest: ["/opt/py 3/bin/pytest", "-q"], pytestGiven: true }],
  [["--for", "90s"], { cycles: null, forSec: 90 }],
  [["--for", "30m"], { cycles: null, forSec: 1800 }],
  [["--for=24h"], { cycles: null, forSec: 86_400 }],
  [["--for", "1h30m"], { cycles: null, forSec: 5400 }],
  [["--for", "1h0m5s"], { cycles: null, forSec: 3605 }],
  [["--for", "10000h"], { cycles: null, forSec: 36_000_000 }],
  [["--for", "24h", "--cycles", "5"], { cycles: 5, forSec: 86_400 }],
  [["--tests-per", "module"], { testsPer: "module" }],
  [["--soak-sec", "0"], { soakSec: 0 }],
  [["--soak-sec", "1.25"], { soakSec: 1.25 }],
  [["--recreate", "--strict", "--quiet", "--json"], { recreate: true, strict: true, quiet: true, json: true }],
  [["--quiet", "run"], { quiet: true }],
  [["--no-color"], { color: false }],
  [["--engine", "compose"], { engine: "compose" }],
  [["--context", "lab-2"], { context: "lab-2" }],
  [["--exit-zero"], { exitZero: true }],
  [["--pull", "always"], { pull: "always" }],
  [["--pull=never"], { pull: "never" }],
  [["--modules", "switch,hermes,"], { selected: ["switch", "hermes"] }],
  [["--modules", ",switch,, hermes ,"], { selected: ["switch", "hermes"] }],
  [["--modules", "operator_backend"], {
    selected: ["operator-backend"],
    notices: ['Module "operator_backend" is taken for "operator-backend"'],
  }],
  [["--modules", "SWITCH,Operator_Frontend,switch"], {
    selected: ["switch", "operator-frontend"],
    notices: [
      'Module "SWITCH" is taken for "switch"',
      'Module "Operator_Frontend" is taken for "operator-frontend"',
      '--modules names "switch" more than once: it is run once',
    ],
  }],
];

/** Every option of a run with a value: what a CI variable that is not set leaves of it means its default. */
const VALUED = optionsOf("run").filter(({ kind }) => kind === "value" || kind === "list").map(({ name }) => name);
for (const name of VALUED) {
  for (const blank of ["", "  "]) RUNS.push([[`--${name}`, blank], { notices: [empty(name)] }]);
}
RUNS.push([["--modules=", "--audit-dir=", "--cycles", "2", "--cycles="], {
  cycles: 2,
  notices: [empty("cycles", "modules", "audit-dir")],
}]);
RUNS.push([["--compose-file", "a", "--compose-file="], {
  composeFiles: ["/work/a"],
  notices: [empty("compose-file")],
}]);

function empty(...names: string[]): string {
  return `Given an empty value, and so taken as not given: ${names.map((name) => `--${name}`).join(", ")}`;
}

for (const [args, changed] of RUNS) {
  Deno.test(`parseCommand() ${JSON.stringify(args)}`, async () => {
    assertEquals(await parsed(args), { kind: "run", config: { ...DEFAULTS, ...changed } });
  });
}

Deno.test("parseCommand() takes --flaky-allowed over the config file, also where only a plan or a demonstration is wanted", async () => {
  const files = { "/work/c.yaml": "thresholds: { flaky_allowed_pct: 7 }\n" };
  const allowed = async (...args: string[]) => {
    const command = await parsed(args, { files });
    const config = command.kind === "demo" ? command.request.config : command.kind === "help" ? null : command;
    const { settings } = (config !== null && "config" in config ? config.config : config) as RunConfig;
    return settings.thresholds.flaky_allowed_pct;
  };
  assertEquals(await allowed(), 0);
  assertEquals(await allowed("--flaky-allowed", "2.5"), 2.5);
  assertEquals(await allowed("--config", "c.yaml"), 7);
  assertEquals(await allowed("--config", "c.yaml", "--flaky-allowed", "0"), 0);
  assertEquals(await allowed("plan", "--config", "c.yaml"), 7);
  assertEquals(await allowed("demo", "--flaky-allowed=100"), 100);
});

Deno.test("parseCommand() takes --tests-dir below the project dir, and refuses one that is not there", async () => {
  const files = { "/srv/t/py/test_a.py": "", "/t/test_a.py": "" };
  const of = async (...args: string[]) => {
    const command = await parseCommand(fakeHost({ args, cwd: "/work", files }));
    return command.kind === "run" ? command.config.testsDir : null;
  };
  assertEquals(await of("--project-dir", "/srv", "--tests-dir", "t/py"), "/srv/t/py");
  assertEquals(await of("--tests-dir", "/t"), "/t");
  const what = '--tests-dir is "tets", and there is no folder "/work/tets"';
  await assertUsage(() => of("--tests-dir", "tets"), what, "It is relative to --project-dir");
});

Deno.test("parseCommand() plan takes the options of run", async () => {
  assertEquals(await parsed(["plan", "--json", "--modules", "mcp"]), {
    kind: "plan",
    config: { ...DEFAULTS, json: true, selected: ["mcp"] },
  });
});

Deno.test("parseCommand() plan takes an earlier run, from where it is called", async () => {
  const from = async (...args: string[]) => {
    const command = await parsed(["plan", "--project-dir", "p", ...args]);
    return command.kind === "plan" ? command.from : null;
  };
  assertEquals(await from(), undefined);
  assertEquals(await from("--from", "docs/audit/run"), "/work/docs/audit/run");
  assertEquals(await from("--from=/a/REPORT.json"), "/a/REPORT.json");
});

Deno.test("parseCommand() clean", async () => {
  const clean = { projectDir: "/work", composeFiles: [], auditDir: undefined, quiet: false, color: true };
  assertEquals(await parsed(["clean"]), { kind: "clean", config: clean });
  const args = ["--project-dir", "p", "--compose-file", "c", "--audit-dir", "a", "--quiet", "--no-color", "clean"];
  assertEquals(await parsed(args), {
    kind: "clean",
    config: { projectDir: "/work/p", composeFiles: ["/work/c"], auditDir: "/work/a", quiet: true, color: false },
  });
});

Deno.test("parseCommand() compare", async () => {
  const compare = {
    before: "old",
    after: "new/REPORT.json",
    acrossHosts: false,
    all: false,
    format: "text",
    strict: false,
    color: true,
    thresholds: defaultSettings().thresholds,
  };
  const of = async (...args: string[]) => (await parsed(["compare", "old", "new/REPORT.json", ...args]));
  const given = (over: object) => ({ kind: "compare", config: { ...compare, ...over } });
  assertEquals<unknown>(await of(), given({}));
  assertEquals<unknown>(await of("--format", "md", "--across-hosts"), given({ format: "md", acrossHosts: true }));
  assertEquals<unknown>(await of("--all"), given({ all: true }));
  assertEquals<unknown>(await of("--json", "--strict"), given({ format: "json", strict: true }));
  assertEquals<unknown>(await of("--json", "--format=json", "--no-color"), given({ format: "json", color: false }));
});

Deno.test("parseCommand() history", async () => {
  const history = { dir: "/work/docs/audit", json: false, color: true };
  assertEquals(await parsed(["history"]), { kind: "history", config: history });
  assertEquals(await parsed(["history", "--json", "../runs"]), {
    kind: "history",
    config: { ...history, dir: "/runs", json: true },
  });
});

Deno.test("parseCommand() takes a baseline, from where it is called", async () => {
  const baseline = { path: "/work/docs/a", given: "docs/a", acrossHosts: false };
  const of = async (...args: string[]) => {
    const command = await parsed(["--project-dir", "p", ...args]);
    return command.kind === "run" ? command.config.baseline : null;
  };
  assertEquals(await of(), undefined);
  assertEquals(await of("--baseline", "docs/a"), baseline);
  assertEquals(await of("--baseline=docs/a", "--across-hosts"), { ...baseline, acrossHosts: true });
});

for (const [value, color] of [["1", false], ["0", false], ["", true]] as const) {
  Deno.test(`parseCommand() NO_COLOR="${value}" gives color ${color}`, async () => {
    assertEquals(await parsed([], { env: { NO_COLOR: value } }), { kind: "run", config: { ...DEFAULTS, color } });
  });
}

Deno.test("parseCommand() runs a module once that is named more often, and says so", async () => {
  const config = {
    ...DEFAULTS,
    selected: ["mcp", "switch"],
    notices: ['--modules names "mcp" more than once: it is run once'],
  };
  assertEquals(await parsed(["--modules", "mcp,switch,mcp,mcp"]), { kind: "run", config });
});

for (const name of COMMAND_NAMES) {
  Deno.test(`parseCommand() ${name} --help`, async () => {
    const help = { kind: "help" as const, text: helpText(name) };
    assertEquals(await parsed([name, "--help"]), help);
    assertEquals(await parsed(["-h", name]), help);
  });
}

Deno.test("parseCommand() --help and --version come before values are looked at", async () => {
  assertEquals(await parsed(["--cycles", "0", "--help"]), { kind: "help", text: helpText() });
  assertEquals(await parsed(["--version", "--config", "missing.yaml"]), { kind: "version" });
});

const CYCLES = "it must be a whole number from 1 to 10000";
const SECONDS = "it must be a number of seconds over 0 and up to 86400";
const SOAK = "it must be a number of seconds from 0 to 86400";
const NAMES = "it must be names of modules, separated by commas";
const COMMAND = "it must be a command, its words separated by spaces, with quotes closed";

function leaveOut(fallback: string): string {
  return `Correct it, or leave it out for the default: ${fallback}`;
}

const MISTAKES: [string[], string, string][] = [
  [
    ["--engine", "docker"],
    '--engine is "docker", it must be compose or process',
    leaveOut("compose, unless the config file says otherwise"),
  ],
  [["--engine", "proces"], '--engine is "proces", it must be compose or process', 'Did you mean "process"?'],
  [
    ["--engine", "process"],
    "The process engine has nothing to run: no `services` in a --config file",
    "Give one, as config/example.yaml shows; `vx11-stability demo` brings services of its own",
  ],
  [
    ["--keep-core", "--config", "processes.yaml"],
    "--keep-core cannot be used with the process engine: its services are children of this program and end with it",
    "Leave --keep-core out",
  ],
  [
    ["--compose-file", "c.yml", "--config", "processes.yaml"],
    "--compose-file cannot be used with the process engine: it runs the `services` of the config file",
    "Leave --compose-file out, or give --engine compose",
  ],
  ...["0", "-1", "-0", "+1", "1.5", "1e3", "0x10", "10001", "99999999999", "many", " 1", "01", "NaN"].map((
    value,
  ): [string[], string, string] => [
    ["--cycles", value],
    `--cycles is ${JSON.stringify(value)}, ${CYCLES}`,
    leaveOut("1"),
  ]),
  [["--cycles=-1"], `--cycles is "-1", ${CYCLES}`, leaveOut("1")],
  [["--cycles"], `--cycles has no value, ${CYCLES}`, 'Give one, such as --cycles "1"'],
  [
    ["--cycles", "--quiet"],
    `--cycles has no value: "--quiet" follows, ${CYCLES}`,
    "Give one; a value that starts with -- is written --cycles=VALUE",
  ],
  [["--cycles", "1", "--cycles", "2"], '--cycles is given twice, "1" and "2"', "Give it once"],
  ...["0", "0.0", "-1", "86400.1", "1e3", "20s", "Infinity", ".5", "5."].map((
    value,
  ): [string[], string, string] => [
    ["--timeout-sec", value],
    `--timeout-sec is ${JSON.stringify(value)}, ${SECONDS}`,
    leaveOut("20"),
  ]),
  ...["0s", "24", "-1h", "1.5h", "30m1h", "1h 30m", "1d", "h", "24H", "1e3s", "10000h1s"].map((
    value,
  ): [string[], string, string] => [
    ["--for", value],
    `--for is ${JSON.stringify(value)}, it must be a time from 1s to 10000h, such as 90s, 30m, 24h or 1h30m`,
    leaveOut("until all cycles are done"),
  ]),
  ...["-1", "86401", "x"].map((value): [string[], string, string] => [
    ["--soak-sec", value],
    `--soak-sec is ${JSON.stringify(value)}, ${SOAK}`,
    leaveOut("0"),
  ]),
  ...["-1", "100.1", "1e1", "5 %", "x"].map((value): [string[], string, string] => [
    ["--flaky-allowed", value],
    `--flaky-allowed is ${JSON.stringify(value)}, it must be a number of percent from 0 to 100`,
    leaveOut("0, unless the config file says otherwise"),
  ]),
  ...["700", "78", "0x12", "-1", "00077"].map((value): [string[], string, string] => [
    ["--umask", value],
    `--umask is ${JSON.stringify(value)}, it must be an octal number from 000 to 077`,
    leaveOut("077"),
  ]),
  [
    ["--mode", "low-power"],
    '--mode is "low-power", it must be low_power or operative_core',
    'Did you mean "low_power"?',
  ],
  [["--jobs", "0"], '--jobs is "0", it must be a whole number from 1 to 10000, or auto', leaveOut(JOBS_DEFAULT)],
  [["--jobs", "many"], '--jobs is "many", it must be a whole number from 1 to 10000, or auto', leaveOut(JOBS_DEFAULT)],
  [
    ["--mode", "turbo"],
    '--mode is "turbo", it must be low_power or operative_core',
    leaveOut("low_power, or the first mode of the config file"),
  ],
  [
    ["--mode", "LOW_POWER"],
    '--mode is "LOW_POWER", it must be low_power or operative_core',
    'Did you mean "low_power"?',
  ],
  ...[",", " , ", ",,"].map((value): [string[], string, string] => [
    ["--modules", value],
    `--modules is ${JSON.stringify(value)}, ${NAMES}`,
    leaveOut("all but the core"),
  ]),
  [["--modules", "swich"], 'Unknown module "swich"', `Did you mean "switch"? Modules: ${ALL}`],
  [["--modules", "madre"], 'Unknown module "madre"', `It is a service of module "baseline". Modules: ${ALL}`],
  [
    ["--modules", "Tentaculo-Link"],
    'Unknown module "Tentaculo-Link"',
    `It is a service of module "baseline". Modules: ${ALL}`,
  ],
  [["--modules", "mcp,-rf"], 'Unknown module "-rf"', `Modules: ${ALL}`],
  [["--modules=--privileged"], 'Unknown module "--privileged"', `Modules: ${ALL}`],
  [["--modules", "../../etc"], 'Unknown module "../../etc"', `Modules: ${ALL}`],
  [["--modules", "__proto__"], 'Unknown module "__proto__"', `Modules: ${ALL}`],
  [["--modules", "constructor"], 'Unknown module "constructor"', `Modules: ${ALL}`],
  ...["'python3", "'' -m pytest"].map((value): [string[], string, string] => [
    ["--pytest", value],
    `--pytest is ${JSON.stringify(value)}, ${COMMAND}`,
    leaveOut("python3 -m pytest"),
  ]),
  [
    ["--across-hosts", "--baseline", ""],
    "--across-hosts has no effect without --baseline",
    "Give --baseline, or leave it out",
  ],
  [
    ["--pull", "never", "--config", "processes.yaml"],
    "--pull cannot be used with the process engine: its services have no images",
    "Leave --pull out, or give --engine compose",
  ],
  [
    ["--context", "lab", "--config", "processes.yaml"],
    "--context cannot be used with the process engine: its services are processes of this host",
    "Leave --context out, or give --engine compose",
  ],
  [
    ["--context", "a b"],
    '--context is "a b", it must be the name of a docker context, as `docker context ls` lists it',
    "Correct it, or leave it out for the default: what docker itself takes: DOCKER_HOST, DOCKER_CONTEXT, or the context in use",
  ],
  [["--pull", "allways"], '--pull is "allways", it must be missing, never or always', 'Did you mean "always"?'],
  [["demo", "--pull", "never"], "--pull is not an option of demo, only of run, plan and doctor", listed("demo")],
  [
    ["--modules", "a_b", "--config", "alike.yaml"],
    'Unknown module "a_b"',
    'It could be "a-b" or "A-B": name the one you mean',
  ],
  [
    ["--across-hosts"],
    "--across-hosts has no effect without --baseline",
    "Give --baseline, or leave it out",
  ],
  [
    ["compare", "a", "b", "--format", "txt"],
    '--format is "txt", it must be text, json or md',
    'Did you mean "text"?',
  ],
  [
    ["compare", "a", "b", "--baseline", "c"],
    "--baseline is not an option of compare, only of run, doctor and demo",
    listed("compare"),
  ],
  [
    ["plan", "--baseline", "missing"],
    "--baseline is not an option of plan, only of run, doctor and demo",
    listed("plan"),
  ],
  [
    ["plan", "--across-hosts"],
    "--across-hosts is not an option of plan, only of run, doctor, demo and compare",
    listed("plan"),
  ],
  [
    ["history", "--format", "md"],
    "--format is not an option of history, only of report and compare",
    listed("history"),
  ],
  [
    ["compare", "a"],
    "compare names no OLD NEW, it must be two runs, the earlier one first: their folders, or their REPORT.json",
    "Usage: vx11-stability compare OLD NEW [OPTIONS]",
  ],
  [["compare", "a", "b", "c"], 'Cannot use "c" after compare a b', "Give one command, and options"],
  [
    ["compare", "a".repeat(99), "b", "c"],
    `Cannot use "c" after compare ${"a".repeat(59)}… b`,
    "Give one command, and options",
  ],
  [["--audit-dir", "a\0b"], 'Cannot use "a\\u0000b": it has a NUL character', "Remove it"],
  [["--quiet=maybe"], '--quiet takes no value, and was given "maybe"', "Give --quiet without a value, or leave it out"],
  [
    ["--quiet", "false"],
    '--quiet takes no value, and was given "false"',
    "Give --quiet without a value, or leave it out",
  ],
  [["--help=x"], '--help takes no value, and was given "x"', "Give --help without a value, or leave it out"],
  [["--keep-core=false"], '--keep-core takes no value, and was given "false"', "Give --keep-core or --no-keep-core"],
  [["--no-keep-core=1"], '--no-keep-core takes no value, and was given "1"', "Give --keep-core or --no-keep-core"],
  [["--keep-core", "--no-keep-core"], "--keep-core and --no-keep-core contradict each other", "Give one of the two"],
  [["--cycle", "2"], 'Unknown option "--cycle"', `Did you mean "--cycles"? ${listed("run")}`],
  [["--module=switch"], 'Unknown option "--module"', `Did you mean "--modules"? ${listed("run")}`],
  [["--no-quiet"], 'Unknown option "--no-quiet"', listed("run")],
  [["-cycles", "2"], 'Unknown option "-cycles"', `Did you mean "--cycles"? ${listed("run")}`],
  [["-undefined"], 'Unknown option "-undefined"', listed("run")],
  [
    ["--cycles", "-h"],
    `--cycles has no value: "-h" follows, ${CYCLES}`,
    "Give one; a value that starts with -- is written --cycles=VALUE",
  ],
  [["-x"], 'Unknown option "-x"', listed("run")],
  [["--__proto__=x"], 'Unknown option "--__proto__"', listed("run")],
  [["--a.b", "1"], 'Unknown option "--a.b"', listed("run")],
  // Names that the library that parses uses itself.
  [["plan", "--_", "x"], 'Unknown option "--_"', listed("plan")],
  [["--_=1"], 'Unknown option "--_"', listed("run")],
  [["-_"], 'Unknown option "-_"', listed("run")],
  [["--no-_"], 'Unknown option "--no-_"', listed("run")],
  [["--constructor"], 'Unknown option "--constructor"', listed("run")],
  [["--toString=1"], 'Unknown option "--toString"', listed("run")],
  [["--a.b.c", "x"], 'Unknown option "--a.b.c"', listed("run")],
  [["---x", "plan", "--quiet"], 'Unknown option "---x"', listed("run")],
  [["--cycles.__proto__.x=1"], 'Unknown option "--cycles.__proto__.x"', listed("run")],
  [["--from", "a"], "--from is not an option of run, only of plan", listed("run")],
  [
    ["plan", "--from"],
    "--from has no value, it must be the folder of a run, or its REPORT.json",
    'Give one, such as --from "PATH"',
  ],
  [["clean", "--quite"], 'Unknown option "--quite"', `Did you mean "--quiet"? ${listed("clean")}`],
  [
    ["clean", "--cycles", "2"],
    "--cycles is not an option of clean, only of run, plan, doctor and demo",
    listed("clean"),
  ],
  [
    ["--no-keep-core", "clean"],
    "--no-keep-core is not an option of clean, only of run, plan and doctor",
    listed("clean"),
  ],
  [["clean", "--version"], "--version is not an option of clean, only of run and plan", listed("clean")],
  [["plna"], 'Unknown command "plna"', `Did you mean "plan"? ${COMMANDS_HINT}`],
  [["frobnicate"], 'Unknown command "frobnicate"', COMMANDS_HINT],
  [["switch"], 'Unknown command "switch"', `To test the module: --modules switch. ${COMMANDS_HINT}`],
  [[""], 'Unknown command ""', COMMANDS_HINT],
  [["5"], 'Unknown command "5"', COMMANDS_HINT],
  [["-"], 'Unknown command "-"', COMMANDS_HINT],
  [["--", "--cycles"], 'Unknown command "--cycles"', COMMANDS_HINT],
  [["run", "plan"], 'Cannot use "plan" after the command run', "Give one command, and options"],
  [["--config", "missing.yaml"], 'Cannot read config "missing.yaml": there is no such file', "Check --config"],
  [["--config", "/etc/vx"], 'Cannot read config "/etc/vx": it is a directory', "Check --config"],
  [
    ["--config", "bad.yaml"],
    'Config "bad.yaml": unknown key rule',
    'Did you mean "rules"? Keys: engine, context, tests_per, thresholds, rules, metrics_source, extends, core, modes, modules, services',
  ],
];
const OWN = "extends: none\ncore: [db]\nmodules: {db: {services: [db]}, web: {services: [web]}}";
const FILES = {
  "/own/vx11-stability.yaml": OWN,
  "/other/vx11-stability.yml": OWN,
  "/two/vx11-stability.yaml": OWN,
  "/two/vx11-stability.yml": OWN,
  "/etc/vx/a.yaml": "",
  "/work/bad.yaml": "rule: {}",
  "/work/processes.yaml": "{engine: process, services: {switch: {command: [switch]}}}",
  "/work/my.yaml": "modules: {probe: {services: [p]}}",
  "/work/alike.yaml": "modules: {a-b: {services: [p]}, A-B: {services: [q]}}",
  "/work/under.yaml": "modules: {operator_backend: {services: [p]}}",
};
Deno.test("the config file of the project is found by itself, and a notice names it", async () => {
  for (const [dir, name] of [["/own", "vx11-stability.yaml"], ["/other", "vx11-stability.yml"]]) {
    const command = await parsed(["plan", "--project-dir", dir ?? ""], { files: FILES });
    const { mode, notices, settings } = (command as Command & { config: RunConfig }).config;
    assertEquals([mode, [...settings.modules.keys()]], ["default", ["db", "web"]]);
    assertEquals(notices, [`Settings are taken from the project's own config file, ${dir}/${name}`]);
  }
});

Deno.test("--config overrules the project's own file", async () => {
  const command = await parsed(["plan", "--project-dir", "/own", "--config", "my.yaml"], { files: FILES });
  const { notices, settings } = (command as Command & { config: RunConfig }).config;
  assertEquals([settings.modules.has("baseline"), notices], [true, []]);
});

Deno.test("--tests-per overrules the config file's tests_per", async () => {
  const files = { "/work/vx11-stability.yaml": "tests_per: module" };
  const of = async (...args: string[]) =>
    (await parsed(args, { files }) as Command & { config: RunConfig }).config.testsPer;
  assertEquals([await of("run"), await of("run", "--tests-per", "file")], ["module", "file"]);
});

Deno.test("of two config files of the project, none is chosen", async () => {
  await assertUsage(
    () => parsed(["--project-dir", "/two"], { files: FILES }),
    'The project has two config files: "/two/vx11-stability.yaml" and "/two/vx11-stability.yml"',
    "Remove one, or name it with --config",
  );
});

Deno.test("a config file that leaves nothing to test is refused, unless --modules names what is", async () => {
  const with_ = (text: string, ...args: string[]) => parsed(args, { files: { "/work/vx11-stability.yaml": text } });
  const core = "extends: none\ncore: [db]\nmodules: { db: { services: [db] } }\n";
  await assertUsage(
    () => with_("extends: none\n", "run"),
    'Config "/work/vx11-stability.yaml" has no module',
    "Give it `modules`; `vx11-stability init --stdout` drafts them",
  );
  await assertUsage(
    () => with_(core, "plan"),
    'Config "/work/vx11-stability.yaml" has no module but the core',
    "Name those of the core that are to be tested with --modules",
  );
  assertEquals((await with_(core, "run", "--modules", "db")).kind, "run");
});

Deno.test("a mode is one of those that the config file has", async () => {
  await assertUsage(
    () => parsed(["--project-dir", "/own", "--mode", "low_power"], { files: FILES }),
    '--mode is "low_power", it must be default',
    "Correct it, or leave it out for the default: low_power, or the first mode of the config file",
  );
});

Deno.test("parseCommand() refuses a word of many letters and digits, and very many words", async () => {
  const many = Array.from({ length: 200_000 }, () => "x");
  await assertUsage(
    () => parsed(["plan", "--", ...many]),
    'Cannot use "x" after the command plan',
    "Give one command, and options",
  );
  const [long, digits] = ["a".repeat(100_000), "1".repeat(100_000)];
  for (const word of [`-${long}`, `-a${digits}`]) {
    await assertUsage(() => parsed([word]), `Unknown option "${word.slice(0, 60)}…"`, listed("run"));
  }
});

for (const [args, what, next] of MISTAKES) {
  Deno.test(`parseCommand() refuses ${JSON.stringify(args)}`, () =>
    assertUsage(() => parsed(args, { files: FILES }), what, next));
}

Deno.test("parseCommand() takes the engine of the config file unless the command line names one", async () => {
  const engineOf = async (...args: string[]) => {
    const command = await parsed(["--config", "processes.yaml", ...args], { files: FILES });
    return command.kind === "run" ? [command.config.engine, command.config.keepCore] : [];
  };
  assertEquals(await engineOf(), ["process", false]);
  assertEquals(await engineOf("--engine", "compose"), ["compose", true]);
  assertEquals(await engineOf("--engine", "process", "--no-keep-core"), ["process", false]);
});

Deno.test("parseCommand() looks module names up in the map that the config file makes", async () => {
  const command = await parsed(["--config", "my.yaml", "--modules", "probe"], { files: FILES });
  assertEquals(command.kind === "run" && command.config.selected, ["probe"]);
  assertEquals(command.kind === "run" && command.config.settings.modules.get("probe")?.services, ["p"]);
  await assertUsage(
    () => parsed(["--config", "my.yaml", "--modules", "prone"], { files: FILES }),
    'Unknown module "prone"',
    `Did you mean "probe"? Modules: ${ALL}, probe`,
  );
});

Deno.test("parseCommand() takes a module by its own name before one that is spelt alike", async () => {
  const command = await parsed(["--config", "under.yaml", "--modules", "operator_backend"], { files: FILES });
  assertEquals(command.kind === "run" && [command.config.selected, command.config.notices], [["operator_backend"], []]);
});

Deno.test("parseCommand() takes what is empty as not given, for other commands too", async () => {
  assertEquals(await parsed(["history", ""]), await parsed(["history"]));
  assertEquals(await parsed(["plan", "--from", " "]), {
    kind: "plan",
    config: { ...DEFAULTS, notices: [empty("from")] },
  });
  for (
    const args of [
      ["clean", "--project-dir=", "--audit-dir", ""],
      ["judge", "a", "--config", "", "--out="],
      ["report", "a", "--format="],
      ["compare", "a", "b", "--format", " ", "--config="],
      ["review", "a", "--model", "", "--wait-sec=", "--endpoint", ""],
      ["selftest", "--engine", "", "--only", "", "--repeat=", "--jobs=", "--out", "o"],
    ]
  ) {
    const bare = args.filter((word, index) =>
      index < 1 || word === "a" || word === "b" || word === "o" || word === "--out"
    );
    assertEquals<unknown>(await parsed(args), await parsed(bare));
  }
});

Deno.test("parseCommand() takes families with an empty one between commas", async () => {
  const command = await parsed(["selftest", "--only", "memory,", "--out", "o"]);
  assertEquals<unknown>(command.kind === "selftest" && command.config.only, ["memory"]);
});

Deno.test("parseCommand() plants a fault in the module that its name means, and says so", async () => {
  const command = await parsed(["demo", "--modules", "operator_backend,", "--fault", "oom:operator_backend"]);
  assertEquals(command.kind === "demo" && command.request.faults.map(({ module }) => module), ["operator-backend"]);
  assertEquals(command.kind === "demo" && command.request.config.notices, [
    'Module "operator_backend" is taken for "operator-backend"',
  ]);
});

Deno.test("parseCommand() judge takes --exit-zero", async () => {
  const command = await parsed(["judge", "a", "--exit-zero"]);
  assertEquals(command.kind === "judge" && command.config.exitZero, true);
});

Deno.test("parseCommand() says why a config file cannot be read", async () => {
  const files = { ...fakeHost().files, kind: () => Promise.reject(new Error("Permission denied (os error 13)")) };
  await assertUsage(
    () => parsed(["--config", "/root/c.yaml"], { host: { files } }),
    'Cannot read config "/root/c.yaml": Permission denied (os error 13)',
    "Check --config",
  );
});
