/** The real VX11's shape without a config file: where ports are published, where one gateway is, and where even madre is inside. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { integrationTest } from "./environment.ts";
import { NINE } from "./sandbox.ts";
import { assertAllPass, moduleOf, Vx11 } from "../vx11/vx11.ts";

integrationTest("VX11, published: all PASS with 2 s of CPU a start and redis after 10 s", async () => {
  await using vx11 = await Vx11.create({ burnCpuS: 2, redisInterval: "10s", startPeriod: "60s" });
  const outcome = await vx11.run("--timeout-sec", "10");
  assertAllPass(outcome, NINE, ["operator-frontend"]);
  assertEquals(outcome.code, 0);
  assertEquals(Object.keys(moduleOf(outcome, "spawner").test_results), ["test_spawner.py"]);
  assertMatch(outcome.markdown, /operator-frontend[^]*is not in the compose project/);
});

integrationTest(
  "VX11, production: all PASS where one gateway is published, and the report says how each was asked",
  async () => {
    await using vx11 = await Vx11.create({ variant: "production" });
    const outcome = await vx11.run();
    assertAllPass(outcome, NINE, ["operator-frontend"]);
    for (const port of [8002, 8003, 8004, 8005, 8006, 8008, 8011, 8007]) {
      for (const text of [JSON.stringify(outcome.report), outcome.markdown]) {
        assertMatch(text, new RegExp(`\\b(?!127)\\d+\\.\\d+\\.\\d+\\.\\d+:${port}\\b|exec[^\\n]*:${port}\\b`));
      }
    }
  },
);

integrationTest(
  "VX11, full-test: madre inside, a page that the check names, and what the project lacks says that first",
  async () => {
    await using vx11 = await Vx11.create({ variant: "full-test", startPeriod: "0s" });
    const outcome = await vx11.run("--modules", "switch,hermes,hormiguero,spawner,operator-backend,operator-frontend");
    for (const name of ["switch", "hermes", "operator-backend"]) {
      assertEquals(moduleOf(outcome, name).status, "PASS", outcome.stderr);
    }
    assertStringIncludes(outcome.all, "/api/health");
    for (const name of ["spawner", "hormiguero"]) {
      const { status, errors, reasons } = moduleOf(outcome, name);
      assertEquals([status, reasons[0]?.code], ["FAIL", "start_failed"], errors.join("\n"));
      assertMatch(errors[0] ?? "", new RegExp(`service "${name}" is not in the compose project`));
      assert(!errors[0]?.includes("dependency"), errors[0]);
    }
    assertEquals(moduleOf(outcome, "operator-frontend").status, "SKIP");
  },
);
