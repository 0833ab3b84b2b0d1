import { assertEquals } from "@std/assert";
import { chooseFaults, type FaultContext } from "../../lib/demo/fault_choice.ts";
import { FAULT_NAMES } from "../../lib/demo/faults.ts";
import type { ModuleMap } from "../../lib/model/module.ts";
import { builtinCore, builtinModules, MODULE_NAMES } from "../../lib/modules.ts";
import { assertUsage } from "../fakes/failure.ts";

const ALL: FaultContext = { core: builtinCore(), modules: builtinModules(), selected: undefined, mode: "low_power" };
const TELL = "Name another module as --fault KIND:MODULE; `vx11-stability demo --list-faults` lists the kinds";

function chosen(texts: string[], context: Partial<FaultContext> = {}): string[] {
  return chooseFaults(texts, { ...ALL, ...context }).map(({ name, module, culprit }) =>
    culprit === module ? `${name}:${module}` : `${name}:${module} by ${culprit}`
  );
}

Deno.test("chooseFaults() plants where it is told, and gives the others the free leaves", () => {
  assertEquals(chosen([]), []);
  assertEquals(chosen(["oom:switch", "slow:mcp", "crash-loop:hermes"]), [
    "oom:switch",
    "slow:mcp",
    "crash-loop:hermes",
  ]);
  assertEquals(chosen(["oom", "slow:mcp", "leak"]), ["oom:manifestator", "slow:mcp", "leak:hormiguero"]);
  assertEquals(chosen(["oom"], { selected: ["switch"] }), ["oom:switch"]);
});

Deno.test("chooseFaults() breaks what the module depends on, and that takes both", async () => {
  assertEquals(chosen(["broken-dependency"]), ["broken-dependency:mcp by hermes"]);
  assertEquals(chosen(["broken-dependency:hormiguero"]), ["broken-dependency:hormiguero by spawner"]);
  assertEquals(chosen(["broken-dependency", "oom:hermes"]), [
    "broken-dependency:hormiguero by spawner",
    "oom:hermes",
  ]);
  await assertUsage(
    () => chosen(["broken-dependency:mcp", "oom:hermes"]),
    'Cannot plant --fault "oom:hermes": --fault "broken-dependency:mcp" is in "hermes" already',
    TELL,
  );
});

Deno.test("chooseFaults() refuses what is unknown, with the nearest and all that there are", async () => {
  const modules = `Modules: ${MODULE_NAMES.join(", ")}`;
  const faults = `Faults: ${FAULT_NAMES.join(", ")}`;
  await assertUsage(() => chosen(["omo:switch"]), 'Unknown fault "omo"', `Did you mean "oom"? ${faults}`);
  await assertUsage(() => chosen([""]), 'Unknown fault ""', faults);
  await assertUsage(() => chosen(["oom:swich"]), 'Unknown module "swich"', `Did you mean "switch"? ${modules}`);
  await assertUsage(() => chosen(["oom:"]), 'Unknown module ""', modules);
  await assertUsage(() => chosen(["oom:mcp:x"]), 'Unknown module "mcp:x"', modules);
});

Deno.test("chooseFaults() refuses a place where the fault would end the run, or not show", async () => {
  const refused = async (texts: string[], why: string, context: Partial<FaultContext> = {}) =>
    await assertUsage(
      () => chosen(texts, context),
      `Cannot plant --fault ${JSON.stringify(texts.at(-1))}: ${why}`,
      TELL,
    );
  await refused(["oom:baseline"], "without a sound core no module can be tested, and the run ends with exit code 3");
  await refused(["oom:mcp"], '"mcp" is not among the modules that this run tests', { selected: ["switch"] });
  await refused(["oom:switch"], '"switch" is not among the modules that this run tests', { selected: ["mcp"] });
  await refused(["oom:mcp", "slow:mcp"], '--fault "oom:mcp" is in "mcp" already');
  await refused(["broken-dependency:switch"], '"switch" depends on nothing but the core');
  await refused(["oom", "slow"], "no module of this run is left for it", { selected: ["switch"] });
  assertEquals(chosen(["leak:mcp"], { mode: "operative_core" }), ["leak:mcp"]);
  const modules: ModuleMap = new Map([...ALL.modules, ["db", {
    description: "",
    services: ["db"],
    dependsOn: ["baseline"],
    health: [],
    tests: [],
    optional: false,
  }]]);
  await refused(["test-fails:db"], '"db" has no patterns for test files', { modules });
  assertEquals(chosen(["oom-child"], { modules, selected: ["db", "switch"] }), ["oom-child:switch"]);
});
