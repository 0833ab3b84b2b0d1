import { assertEquals } from "@std/assert";
import type { ModuleMap, ModuleSpec } from "../../lib/model/module.ts";
import type { PlanStep } from "../../lib/model/plan.ts";
import { builtinCore, builtinModules, CORE_OF_MODE, MODULE_NAMES } from "../../lib/modules.ts";
import { checkSelected, coreOf, keptModules, makePlan, staysUp } from "../../lib/plan/plan.ts";
import { assertUsage } from "../fakes/failure.ts";

type Mode = keyof typeof CORE_OF_MODE;

const BASELINE = "baseline";
const VX11 = { modules: builtinModules(), core: builtinCore() };
const ALL = MODULE_NAMES.join(", ");

function spec(...dependsOn: string[]): ModuleSpec {
  return { description: "", services: ["s"], dependsOn, health: [], tests: [], optional: false };
}

/** `name`, with `!` where it is tested and `*` where it is core. */
function brief({ module, tested, core }: PlanStep): string {
  return `${module}${core ? "*" : ""}${tested ? "!" : ""}`;
}

const CASES: [string, string[] | undefined, Mode, string][] = [
  [
    "orders by dependency, not as given",
    ["hormiguero", "switch"],
    "low_power",
    "baseline* switch! hermes spawner hormiguero!",
  ],
  [
    "tests all but the baseline by default",
    undefined,
    "low_power",
    MODULE_NAMES.map((name) => name === BASELINE ? `${name}*` : `${name}!`).join(" "),
  ],
  ["brings up the core for nothing else", [], "low_power", "baseline*"],
  ["tests the baseline where it is named", ["baseline"], "low_power", "baseline*!"],
  [
    "keeps the mode's core up, with what that needs, and starts it first",
    ["shubniggurath", "operator-backend"],
    "operative_core",
    "baseline* switch* hermes* spawner* mcp* operator-backend! shubniggurath!",
  ],
  [
    "puts a core module before others that come earlier in the map",
    ["hormiguero"],
    "operative_core",
    "baseline* switch* hermes* spawner* mcp* hormiguero!",
  ],
  ["tests a core module that is selected", ["mcp"], "operative_core", "baseline* switch* hermes* spawner* mcp*!"],
  ["takes a name once", ["switch", "switch"], "low_power", "baseline* switch!"],
];
for (const [what, selected, mode, steps] of CASES) {
  Deno.test(`makePlan() ${what}`, () => {
    assertEquals(makePlan(VX11, selected, mode).steps.map(brief).join(" "), steps);
  });
}

const KEPT: [string[], Mode, string][] = [
  [["hormiguero"], "operative_core", "baseline switch hermes spawner mcp"],
  // What needs a selected module goes down with it: only what it needs itself stays up.
  [["mcp"], "operative_core", "baseline switch hermes spawner"],
  [["hermes"], "operative_core", "baseline switch"],
  [["switch", "hermes"], "operative_core", "baseline"],
  [["baseline"], "operative_core", ""],
  [["switch"], "low_power", "baseline"],
  [["baseline", "switch"], "low_power", ""],
];
for (const [selected, mode, kept] of KEPT) {
  Deno.test(`makePlan() of ${selected} in ${mode} keeps up over the cycles: ${kept || "nothing"}`, () => {
    assertEquals(keptModules(makePlan(VX11, selected, mode)).join(" "), kept);
  });
}

function stays(module: string, keepCore: boolean): boolean {
  return staysUp(module, { keepCore, foundation: builtinCore().modules });
}

Deno.test("staysUp() leaves up the baseline alone, and only if the core is to be kept", () => {
  assertEquals([stays("baseline", true), stays("baseline", false), stays("switch", true)], [true, false, false]);
});

Deno.test("makePlan() says which modules of the plan need a step directly", () => {
  const { steps } = makePlan(VX11, ["hormiguero", "operator-frontend"], "low_power");
  assertEquals(Object.fromEntries(steps.map((step) => [step.module, step.neededBy])), {
    baseline: ["switch", "hermes", "spawner", "hormiguero", "operator-backend", "operator-frontend"],
    switch: ["hermes", "operator-backend"],
    hermes: ["spawner", "hormiguero"],
    spawner: ["hormiguero"],
    hormiguero: [],
    "operator-backend": ["operator-frontend"],
    "operator-frontend": [],
  });
});

Deno.test("makePlan() starts every module of every selection after what it depends on", () => {
  const map = builtinModules();
  const names = [...map.keys()];
  for (const mode of ["low_power", "operative_core"] as const) {
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      const selected = names.filter((_, index) => (bits >> index) % 2 === 1);
      const order = makePlan({ modules: map, core: builtinCore() }, selected, mode).steps.map((step) => step.module);
      for (const [at, name] of order.entries()) {
        const needs = map.get(name)?.dependsOn ?? [];
        assertEquals(needs.filter((other) => !order.slice(0, at).includes(other)), [], `${name} of ${selected}`);
      }
    }
  }
});

Deno.test("coreOf() takes in what a core module was made to need, and leaves out what the map lacks", () => {
  const map: ModuleMap = new Map([["db", spec()], ["baseline", spec("db")], ["switch", spec("baseline")]]);
  assertEquals(coreOf(map, CORE_OF_MODE.low_power), new Set(["baseline", "db"]));
  assertEquals(coreOf(map, CORE_OF_MODE.operative_core), new Set(["baseline", "switch", "db"]));
  assertEquals(
    makePlan({ modules: map, core: builtinCore() }, ["switch"], "low_power").steps.map(brief).join(" "),
    "db* baseline* switch!",
  );
});

Deno.test("makePlan() and checkSelected() name the nearest of an unknown module and list all", async () => {
  for (
    const call of [
      () => makePlan(VX11, ["swich"], "low_power"),
      () => checkSelected(builtinModules(), ["swich"]),
    ]
  ) {
    await assertUsage(call, 'Unknown module "swich"', `Did you mean "switch"? Modules: ${ALL}`);
  }
});

Deno.test("makePlan() refuses a cycle that it would have to start", async () => {
  const map: ModuleMap = new Map([["baseline", spec()], ["a", spec("b")], ["b", spec("a")], ["c", spec()]]);
  assertEquals(
    makePlan({ modules: map, core: builtinCore() }, ["c"], "low_power").steps.map(brief).join(" "),
    "baseline* c!",
  );
  await assertUsage(
    () => makePlan({ modules: map, core: builtinCore() }, ["b"], "low_power"),
    "Cannot order modules: a → b → a",
    "Each of these waits for the next: remove one of the dependencies",
  );
});
