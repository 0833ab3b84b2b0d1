/** What belongs to no module counts as well: its image, its build, its log, its end; and nothing of a failed start is left. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async";
import { join } from "@std/path";
import { docker, integrationTest } from "./environment.ts";
import { assertAllPass, Vx11 } from "../vx11/vx11.ts";

integrationTest("VX11: a redis that exits with 0 at once is named, and its log is kept", async () => {
  await using vx11 = await Vx11.create({
    overlay: `services: { redis: { restart: "no", environment: { EXIT_AFTER_S: "0.1" } } }`,
  });
  const outcome = await vx11.run("--modules", "switch");
  assertEquals(outcome.code, 3, outcome.stderr);
  assertMatch(outcome.stderr, /redis[^\n]*exit[^\n]*0/);
  const logs = await Array.fromAsync(Deno.readDir(join(outcome.auditDir, "raw")), ({ name }) => name);
  const log = logs.find((name) => name.includes("redis") && name.endsWith(".log"));
  assert(log !== undefined, `raw has ${logs}`);
  assertStringIncludes(await Deno.readTextFile(join(outcome.auditDir, "raw", log)), "redis gives up");
  assertStringIncludes(outcome.stderr, "redis gives up");
});

integrationTest("VX11: an image that redis lacks is named, and is told fast", async () => {
  await using vx11 = await Vx11.create({
    overlay: "services: { redis: { image: 'vx11-absent:1', pull_policy: missing } }",
  });
  const outcome = await vx11.run("--modules", "switch");
  assertEquals(outcome.code, 3, outcome.stderr);
  assertMatch(outcome.stderr, /vx11-absent:1/);
  assertMatch(outcome.stderr, /redis/);
  assert(outcome.durationMs < 30_000, `${outcome.durationMs} ms`);
});

integrationTest("VX11: a dependency that has only a build, and is in no module, is built", async () => {
  await using vx11 = await Vx11.create({
    tests: (name) => name.includes("switch"),
    files: { "cache/Dockerfile": "FROM vx11-python:1\nENV VX11_SERVICE=cache\n" },
    overlay: `services:
  switch: { depends_on: [tentaculo_link, cache] }
  cache: { build: ./cache, profiles: [core] }
`,
  });
  try {
    const outcome = await vx11.run("--modules", "switch");
    assertAllPass(outcome, ["switch"]);
    // Built first, with progress of its own, and not within `compose up`.
    assertMatch(outcome.stderr, /build[^\n]*cache|cache[^\n]*build|built[^\n]*cache/i);
  } finally {
    await vx11.clear();
    await docker("image", "rm", "--force", `${vx11.project}-cache`).catch(() => {});
  }
});

integrationTest("VX11: redis is watched: a crash of it during the run is in the report", async () => {
  await using vx11 = await Vx11.create({
    overlay: `services: { redis: { restart: "no", environment: { EXIT_AFTER_S: "6", EXIT_CODE: "9" } } }`,
    files: { "tests/test_switch_long.py": "import time\n\n\ndef test_long():\n    time.sleep(6)\n" },
  });
  const outcome = await vx11.run("--modules", "switch");
  for (const text of [JSON.stringify(outcome.report), outcome.markdown]) {
    assertMatch(text, /redis[^\n]{0,300}\b9\b/);
  }
});

integrationTest("VX11: nothing is left of a core of which one service cannot start beside slow siblings", async () => {
  const slow = ["a", "b", "c", "d", "e", "f", "g", "h"];
  // The engine copies what the image has there into each new volume while it creates the container.
  const store = (name: string) => `  store_${name}: { image: "vx11-python:1", volumes: ["data_${name}:/usr"] }\n`;
  await using vx11 = await Vx11.create({
    overlay: `services:
  madre: { depends_on: [ledger, ${slow.map((name) => `store_${name}`).join(", ")}] }
  ledger:
    image: vx11-python:1
    volumes: [{ type: bind, source: /nowhere/at/all, target: /x, bind: { create_host_path: false } }]
${slow.map(store).join("")}
volumes: { ${slow.map((name) => `data_${name}: `).join(", ")} }
`,
  });
  for (let run = 1; run <= 5; run++) {
    const outcome = await vx11.run("--modules", "switch");
    assertEquals(outcome.code, 3, outcome.stderr);
    // What is still being created appears within a second or two.
    await delay(3000);
    const left = await vx11.containers();
    assertEquals(left.map(({ service, state }) => [service, state]), [], `left by run ${run}\n${outcome.stderr}`);
    await vx11.clear();
  }
});
