/**
 * Each command line of the Python harness's manual, with `python3 scripts/vx11_stability_p0.py` replaced by the program, on the
 * sandbox: options, their defaults, the outputs tree, and the commands of its troubleshooting section.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { exists } from "@std/fs";
import { basename, dirname, join } from "@std/path";
import { command, docker, integrationTest, ROOT } from "./environment.ts";
import { auditDirs } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

const NINE = "switch,hermes,spawner,hormiguero,mcp,manifestator,operator-backend,operator-frontend,shubniggurath";
const CORE = ["madre", "redis", "tentaculo_link"];
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/;

/** REPORT.json as the manual shows it, no more. */
interface ManualReport {
  timestamp: string;
  mode: string;
  cycles: number;
  modules_tested: string[];
  summary: { total_modules: number; passed: number; failed: number };
  modules: Record<string, {
    name: string;
    status: string;
    test_results: Record<string, { return_code: number; passed: boolean }>;
    errors: string[];
  }>;
}

/** One test file a module: these tests are about command lines. */
const few = (name: string) => /_health\.py$/.test(name);

/** Runs a line of the manual; all is expected to be well. Also returns which services were created, in order. */
async function manual(
  sandbox: Sandbox,
  line: string,
): Promise<{ report: ManualReport; dir: string; created: string[] }> {
  const events = createdServices(sandbox.project);
  const { code, stderr, auditDir } = await sandbox.run(line.split(" ").filter((word) => word !== ""));
  const created = await events();
  assertEquals(code, 0, `${line}\n${stderr}`);
  const named = /--audit-dir (\S+)/.exec(line)?.[1];
  const dir = named === undefined ? auditDir ?? "" : sandbox.path(named);
  return { report: JSON.parse(await Deno.readTextFile(join(dir, "REPORT.json"))), dir, created };
}

/** Listens for containers that are created in a project, until the returned function is called. */
function createdServices(project: string): () => Promise<string[]> {
  const filters = [`label=com.docker.compose.project=${project}`, "type=container", "event=create"];
  const format = '{{index .Actor.Attributes "com.docker.compose.service"}}';
  const child = new Deno.Command("docker", {
    args: ["events", ...filters.flatMap((filter) => ["--filter", filter]), "--format", format],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const text = new Response(child.stdout).text();
  return async () => {
    child.kill("SIGTERM");
    await child.status;
    return (await text).split("\n").filter((service) => service !== "");
  };
}

function assertWell(report: ManualReport, mode: string, cycles: number, modules: string): void {
  const names = modules.split(",");
  assertMatch(report.timestamp, STAMP);
  assertEquals([report.mode, report.cycles, report.modules_tested], [mode, cycles, names]);
  const { total_modules, passed, failed } = report.summary;
  assertEquals({ total_modules, passed, failed }, { total_modules: names.length, passed: names.length, failed: 0 });
  assertEquals(Object.entries(report.modules).map(([key, { name, status }]) => [key, name, status]), [
    ...names.map((name) => [name, name, "PASS"]),
  ]);
}

integrationTest("the manual: no option means one cycle, low_power, nine modules, and the outputs tree", async () => {
  await using sandbox = await Sandbox.create({ tests: few });
  const { report, dir } = await manual(sandbox, "");
  assertWell(report, "low_power", 1, NINE);
  assertEquals(dirname(dir), sandbox.path("docs/audit"));
  assertMatch(basename(dir), /^vx11_stability_\d{8}T\d{6}Z$/);
  const markdown = await Deno.readTextFile(join(dir, "REPORT.md"));
  assertMatch(markdown, /^# VX11 Stability P0 Report\n/);
  for (const [name, { test_results, errors }] of Object.entries(report.modules)) {
    assertEquals(errors, [], name);
    assertMatch(markdown, new RegExp(`^### ✅ ${name}$`, "m"));
    assert(Object.keys(test_results).length > 0, `${name} has no test results`);
    for (const [file, { return_code, passed }] of Object.entries(test_results)) {
      assertEquals([return_code, passed], [0, true], file);
      assert(await exists(join(dir, "raw", `${name}_${file}.txt`)), `raw/${name}_${file}.txt is not there`);
    }
  }
  // The default of --keep-core.
  assertEquals(await sandbox.running(), CORE);
});

integrationTest(
  "the manual: its own example starts each selected module in each cycle, and keeps the core alone",
  async () => {
    await using sandbox = await Sandbox.create({ tests: few });
    const { report, created } = await manual(sandbox, "--mode operative_core --cycles 2 --modules switch,hermes");
    assertWell(report, "operative_core", 2, "switch,hermes");
    for (const service of ["switch", "hermes"]) {
      assertEquals(created.filter((name) => name === service).length, 2, `${service} in ${created}`);
    }
    assertEquals(await sandbox.running(), CORE);
  },
);

integrationTest("the manual: --cycles 3 --timeout-sec 30, its nightly job, is all nine, three times", async () => {
  await using sandbox = await Sandbox.create({ tests: few });
  const { report, created } = await manual(sandbox, "--cycles 3 --timeout-sec 30");
  assertWell(report, "low_power", 3, NINE);
  const expected = NINE.split(",");
  // What is a dependency may be kept from one module to the next, but never from one cycle to the next.
  for (const service of expected) {
    const times = created.filter((name) => name === service).length;
    assert(times >= 3, `${service} was created ${times} times`);
  }
});

integrationTest("the manual: each option of its table", async () => {
  await using sandbox = await Sandbox.create({ tests: few });
  const lines: [string, string, number, string][] = [
    ["--timeout-sec 30 --modules switch", "low_power", 1, "switch"],
    ["--mode low_power --cycles 1 --modules switch --timeout-sec 20", "low_power", 1, "switch"],
    ["--modules hormiguero,switch", "low_power", 1, "switch,hormiguero"],
    ["--audit-dir kept/here --keep-core --modules shubniggurath", "low_power", 1, "shubniggurath"],
    ["--modules shubniggurath --no-keep-core", "low_power", 1, "shubniggurath"],
  ];
  for (const [line, mode, cycles, modules] of lines) {
    const { report } = await manual(sandbox, line);
    assertWell(report, mode, cycles, modules);
    if (line.includes("--keep-core") && !line.includes("--no-")) assertEquals(await sandbox.running(), CORE);
  }
  // The core ran already when the last one began: that run did not start it.
  assertEquals(await sandbox.running(), CORE);
  assertEquals((await auditDirs(sandbox.dir)).length, 4);
});

integrationTest("the manual: the commands of its troubleshooting section, and the run after them", async () => {
  await using sandbox = await Sandbox.create({ tests: few });
  await sandbox.compose("build");
  const up = await command(
    "env",
    ["VX11_MODE=low_power", "docker", "compose", "up", "-d", "madre", "tentaculo_link"],
    sandbox.dir,
  );
  assertEquals(up.code, 0, up.stderr);
  assertMatch(await sandbox.compose("logs", "madre", "tentaculo_link"), /madre: starts on port/);
  assertMatch(await sandbox.compose("ps"), /madre/);
  const { report, created } = await manual(sandbox, "--timeout-sec 30 --modules switch");
  assertWell(report, "low_power", 1, "switch");
  assertEquals(created, ["switch"], "the core that ran was used as it was");
  const page = await fetch(`http://127.0.0.1:${sandbox.ports.madre}/health`);
  assertEquals([page.status, (await page.json()).mode], [200, "low_power"]);
  assertMatch(await docker("stats", "--no-stream", sandbox.container("madre")), /MiB/);
  const grep = await command("grep", ["-A", "5", "mem_limit:", "docker-compose.yml"], sandbox.dir);
  assertEquals(grep.code, 0);
});

integrationTest("the manual: its unit and integration test commands have a task each", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  for (const name of ["test", "test:integration"]) assert(tasks[name]?.command !== undefined, name);
});
