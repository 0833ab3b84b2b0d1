import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseCommand } from "../../lib/cli/args.ts";
import { planJson, planText } from "../../lib/cli/doing/plan_text.ts";
import type { RunConfig } from "../../lib/model/config.ts";
import { builtinCore, builtinModules } from "../../lib/modules.ts";
import { makePlan } from "../../lib/plan/plan.ts";
import { fakeHost } from "../fakes/host.ts";

async function configOf(...args: string[]): Promise<RunConfig> {
  const command = await parseCommand(fakeHost({ args: ["plan", ...args] }));
  if (command.kind !== "plan") throw new Error(command.kind);
  return command.config;
}

async function textOf(...args: string[]): Promise<string> {
  const config = await configOf(...args);
  const { modules: map } = config.settings;
  return planText(makePlan({ modules: map, core: builtinCore() }, config.selected, config.mode), map, config);
}

Deno.test("planText() numbers the steps in start order and says what is tested and what stays up", async () => {
  assertEquals(
    await textOf("--modules", "spawner,switch"),
    `Plan: 2 modules to test, 1 cycle, mode low_power
Project: /work
Tests: /work/tests

1. baseline: core, brought up first and kept up
     services: madre, tentaculo_link
     needed by: switch, hermes, spawner
     health: madre :8001/health, tentaculo_link :8000/health
2. switch: brought up, tested, stopped
     services: switch
     needed by: hermes
     health: switch :8002/health
     tests: test_switch.py, test_switch_*.py
3. hermes: brought up for others, not tested, stopped
     services: hermes
     needed by: spawner
     health: hermes :8003/health
4. spawner: brought up, tested, stopped
     services: spawner
     health: spawner :8008/health
     tests: test_spawner.py, test_spawner_*.py

Stays up at the end: baseline
Nothing was touched.
`,
  );
});

Deno.test("planText() tells cycles, mode, compose files, notices, optional modules and the end of the core", async () => {
  const args = ["--mode", "operative_core", "--cycles", "3", "--no-keep-core", "--compose-file", "c.yml"];
  const text = await textOf(...args, "--modules", "shubniggurath,mcp,mcp");
  assertStringIncludes(text, "Plan: 2 modules to test, 3 cycles, mode operative_core\n");
  assertStringIncludes(text, "\nCompose file: /work/c.yml\n");
  assertStringIncludes(text, '\nNotice: --modules names "mcp" more than once: it is run once\n');
  assertStringIncludes(text, "4. spawner: core, brought up first and kept up\n");
  assertStringIncludes(text, "5. mcp: core, brought up first in each cycle, tested, stopped last\n");
  assertStringIncludes(text, "     optional: skipped if the project has none of its services\n");
  assertStringIncludes(text, "\nStopped at the end: baseline, switch, hermes, spawner, mcp\n");
});

Deno.test("planText() leaves Madre and Tentaculo Link up, and tells what of the core goes up and down with what is tested", async () => {
  const text = await textOf("--mode", "operative_core", "--cycles", "2", "--modules", "switch,hermes");
  assertStringIncludes(text, "1. baseline: core, brought up first and kept up\n");
  assertStringIncludes(text, "2. switch: core, brought up first in each cycle, tested, stopped last\n");
  assertStringIncludes(text, "4. spawner: core, brought up first in each cycle, not tested, stopped last\n");
  assertStringIncludes(text, "\nStays up at the end: baseline\nStopped at the end: switch, hermes, spawner, mcp\n");
});

Deno.test("planText() says of a module that it has no test, and ends without empty lines", async () => {
  const settings = `extends: none
modules: { a: { services: [a] }, b: { services: [b], commands: [{ name: smoke, run: [x] }] }, c: { services: [c], tests: [test_c.py] } }`;
  const host = fakeHost({ args: ["plan"], files: { "/work/vx11-stability.yaml": settings } });
  const command = await parseCommand(host);
  if (command.kind !== "plan") throw new Error(command.kind);
  const { config } = command;
  const { core, modules } = config.settings;
  const look = {
    ...{ modules, notices: [], place: null, project: "p", read: null, unread: null, missing: [], testsUnread: null },
    ...{ misplaced: [], near: [], elsewhere: [], unclaimed: [], tests: new Map() },
    declared: new Map([["commands", { tests: new Map([["b", ["smoke"]]]) }]]),
  };
  const text = planText(makePlan({ modules, core }, config.selected, config.mode), modules, config, look);
  assertEquals(
    text.slice(text.indexOf("1. a")),
    `1. a: brought up, tested, stopped
     services: a
     tests: none
2. b: brought up, tested, stopped
     services: b
     commands: smoke
3. c: brought up, tested, stopped
     services: c
     tests: test_c.py: no file matches

Nothing was touched.
`,
  );
});

Deno.test("planText() and planJson() say how far a run goes by time", async () => {
  const CASES = [
    [["--for", "24h"], "cycles for 24h", null, 86_400],
    [["--for", "90m", "--cycles", "5"], "at most 5 cycles, for 1h30m", 5, 5400],
    [["--cycles", "5"], "5 cycles", 5, null],
  ] as const;
  for (const [args, says, cycles, forSec] of CASES) {
    const config = await configOf("--modules", "shubniggurath", ...args);
    const { modules: map } = config.settings;
    const plan = makePlan({ modules: map, core: builtinCore() }, config.selected, config.mode);
    assertEquals(planText(plan, map, config).split("\n")[0], `Plan: 1 module to test, ${says}, mode low_power`);
    const json = planJson(plan, map, config);
    assertEquals([json.cycles, json.for_sec], [cycles, forSec]);
  }
});

Deno.test("planJson() is the plan as JSON", async () => {
  const config = await configOf("--modules", "shubniggurath", "--soak-sec", "1.5", "--audit-dir", "a");
  const { modules: map } = config.settings;
  const value = planJson(makePlan({ modules: map, core: builtinCore() }, config.selected, config.mode), map, config);
  assertEquals(JSON.parse(JSON.stringify(value)), {
    mode: "low_power",
    cycles: 1,
    for_sec: null,
    keep_core: true,
    timeout_sec: 20,
    soak_sec: 1.5,
    project_dir: "/work",
    compose_files: [],
    tests_dir: "/work/tests",
    audit_dir: "/work/a",
    notices: [],
    steps: [
      {
        module: "baseline",
        description: "The core: madre and tentaculo_link",
        tested: false,
        core: true,
        kept: true,
        optional: false,
        services: ["madre", "tentaculo_link"],
        depends_on: [],
        needed_by: ["shubniggurath"],
        health: [{ service: "madre", kind: "http", port: 8001, path: "/health" }, {
          service: "tentaculo_link",
          kind: "http",
          port: 8000,
          path: "/health",
        }],
        tests: [],
      },
      {
        module: "shubniggurath",
        description: "Audio processing (optional)",
        tested: true,
        core: false,
        kept: false,
        optional: true,
        services: ["shubniggurath"],
        depends_on: ["baseline"],
        needed_by: [],
        health: [{ service: "shubniggurath", kind: "http", port: 8007, path: "/health" }],
        tests: ["test_shub*.py"],
      },
    ],
  });
});

Deno.test("planJson() has null for an audit dir that a run would name", async () => {
  const config = await configOf();
  assertEquals(planJson({ steps: [] }, builtinModules(), config).audit_dir, null);
});

Deno.test("planText() refuses a plan of another map", async () => {
  const config = await configOf();
  const plan = { steps: [{ module: "x", tested: true, core: false, kept: false, neededBy: [] }] };
  assertThrows(() => planText(plan, builtinModules(), config), Error, "the plan has x, the map has not");
});
