/** Where the program runs: a bare environment, no network, no Docker, no compose file. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, integrationTest, ROOT, SKIPPED } from "./environment.ts";
import { start } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

const PATH = Deno.env.get("PATH") ?? "/usr/bin:/bin";

const noNetwork = SKIPPED ??
  ((await command("unshare", ["--net", "true"])).code === 0 ? undefined : "unshare --net is not permitted");

integrationTest("runs with an empty environment but PATH", async () => {
  await using sandbox = await Sandbox.create();
  const report = await sandbox.report(["--modules", "shubniggurath"], 0, { clearEnv: true, env: { PATH } });
  assertEquals(report.summary.passed, 1);
});

integrationTest("runs without a network of its own", async () => {
  await using sandbox = await Sandbox.create();
  const prefix = ["unshare", "--net"];
  const version = await sandbox.run(["--version"], { prefix });
  assertEquals(version.code, 0, version.stderr);
  assertMatch(version.stdout, /\d+\.\d+\.\d+/);
  const help = await sandbox.run(["--help"], { prefix });
  assertEquals(help.code, 0, help.stderr);
  assertStringIncludes(help.stdout, "--modules");
  const plan = await sandbox.run(["plan", "--modules", "hormiguero"], { prefix });
  assertEquals(plan.code, 0, plan.stderr);
  assert(plan.stdout.indexOf("hermes") < plan.stdout.indexOf("hormiguero"), plan.stdout);
}, noNetwork);

integrationTest("plan touches nothing", async () => {
  await using sandbox = await Sandbox.create();
  const plan = await sandbox.run(["plan", "--modules", "hormiguero,switch"]);
  assertEquals(plan.code, 0, plan.stderr);
  for (const name of ["switch", "hermes", "spawner", "hormiguero"]) assertStringIncludes(plan.stdout, name);
  assertEquals(await sandbox.containers(), []);
  assertEquals(plan.auditDir, undefined);
});

integrationTest("works on a project named by --project-dir", async () => {
  await using sandbox = await Sandbox.create();
  const args = ["--project-dir", sandbox.dir, "--modules", "shubniggurath"];
  const { code, stderr } = await (await start(args, { cwd: "/" })).finished;
  assertEquals(code, 0, stderr);
  assert(await sandbox.auditDir() !== undefined, "no audit dir below the project dir");
});

integrationTest("no docker on PATH → 3, and says so", async () => {
  await using sandbox = await Sandbox.create();
  await Deno.mkdir(sandbox.path("empty"));
  const { code, stderr } = await sandbox.run([], { clearEnv: true, env: { PATH: sandbox.path("empty") } });
  assertEquals(code, 3, stderr);
  assertMatch(stderr, /docker.*PATH/i);
});

integrationTest("no daemon behind DOCKER_HOST → 3, and names it", async () => {
  await using sandbox = await Sandbox.create();
  const host = `unix://${sandbox.path("no.sock")}`;
  const { code, stderr } = await sandbox.run([], { env: { DOCKER_HOST: host } });
  assertEquals(code, 3, stderr);
  assertStringIncludes(stderr, "no.sock");
});

integrationTest("no compose file → 3, says where it looked and names --project-dir", async () => {
  await using sandbox = await Sandbox.create();
  await Deno.mkdir(sandbox.path("elsewhere"));
  const { code, stderr } = await sandbox.run(["--project-dir", sandbox.path("elsewhere")]);
  assertEquals(code, 3, stderr);
  assertStringIncludes(stderr, sandbox.path("elsewhere"));
  assertStringIncludes(stderr, "--project-dir");
  assertEquals(await sandbox.containers(), []);
});

integrationTest("a compose file that is not YAML → 3 with what Compose said", async () => {
  await using sandbox = await Sandbox.create();
  await Deno.writeTextFile(sandbox.path("docker-compose.yml"), "services: [\n");
  const { code, stderr } = await sandbox.run([]);
  assertEquals(code, 3, stderr);
  assertMatch(stderr, /yaml/i);
  assert(!stderr.includes(ROOT), "the message shows a path of the source tree");
});
