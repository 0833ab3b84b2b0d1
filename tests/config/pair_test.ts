/** The keys of the Python harness's map in a config file, and the names of its containers as services. */

import { assertEquals } from "@std/assert";
import { builtinModules } from "../../lib/modules.ts";
import { parseConfig } from "../fakes/config.ts";
import { asInProject } from "../../lib/plan/service_names.ts";
import { isPage } from "./example_modules.ts";
import { assertUsage } from "../fakes/failure.ts";

const moduleOf = (entry: string) => parseConfig(`modules: {my-module: ${entry}}`, "c.yaml").modules.get("my-module");
const pageOf = (url: string) =>
  moduleOf(`{services: [a], health_endpoints: [["${url}", a]]}`)?.health.filter(isPage).map((
    { port, path },
  ) => [port, path])[0];

Deno.test("the manual's entry is taken as it is, and means the project's service", () => {
  const { modules } = parseConfig(
    `modules:
  my-module:
    description: "My new module"
    services: ["vx11-my-module"]
    depends_on: ["baseline"]
    health_endpoints: [["http://127.0.0.1:8099", "my-module"]]
    test_patterns: ["test_my_module_*.py"]`,
    "c.yaml",
  );
  const found = asInProject(modules, new Set(["my-module"]));
  const spec = found.modules.get("my-module");
  assertEquals([spec?.services, spec?.tests, spec?.dependsOn], [["my-module"], ["test_my_module_*.py"], ["baseline"]]);
  assertEquals(spec?.health.filter(isPage).map(({ service, port, path }) => [service, port, path]), [[
    "my-module",
    8099,
    "/health",
  ]]);
  assertEquals(found.notices, ['Service "vx11-my-module" is taken for "my-module", which the project has']);
  assertEquals(asInProject(modules, new Set(["vx11-my-module", "my-module"])), { modules, notices: [] });
  assertEquals(asInProject(modules, new Set()), { modules, notices: [] });
  assertEquals(asInProject(builtinModules(), new Set(["switch"])).notices, []);
});

Deno.test("a URL gives port and path; a base URL means its page /health", () => {
  assertEquals(pageOf("http://127.0.0.1:8099"), [8099, "/health"]);
  assertEquals(pageOf("http://localhost:1/"), [1, "/"]);
  assertEquals(pageOf("http://0.0.0.0:8099/api/up?deep=1"), [8099, "/api/up?deep=1"]);
  assertEquals(pageOf("http://[::1]:8099/x"), [8099, "/x"]);
  assertEquals(pageOf("http://127.0.0.1"), [80, "/health"]);
});

for (
  const url of [
    "https://127.0.0.1:1",
    "127.0.0.1:1",
    "http://10.0.0.5:1",
    "http://u:p@127.0.0.1:1",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:0",
    "http://127.0.0.1:1/a#b",
    "http://127.0.0.1:1/a b",
    "",
  ]
) {
  Deno.test(`a pair with the URL ${url} is refused`, () =>
    assertUsage(
      () => pageOf(url),
      `Config "c.yaml": modules.my-module.health_endpoints[0][0] is ${
        JSON.stringify(url)
      }, it must be an http:// URL of ` +
        "this host with the service's port, such as http://127.0.0.1:8099/health",
      "",
    ));
}

Deno.test("a pair is two, and names a service of the module", async () => {
  const wanted = "a pair of the page's URL and the service's name, such as [http://127.0.0.1:8099/health, my-module]";
  for (const pair of ["[]", '["http://127.0.0.1:1"]', '["http://127.0.0.1:1", a, b]']) {
    await assertUsage(
      () => moduleOf(`{services: [a], health_endpoints: [${pair}]}`),
      `Config "c.yaml": modules.my-module.health_endpoints[0] is a list, it must be ${wanted}`,
      "",
    );
  }
  await assertUsage(
    () => moduleOf('{services: [a], health_endpoints: [["http://127.0.0.1:1", b]]}'),
    'Config "c.yaml": modules.my-module.health_endpoints[0][1] is "b", it must be one of the module\'s services: a',
    "",
  );
});

Deno.test("both spellings at once are refused, by name", async () => {
  for (const [ours, other] of [["health", "health_endpoints"], ["tests", "test_patterns"]]) {
    await assertUsage(
      () => moduleOf(`{services: [a], ${ours}: [], ${other}: []}`),
      `Config "c.yaml": modules.my-module has ${ours} and ${other}, which mean the same`,
      "Give one of the two",
    );
  }
});

Deno.test("keys that begin with x- are left out at every level", () => {
  const text = `x-a: &command [a]
thresholds: {x-note: text, min_probes: 3}
rules: {x-a: 1}
modules: {x-a: 1, my-module: {x-a: 1, services: [a], health: [{service: a, port: 1, path: /, x-a: 1}]}}
services: {x-a: 1, a: {command: *command, x-a: 1}}`;
  const settings = parseConfig(text, "c.yaml");
  assertEquals(settings.thresholds.min_probes, 3);
  assertEquals([...settings.services.keys()], ["a"]);
  assertEquals(settings.modules.get("my-module")?.services, ["a"]);
  assertEquals(settings.modules.has("x-a"), false);
});

Deno.test("a test in a service that is named like its container is one in the project's service", () => {
  const tests = ["test_a.py", { env: {} }, { service: "vx11-my-module" }, { service: "other" }];
  const spec = { description: "", services: ["vx11-my-module"], dependsOn: [], health: [], tests: [], optional: false };
  const { modules } = asInProject(
    new Map([["m", { ...spec, moreTests: { commands: tests } }]]),
    new Set(["my-module"]),
  );
  assertEquals(modules.get("m")?.moreTests, {
    commands: [...tests.slice(0, 2), { service: "my-module" }, tests[3] ?? ""],
  });
});
