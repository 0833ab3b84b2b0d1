/** The module map against VX11's own modules, and against itself. A module that is added needs no line here. */

import { isPage } from "../config/example_modules.ts";
import { assert, assertEquals } from "@std/assert";
import type { ModuleSpec } from "../../lib/model/module.ts";
import { builtinModules, CORE_OF_MODE, MODULE_NAMES, type ModuleName, MODULES } from "../../lib/modules.ts";
import { dependencyGraph, findCycle } from "../../lib/plan/graph.ts";

/** Never run: it is here to be type-checked. A misspelt dependency, or a missing module, must not compile. */
export function mustNotCompile(): unknown[] {
  const rest = { description: "", services: [], health: [], tests: [], optional: false };
  const right: ModuleSpec<ModuleName> = { ...rest, dependsOn: ["switch"] };
  // @ts-expect-error -- "swich" is no module
  const misspelt: ModuleSpec<ModuleName> = { ...rest, dependsOn: ["swich"] };
  // @ts-expect-error -- nine modules are missing
  const incomplete: typeof MODULES = { baseline: right };
  // @ts-expect-error -- "swich" is no module
  const core: typeof CORE_OF_MODE = { low_power: ["swich"], operative_core: [] };
  return [right, misspelt, incomplete, core];
}

/** VX11's own modules, as the project has them. */
const TABLE = `
baseline | madre, tentaculo_link | – | madre:8001/health, tentaculo_link:8000/health | test_madre.py, test_madre_*.py, test_tentaculo*.py
switch | switch | baseline | switch:8002/health | test_switch.py, test_switch_*.py
hermes | hermes | baseline, switch | hermes:8003/health | test_hermes.py, test_hermes_*.py
spawner | spawner | baseline, hermes | spawner:8008/health | test_spawner.py, test_spawner_*.py
hormiguero | hormiguero | baseline, hermes, spawner | hormiguero:8004/health | test_hormiguero.py, test_hormiguero_*.py
mcp | mcp | baseline, hermes | mcp:8006/health | test_mcp.py, test_mcp_*.py
manifestator | manifestator | baseline, hermes | manifestator:8005/health | test_manifestator.py, test_manifestator_*.py
operator-backend | operator-backend | baseline, switch | operator-backend:8011/health | test_operator.py, test_operator_*.py
operator-frontend | operator-frontend | baseline, operator-backend | operator-frontend:8020/ | test_operator_frontend.py, test_operator_frontend_*.py
shubniggurath | shubniggurath | baseline | shubniggurath:8007/health | test_shub*.py
`;

const OWN = TABLE.trim().split("\n").map((line) => line.split("|").map((cell) => cell.trim()));

Deno.test("MODULES has VX11's own modules as the project has them, in their order", () => {
  const rows = [...builtinModules()].map(([name, { services, dependsOn, health, tests }]) => [
    name,
    services.join(", "),
    dependsOn.join(", ") || "–",
    health.filter(isPage).map(({ service, port, path }) => `${service}:${port}${path}`).join(", "),
    tests.join(", "),
  ]);
  const own = new Set(OWN.map(([name]) => name));
  assertEquals(rows.filter(([name]) => own.has(name)), OWN);
});

Deno.test("MODULES has two of VX11's own modules as optional", () => {
  const optional = OWN.flatMap(([name]) => MODULE_NAMES.filter((each) => each === name && MODULES[each].optional));
  assertEquals(optional, ["operator-frontend", "shubniggurath"]);
});

Deno.test("MODULE_NAMES has each module below what it depends on", () => {
  for (const [index, name] of MODULE_NAMES.entries()) {
    const later = MODULES[name].dependsOn.filter((each) => MODULE_NAMES.indexOf(each) >= index);
    assertEquals(later, [], `${name}: move it below these in MODULE_NAMES`);
  }
});

Deno.test("MODULES has no cycle, and no service twice", () => {
  assertEquals(findCycle(dependencyGraph(builtinModules())), undefined);
  const services = MODULE_NAMES.flatMap((name) => MODULES[name].services);
  assertEquals(new Set(services).size, services.length);
});

Deno.test("CORE_OF_MODE keeps the baseline up in every mode", () => {
  for (const core of Object.values(CORE_OF_MODE)) assert(core.includes("baseline"));
});
