/** Services of which the project wants another number of containers than one. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { reasonsOn, verdictOn, world } from "./harness.ts";

Deno.test("a module of which the project wants no container is skipped, and says why", async () => {
  const it = world({ scripts: { switch: { replicas: 0 } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "SKIP");
  assertEquals(result.judged.modules[0]?.skipped, `The project wants no container of "switch" (\`replicas: 0\`)`);
  assertEquals(it.engine.orders.includes("up switch"), false);
});

Deno.test("what depends on it cannot be started, and says that", async () => {
  const it = world({ config: { selected: ["hermes"] }, scripts: { switch: { replicas: 0 } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "hermes"), "FAIL dependency_failed");
  assertStringIncludes(reasonsOn(result, "hermes")[0] ?? "", "it is declared with 0 containers");
});
