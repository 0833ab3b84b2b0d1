/** A map of one's own: `extends`, `core` and `modes` of a config file. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../fakes/config.ts";
import { coreModules, makePlan } from "../../lib/plan/plan.ts";
import { assertUsage, failureOf } from "../fakes/failure.ts";

const OWN = `
extends: none
core: [db]
modes: { full: [cache] }
modules:
  db: { services: [postgres] }
  cache: { services: [redis] }
  web: { services: [web], depends_on: [cache] }
`;

function planOf(text: string, mode: string, selected?: string[]) {
  const { steps } = makePlan(parseConfig(text, "c.yaml"), selected, mode);
  return {
    core: coreModules({ steps }),
    tested: steps.filter(({ tested }) => tested).map(({ module }) => module),
  };
}

Deno.test("extends: none has the modules of the file alone, and the first mode keeps up the core", () => {
  const { core, modules } = parseConfig(OWN, "c.yaml");
  assertEquals([...modules.keys()], ["db", "cache", "web"]);
  assertEquals([core.modules, [...core.modes]], [["db"], [["default", ["db"]], ["full", ["db", "cache"]]]]);
  assertEquals(planOf(OWN, "default"), { core: ["db"], tested: ["cache", "web"] });
  assertEquals(planOf(OWN, "full"), { core: ["db", "cache"], tested: ["cache", "web"] });
});

Deno.test("a map of one's own needs no core: a new module depends on nothing that is not said", () => {
  const { core, modules } = parseConfig("extends: none\nmodules: { web: { services: [web] } }", "c.yaml");
  assertEquals([core.modules, modules.get("web")?.dependsOn], [[], []]);
});

Deno.test("the built-in map stands if nothing is said, and its core can be another", () => {
  assertEquals(planOf("extends: vx11", "low_power", ["hermes"]), { core: ["baseline"], tested: ["hermes"] });
  assertEquals(planOf("core: [baseline, switch]", "low_power", ["hermes"]).core, ["baseline", "switch"]);
  assertEquals(planOf("modes: { wide: [hermes] }", "wide", ["mcp"]).core, ["baseline", "switch", "hermes"]);
});

const MISTAKES: [what: string, text: string, message: string, next: string][] = [
  ["another base", "extends: vx12", 'extends is "vx12", it must be one of vx11, none', 'Did you mean "vx11"?'],
  [
    "a core that is no module",
    "extends: none\ncore: [dp]\nmodules: { db: { services: [db] } }",
    'core[0] is "dp", it must be the name of a module',
    'Did you mean "db"? Modules: db',
  ],
  [
    "the same module twice",
    `${OWN.replace("[db]", "[db, db]")}`,
    'core[1] is "db", which is in the list already',
    "Remove one of the two",
  ],
  [
    "a mode with a module that is not there",
    OWN.replace("[cache]", "[cahce]"),
    'modes.full[0] is "cahce", it must be the name of a module',
    'Did you mean "cache"? Modules: db, cache, web',
  ],
];
for (const [what, text, message, next] of MISTAKES) {
  Deno.test(`parseConfig() refuses ${what}`, () =>
    assertUsage(() => parseConfig(text, "c.yaml"), `Config "c.yaml": ${message}`, next));
}

Deno.test("parseConfig() refuses a mode by the name of an option", async () => {
  const { data } = await failureOf(() => parseConfig(OWN.replace("full:", "--full:"), "c.yaml"));
  assertStringIncludes(data.what, "modes.--full is no name for a mode, it must be a name of up to 100 letters");
});

Deno.test("a map that starts from nothing is known as the project's own", () => {
  const own = (text: string) => parseConfig(text, "c.yaml").ownMap;
  assertEquals(own("extends: none\nmodules: { a: { services: [a] } }"), true);
  for (const text of ["", "extends: vx11", "modules: { a: { services: [a] } }"]) assertEquals(own(text), undefined);
});
