/** Containers that were there before the run, and are not what the project says now. */

import { assertEquals, assertMatch } from "@std/assert";
import { reasonsOn, verdictOn, world } from "./harness.ts";

const outdated = { outdated: true };

Deno.test("one that runs and is outdated is tested in place, and that is a WARN; it stays the same", async () => {
  const it = world({ running: ["switch"], scripts: { switch: outdated }, config: { cycles: 2 } });
  const id = it.engine.container("switch")?.state.id;
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN outdated");
  assertEquals(it.engine.container("switch")?.state.id, id);
  assertEquals(
    it.engine.orders.filter((order) => order.startsWith("drift")),
    ["drift switch"],
    "it is asked about once",
  );
});

Deno.test("one that runs and is what the project says is no finding", async () => {
  const it = world({ running: ["switch"], scripts: { hermes: outdated } });
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
});

Deno.test("nothing is asked of what the run has started itself", async () => {
  const it = world({ config: { selected: ["switch", "hermes"] } });
  await it.run();
  assertEquals(it.engine.orders.filter((order) => order.startsWith("drift")), []);
});

Deno.test("what is only brought up for a module counts for it: a helper that runs and is outdated", async () => {
  const it = world({ running: ["mcp"], scripts: { switch: { dependsOn: ["mcp"] }, mcp: outdated } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN outdated");
  assertMatch(reasonsOn(result, "switch")[0] ?? "", /^"mcp" ran before, with another configuration or image/);
});

Deno.test("if it cannot be told, that is said, and is no PASS", async () => {
  const it = world({ running: ["switch"] });
  it.engine.driftFails = "`docker compose --dry-run up` failed: unknown flag: --dry-run";
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN metrics_missing");
  assertMatch(
    reasonsOn(result, "switch")[0] ?? "",
    /ran before, and whether it differs from what the project says now is not known: .*unknown flag/,
  );
});

Deno.test("one that is stopped and outdated is replaced, which is said, and is the run's own from then on", async () => {
  const it = world({ stopped: ["switch"], scripts: { switch: outdated } });
  const before = it.engine.container("switch");
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertEquals(it.engine.container("switch"), undefined, "what the run has made goes at the end");
  const said = result.judged.evidence.notices.filter((text) => text.includes("was replaced"));
  assertEquals(said, [
    `The stopped container "${before?.state.name}" differed from what the project says now: it was replaced, as by \`docker compose up\``,
  ]);
});

Deno.test("what it needs is replaced as well, if it is stopped and outdated", async () => {
  const it = world({ stopped: ["mcp"], scripts: { switch: { dependsOn: ["mcp"] }, mcp: outdated } });
  const before = it.engine.container("mcp")?.state.id;
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(it.engine.container("mcp")?.state.id === before, false);
});

Deno.test("one that is stopped and what the project says is started, stopped again, and stays", async () => {
  const it = world({ stopped: ["switch"] });
  const before = it.engine.container("switch")?.state.id;
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertEquals(it.engine.container("switch")?.state.id, before);
  assertEquals(result.judged.evidence.notices.filter((text) => text.includes("replaced")), []);
});

Deno.test("one that runs and is built at each start is built first: only then it shows that it is outdated", async () => {
  const it = world({
    running: ["switch"],
    scripts: { switch: { buildable: true, pullPolicy: "build", outdated: true } },
  });
  assertEquals(verdictOn(await it.run(), "switch"), "WARN outdated");
  const orders = it.engine.orders.filter((order) => order.includes("switch"));
  assertEquals(orders.slice(0, 2), ["build switch", "drift switch"]);
  const other = world({ running: ["switch"], scripts: { switch: { buildable: true } } });
  await other.run();
  assertEquals(other.engine.orders.includes("build switch"), false);
});
