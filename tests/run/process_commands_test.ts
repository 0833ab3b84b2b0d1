/** Commands that run in services of the process engine, by the program from source. */

import { assertEquals, assertMatch } from "@std/assert";
import { processProject } from "../fakes/program.ts";

Deno.test("a command in a service of the process engine runs as the service does, and leaves nothing", async () => {
  await using project = await processProject((service) => `
extends: none
engine: process
thresholds: { min_probes: 3, probe_interval_ms: 20, sample_interval_ms: 100 }
rules: { high_latency: off }
modules:
  db: { services: [db], health: [{ service: db, kind: tcp, port: 5432 }] }
  web:
    services: [web]
    depends_on: [db]
    health: [{ service: web, port: 8000, path: /health }]
    commands:
      - { name: knows, in: web, run: [sh, -c, 'test "$COLOUR $MORE \${PWD##*/}" = "teal b sub" && test -n "$PORT$VX11_DB_URL"'], env: { MORE: b } }
      - { name: in-db, in: db, run: [sh, -c, 'test -z "$COLOUR" && test "$VX11_WEB_URL" != ""'] }
      - { name: fails, in: web, run: [sh, -c, "echo no luck; exit 3"] }
      - { name: hangs, in: web, run: [sh, -c, "trap '' TERM; setsid sleep 461 & sleep 462"], timeout: 0.5 }
      - { name: absent, in: web, run: [vx11-missing] }
      - { name: writes, in: web, run: [sh, -c, "echo '<testsuite><testcase/></testsuite>' >j.xml"], junit: j.xml }
      - { name: again, in: web, run: ["true"], junit: j.xml }
services:
  db: { command: ${service()}, port: auto }
  web: { command: ${service().replace('"service.py"', '"../service.py"')}, port: auto, cwd: sub, env: { COLOUR: teal } }
`);
  await Deno.mkdir(`${project.dir}/sub`);
  const { code, stderr } = await project.run("--config", "config.yaml", "--modules", "web");
  const { modules } = JSON.parse(await Deno.readTextFile(`${await project.auditDir()}/REPORT.json`));
  const results = Object.entries(modules.web?.test_results ?? {}) as [string, { passed: boolean }][];
  const passed = results.filter(([, each]) => each.passed).map(([name]) => name);
  assertEquals([code, passed, results.length], [1, ["knows", "in-db", "writes"], 7], stderr);
  const said = modules.web.reasons.map(({ code, text }: { code: string; text: string }) => `${code} ${text}`).join(
    "\n",
  );
  assertMatch(said, /^tests_failed fails: 1 of 1 test failed \(exit code 3\): no luck;/m);
  assertMatch(said, /^tests_timeout hangs did not end within .* and was killed with its children;/m);
  assertMatch(
    said,
    /^tests_failed absent: .*exit code 127 \(it could not be started\): its command "vx11-missing" was not found/m,
  );
  assertMatch(
    said,
    /^metrics_missing .*tests of again ran: j.xml is the file that was there before the command began/m,
  );
  assertEquals(project.processes(), []);
});

Deno.test("a command in an image is refused on the process engine before anything is started", async () => {
  await using project = await processProject((service) => `
extends: none
engine: process
modules:
  web: { services: [web], commands: [{ name: api, image: hurl:5, run: [hurl] }] }
services:
  web: { command: ${service()}, port: auto }
`);
  const { code, stderr } = await project.run("--config", "config.yaml", "--modules", "web");
  assertEquals(code, 3, stderr);
  assertMatch(stderr, /A test of "web" is to run in a container of the image "hurl:5", which needs the Compose engine/);
  assertEquals(project.processes(), []);
});
