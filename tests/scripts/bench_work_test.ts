/** What the benchmark runs: the generated project, and the plain script that does the sandbox's work by hand. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { builtinCore, builtinModules, type ModuleName, MODULES } from "../../lib/modules.ts";
import { parseConfig } from "../../lib/config/file.ts";
import { closure, dependencyGraph } from "../../lib/plan/graph.ts";
import { makePlan } from "../../lib/plan/plan.ts";
import { assignTests } from "../../lib/tests/pytest/discover.ts";
import { workload } from "../../scripts/bench/workload.ts";
import { SANDBOX_MODULES } from "../fakes/sandbox.ts";

const ROOT = join(import.meta.dirname ?? ".", "../..");

Deno.test("workload() is a config of N modules in groups that depend on each other as VX11's nine do", () => {
  const { config, names } = workload({ count: 20, binary: "/a b/it", modules: builtinModules(), quick: true });
  const { modules, services, thresholds } = parseConfig(config, "bench.yaml");
  const { steps } = makePlan({ modules, core: builtinCore() }, names, "low_power");
  assertEquals(steps.filter(({ tested }) => tested).map(({ module }) => module).sort(), [...names].sort());
  assertEquals([names.length, new Set(names).size, thresholds.min_probes], [20, 20, 5]);
  const needs = [...closure(dependencyGraph(modules), ["hormiguero-2"])].sort();
  assertEquals(needs, ["baseline", "hermes-2", "hormiguero-2", "spawner-2", "switch-2"]);
  for (const { module } of steps) {
    for (const service of modules.get(module)?.services ?? []) {
      assertEquals(services.get(service)?.command, ["/a b/it", "stand-in"]);
    }
  }
});

/** A `docker` and a `python3` that write down how they were called. */
async function calls(): Promise<string[]> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-plain-" });
  try {
    for (const name of ["docker", "python3"]) {
      const text = `#!/bin/sh\necho "${name} $*" >>"$CALLS"\n`;
      await Deno.writeTextFile(join(dir, name), text, { mode: 0o755 });
    }
    const { code } = await new Deno.Command("sh", {
      args: [join(ROOT, "scripts/bench/plain.sh")],
      cwd: join(ROOT, "config/sandbox"),
      env: { PATH: `${dir}:${Deno.env.get("PATH")}`, CALLS: join(dir, "calls") },
    }).output();
    assertEquals(code, 0);
    return (await Deno.readTextFile(join(dir, "calls"))).trim().split("\n");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const made = await calls();
const wordsAfter = (call: string, before: string) => call.slice(call.indexOf(before) + before.length).trim().split(" ");

Deno.test("plain.sh starts and tests the modules in the order of the plan, with the same test files", async () => {
  const ups = made.filter((call) => call.includes(" up ")).map((call) => wordsAfter(call, "--wait"));
  assertEquals(ups.flat(), SANDBOX_MODULES.flatMap((name) => [...MODULES[name].services]));
  const files = await Array.fromAsync(Deno.readDir(join(ROOT, "config/sandbox/tests")), ({ name }) => name);
  const tests = assignTests(files.sort(), builtinModules());
  const tested = SANDBOX_MODULES.filter((name) => name !== "baseline");
  assertEquals(
    made.filter((call) => call.startsWith("python3")).map((call) => wordsAfter(call, "pytest")),
    tested.map((name) => (tests.get(name) ?? []).map((file) => `tests/${file}`)),
  );
});

Deno.test("plain.sh keeps a dependency up until its last user was tested, and leaves nothing up", () => {
  const up = new Set<string>();
  for (const call of made.filter((each) => !each.includes(" rm -f "))) {
    if (call.includes(" up ")) wordsAfter(call, "--wait").forEach((service) => up.add(service));
    if (call.includes(" stop ")) wordsAfter(call, " stop ").forEach((service) => up.delete(service));
    if (!call.startsWith("python3")) continue;
    const file = call.match(/test_(\w+?)_(api|contract|health|page)\.py/)?.[1]?.replace("_", "-");
    const module =
      ({ shub: "shubniggurath", operator: "operator-backend" } as Record<string, ModuleName>)[file ?? ""] ??
        file as ModuleName;
    const missing = MODULES[module].dependsOn.filter((name) => MODULES[name].services.some((each) => !up.has(each)));
    assertEquals(missing, [], module);
  }
  assertEquals([...up], ["madre", "tentaculo_link"]);
  assertEquals(made.at(-1), "docker compose --profile * down");
});

Deno.test("plain.sh tells the tests the ports of the module map", async () => {
  const script = await Deno.readTextFile(join(ROOT, "scripts/bench/plain.sh"));
  for (const { service, port } of SANDBOX_MODULES.flatMap((name) => [...MODULES[name].health])) {
    const variable = `VX11_${service.toUpperCase().replaceAll("-", "_")}_URL`;
    assert(script.includes(`${variable}=http://127.0.0.1:${port}`), variable);
  }
});
