/** Starts that cost CPU, take long or fail: verdicts do not depend on the number of jobs, and the first reason is the cause. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { integrationTest } from "./environment.ts";
import { NINE } from "./sandbox.ts";
import { assertAllPass, moduleOf, Vx11 } from "../vx11/vx11.ts";

/** The ninth service, so that all nine modules burn. */
const FRONTEND = `services:
  operator-frontend:
    extends: { file: docker-compose.yml, service: operator-backend }
    container_name: \${VX11_PREFIX}operator-frontend
    environment: { VX11_SERVICE: operator-frontend, PORT: "8020", HEALTH_PATH: / }
`;
const FRONTEND_TEST = { "tests/test_operator_frontend_page.py": "def test_page():\n    assert True\n" };

for (const jobs of ["3", "auto"]) {
  integrationTest(
    `VX11: nine services that burn 2 s of CPU are PASS with --jobs ${jobs} --timeout-sec 10`,
    async () => {
      await using vx11 = await Vx11.create({ burnCpuS: 2, overlay: FRONTEND, files: FRONTEND_TEST });
      const outcome = await vx11.run("--jobs", jobs, "--timeout-sec", "10");
      assertAllPass(outcome, NINE);
      assertEquals(outcome.code, 0);
    },
  );
}

/** Started at once on two cores, four of them are ready after three seconds and more; alone, after half of that. */
const FOUR = ["switch", "hermes", "spawner", "mcp"];

integrationTest(
  "VX11: verdicts do not depend on the number of jobs, with a limit that only few at once can keep",
  async () => {
    const modules = FOUR.map((name) => `  ${name}: { services: [${name}], depends_on: [baseline] }\n`).join("");
    await using vx11 = await Vx11.create({
      burnCpuS: 1.5,
      // The core is no part of it.
      overlay: `services:
  madre: { environment: { BURN_CPU_S: "0" } }
  tentaculo_link: { environment: { BURN_CPU_S: "0" } }
`,
      files: { "flat.yaml": `modules:\n${modules}` },
    });
    for (const jobs of ["1", "4", "auto"]) {
      const args = ["--config", "flat.yaml", "--modules", FOUR.join(","), "--timeout-sec", "3", "--jobs", jobs];
      const outcome = await vx11.run(...args);
      assertAllPass(outcome, FOUR);
      assertEquals(outcome.code, 0, `--jobs ${jobs}: ${outcome.stderr}`);
    }
  },
);

integrationTest("VX11: start_period of a check is added to the limit", async () => {
  await using vx11 = await Vx11.create({
    startPeriod: "10s",
    overlay: `services: { switch: { environment: { READY_AFTER_S: "6" } } }`,
  });
  const outcome = await vx11.run("--modules", "switch", "--timeout-sec", "3");
  assertAllPass(outcome, ["switch"]);
});

integrationTest("VX11: a service that is stopped before it set up its handler is no slow_stop", async () => {
  await using vx11 = await Vx11.create({ overlay: `services: { switch: { environment: { READY_AFTER_S: "7" } } }` });
  const outcome = await vx11.run("--modules", "switch", "--timeout-sec", "3");
  const { status, reasons } = moduleOf(outcome, "switch");
  assertEquals([status, reasons.map(({ code }) => code)], ["FAIL", ["health_timeout"]], JSON.stringify(reasons));
});

integrationTest("VX11: a sibling that is stopped while it imports is no slow_stop", async () => {
  await using vx11 = await Vx11.create({
    overlay: `services:
  left: { image: "vx11-python:1", environment: { PORT: "8031", BROKEN_IMPORT: vx11_no_such_package } }
  right: { image: "vx11-python:1", environment: { PORT: "8032", READY_AFTER_S: "4" } }
`,
    files: {
      "pair.yaml":
        "modules:\n  pair: { services: [left, right], health: [{ service: right, port: 8032, path: /health }], depends_on: [baseline] }\n",
    },
  });
  const outcome = await vx11.run("--modules", "pair", "--timeout-sec", "8", "--config", "pair.yaml");
  const { status, reasons } = moduleOf(outcome, "pair");
  assertEquals([status, reasons[0]?.code], ["FAIL", "exited"], JSON.stringify(reasons));
  assertEquals(reasons.filter(({ code }) => code === "slow_stop"), []);
});

for (
  const [what, command] of [
    ["that can hear no signal", ["/bin/busybox", "sleep", "600"]],
    ["that ignores it for good", ["/bin/busybox", "sh", "-c", "trap '' TERM; while :; do /bin/busybox sleep 1; done"]],
  ]
) {
  integrationTest(`VX11: a sibling without a page ${what} is slow_stop, and soon`, async () => {
    await using vx11 = await Vx11.create({
      overlay: `services:
  broken:
    extends: { file: docker-compose.yml, service: mcp }
    container_name: \${VX11_PREFIX}broken
    restart: "no"
    environment: { BROKEN_IMPORT: vx11_no_such_package }
  idler:
    image: vx11-python:1
    profiles: [core]
    stop_grace_period: 2s
    entrypoint: ${JSON.stringify(command)}
`,
      files: { "pair.yaml": "modules:\n  pair: { services: [broken, idler], depends_on: [baseline] }\n" },
    });
    const began = performance.now();
    const outcome = await vx11.run("--modules", "pair", "--timeout-sec", "60", "--config", "pair.yaml");
    const { reasons, status } = moduleOf(outcome, "pair");
    assertEquals([status, reasons[0]?.code], ["FAIL", "exited"], JSON.stringify(reasons));
    assertEquals(reasons.filter(({ code }) => code === "slow_stop").map(({ service }) => service), ["idler"]);
    const tookMs = performance.now() - began;
    assert(tookMs < 60_000, `it took ${tookMs} ms: what can never hear was waited for as if it could`);
  });
}

integrationTest(
  "VX11: of a crash loop restarted is the first reason, and no other service's port is advised",
  async () => {
    const broken = `{ environment: { BROKEN_IMPORT: vx11_no_such_package } }`;
    await using vx11 = await Vx11.create({ overlay: `services: { spawner: ${broken}, operator-backend: ${broken} }` });
    const outcome = await vx11.run("--modules", "spawner,operator-backend", "--timeout-sec", "5");
    assertEquals(outcome.code, 1, outcome.stderr);
    for (const name of ["spawner", "operator-backend"]) {
      const { status, reasons, errors } = moduleOf(outcome, name);
      assertEquals([status, reasons[0]?.code], ["FAIL", "restarted"], JSON.stringify(reasons));
      assertMatch(errors[0] ?? "", /restart/);
      assertMatch(outcome.markdown, /ModuleNotFoundError: No module named 'vx11_no_such_package'/);
    }
    const advice = moduleOf(outcome, "operator-backend").errors.join("\n");
    for (const port of Object.values(vx11.ports)) assert(!advice.includes(`:${port}`), advice);
  },
);
