/** Services of no module, on the real engine: what Compose starts for a module is built, watched and judged with it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { docker, integrationTest } from "./environment.ts";
import { codesOf, moduleOf } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

/** A service of the name, with more of its declaration. */
function service(name: string, more = ""): string {
  const port = name === "madre" ? 8001 : 8000;
  const all = [
    'image: "vx11-sandbox:1"',
    "init: true",
    `environment: { PORT: "${port}" }`,
    ...more === "" ? [] : [more],
  ];
  return `  ${name}: { ${all.join(", ")} }\n`;
}

const shell = (script: string) => `entrypoint: [], command: [sh, -c, "${script}"]`;
const after = (name: string) => `depends_on: { ${name}: { condition: service_completed_successfully } }`;

const CORE = service("madre") + service("tentaculo_link");

const PROJECT = `services:
${CORE}${service("db", `restart: always, ${shell("sleep 0.5; exit 9")}`)}${service("well", shell("exit 0"))}${
  service("ill", shell("exit 9"))
}  made: { build: { context: made }, init: true, environment: { PORT: "8000" } }
  none: { image: "127.0.0.1:1/none:1" }
  debug: { image: "missing-altogether:1", profiles: [debug] }
${service("web-crashing", "depends_on: [db]")}${service("web-migrated", after("well"))}${
  service("web-failed", after("ill"))
}${service("web-built", "depends_on: [made]")}${service("web-lacking", "depends_on: [none]")}${
  service("web-alone", "depends_on: { debug: { condition: service_started, required: false } }")
}`;

const MODULES = ["web-crashing", "web-migrated", "web-failed", "web-built", "web-lacking", "web-alone"];

const ALL = ["--modules", MODULES.join(","), "--no-keep-core"];

const CONFIG = `modules:
${MODULES.map((name) => `  ${name}: { services: [${name}], tests: ["test_${name}.py"] }\n`).join("")}`;

async function sandboxOf(text: string): Promise<Sandbox> {
  const moreTests = Object.fromEntries(MODULES.map((name) => {
    return [`test_${name}.py`, "import time\n\n\ndef test_it():\n    time.sleep(1.5)\n"];
  }));
  const sandbox = await Sandbox.create({ config: CONFIG, tests: () => false, moreTests });
  await Deno.writeTextFile(sandbox.path("docker-compose.yml"), text);
  await Deno.mkdir(sandbox.path("made"));
  await Deno.writeTextFile(sandbox.path("made/Dockerfile"), "FROM vx11-sandbox:1\nLABEL made=here\n");
  return sandbox;
}

integrationTest("each module is judged with what Compose starts for it", async (t) => {
  await using sandbox = await sandboxOf(PROJECT);
  try {
    const report = await sandbox.report([...ALL, "--jobs", "3", "--timeout-sec", "10"], 1);
    const verdict = (name: string) => {
      const { reasons, status } = moduleOf(report, name);
      return [status, reasons.map(({ text }) => text).join("\n")] as const;
    };
    await t.step("one that crash-loops is named", () => {
      const [status, text] = verdict("web-crashing");
      assertEquals([status, codesOf(moduleOf(report, "web-crashing")).includes("restarted")], ["FAIL", true], text);
      assertStringIncludes(text, '"db"');
    });
    await t.step("one that is to end may, with 0", () => assertEquals(verdict("web-migrated"), ["PASS", ""]));
    await t.step("and with nothing else", () => {
      const [status, text] = verdict("web-failed");
      assertEquals(status, "FAIL");
      assertStringIncludes(text, "ill");
    });
    await t.step("one that has but a build is built", () => assertEquals(verdict("web-built"), ["PASS", ""]));
    await t.step("one whose image cannot be had fails who needs it", () => {
      const [status, text] = verdict("web-lacking");
      assertEquals([status, codesOf(moduleOf(report, "web-lacking"))], ["FAIL", ["start_failed"]]);
      assertStringIncludes(text, '"none" could not be started: its image "127.0.0.1:1/none:1" could not be pulled');
    });
    await t.step("one that is not required, and of no profile that is on, is none", () => {
      assertEquals(verdict("web-alone"), ["PASS", ""]);
    });
    assertEquals(await sandbox.containers(), []);
  } finally {
    await docker("image", "rm", "--force", `${sandbox.project}-made`);
  }
});

integrationTest("a core whose helper has ended says which, with its state and its last lines", async () => {
  const redis = service("redis", `${shell("echo the configuration is wrong")}, healthcheck: { test: [CMD, "false"] }`);
  const needs = "depends_on: { redis: { condition: service_healthy } }";
  await using sandbox = await sandboxOf(
    `services:\n${redis}${service("madre", needs)}${service("tentaculo_link")}${service("web-alone")}`,
  );
  const { code, stderr } = await sandbox.run(["--modules", "web-alone"]);
  assertEquals(code, 3, stderr);
  assertStringIncludes(stderr, "Failed to start baseline");
  assertStringIncludes(stderr, '"redis" has ended with exit code 0; last lines of');
  assertStringIncludes(stderr, "the configuration is wrong");
  assert(!stderr.includes("check how the project declares"), stderr);
  assertEquals(await sandbox.containers(), []);
});
