/** Whole runs of the program from source on the process engine: real services, their troubles, and what the verdict says. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import type { Project } from "../fakes/program.ts";
import { processProject } from "../fakes/program.ts";
import { PYTHON } from "../fakes/python.ts";
import { until } from "../fakes/wait.ts";

const PYTEST = ["--pytest", `${PYTHON} -m pytest`, "--config", "config.yaml"];

/** Every service on a port of its own; each module needs the baseline only. */
const CONFIG = (service: Project["service"]) => `
engine: process
thresholds: { min_probes: 5, probe_interval_ms: 20, sample_interval_ms: 100 }
rules: { high_latency: off, near_mem_limit: off, no_tests: off }
modules:
  hermes: { depends_on: [baseline] }
  spawner: { depends_on: [baseline] }
  mcp: { depends_on: [baseline] }
  manifestator: { depends_on: [baseline] }
services:
  madre: { command: ${service()}, port: auto }
  tentaculo_link: { command: ${service()}, port: auto, depends_on: [madre] }
  switch: { command: ${service()}, port: auto, mem_limit: 256m }
  hermes: { command: ${service("crash")}, port: auto }
  spawner: { command: ${service("eat")}, port: auto, mem_limit: 64m }
  mcp: { command: ${service("deaf")}, port: auto, stop_grace_sec: 0.5 }
  manifestator: { command: [no-such-command] }
`;

async function report(project: Project) {
  return JSON.parse(await Deno.readTextFile(`${await project.auditDir()}/REPORT.json`));
}

Deno.test("a run on processes tells each trouble by its code, and leaves nothing behind", async () => {
  await using project = await processProject(CONFIG);
  const test = `import os, urllib.request
def test_up():
    assert os.environ["VX11_MODE"] == "low_power"
    assert urllib.request.urlopen(os.environ["VX11_SWITCH_URL"] + "/health").status == 200
`;
  await Deno.writeTextFile(`${project.dir}/tests/test_switch_a.py`, test);
  const modules = "switch,hermes,spawner,mcp,manifestator";
  const { code, stderr } = await project.run(...PYTEST, "--modules", modules);
  const judged = Object.values((await report(project)).modules);
  const codes = Object.fromEntries(
    (judged as { name: string; status: string; reasons: { code: string }[] }[]).map((each) => [
      each.name,
      [each.status, ...each.reasons.map((reason) => reason.code).sort()],
    ]),
  );
  assertEquals(codes, {
    switch: ["PASS"],
    hermes: ["FAIL", "exited"],
    spawner: ["FAIL", "exited", "oom_killed"],
    mcp: ["WARN", "slow_stop"],
    manifestator: ["FAIL", "start_failed"],
  });
  const said = JSON.stringify(judged);
  assertStringIncludes(said, '\\"hermes\\" was not running at the end: exited, exit code 3');
  assertMatch(said, /The process engine killed the main process of \\"spawner\\" for memory \(limit 64.0 MiB\)/);
  assertStringIncludes(said, 'its command \\"no-such-command\\" was not found on PATH');
  assertEquals([code, project.processes()], [1, []], stderr);
  const log = await Deno.readTextFile(`${await project.auditDir()}/raw/switch_switch.log`);
  assertStringIncludes(log, "/health\n");
  assertEquals(await readableByOthers(await project.auditDir()), []);
  await project.run("judge", await project.auditDir(), "--out", "judged");
  assertEquals(await readableByOthers(`${project.dir}/judged`), []);
});

async function readableByOthers(dir: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of walk(dir)) {
    const { mode } = await Deno.stat(path);
    if (((mode ?? 0) & 0o077) !== 0) found.push(`${path} ${(mode ?? 0).toString(8)}`);
  }
  return found;
}

Deno.test("a service that completes is done with 0, a finding otherwise, and waited for by what needs it", async () => {
  for (const [exit, code, verdict] of [[0, 0, ["PASS"]], [7, 1, ["FAIL", "start_failed", "exited"]]] as const) {
    await using project = await processProject((service) => `
engine: process
thresholds: { min_probes: 5, probe_interval_ms: 20, sample_interval_ms: 100 }
rules: { high_latency: off, no_tests: off }
modules:
  mcp: { depends_on: [baseline], services: [mcp, seed], health: [{ service: mcp, port: 8006, path: /health }] }
services:
  madre: { command: ${service()}, port: auto }
  tentaculo_link: { command: ${service()}, port: auto }
  switch: { command: ${service()}, port: auto, depends_on: [migrate] }
  migrate: { command: [sh, -c, "exit ${exit}"], completes: true }
  mcp: { command: ${service()}, port: auto }
  seed: { command: [sh, -c, "exit 0"], completes: true }
`);
    const run = await project.run("--config", "config.yaml", "--modules", "switch,mcp");
    const { modules } = await report(project);
    const codesOf = (
      name: string,
    ) => [modules[name].status, ...modules[name].reasons.map((each: { code: string }) => each.code)];
    assertEquals([run.code, codesOf("switch"), codesOf("mcp")], [code, [...verdict], ["PASS"]], run.stderr);
    assertEquals(project.processes(), []);
  }
});

Deno.test("a taken port is told with the process that holds it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  await using project = await processProject((service) => `
engine: process
services:
  madre: { command: ${service()}, port: ${port} }
  tentaculo_link: { command: ${service()}, port: auto }
`);
  const { code, stderr } = await project.run(...PYTEST, "--modules", "baseline");
  listener.close();
  assertEquals(code, 3);
  assertStringIncludes(
    stderr,
    `Failed to start baseline: "madre": its port 127.0.0.1:${port} is taken by process ${Deno.pid} (`,
  );
});

for (const signal of ["SIGINT", "SIGQUIT", "SIGUSR1"] as const) {
  Deno.test(`${signal} ends a run on processes with nothing left`, async () => {
    await using project = await processProject(CONFIG);
    const program = project.start(...PYTEST, "--modules", "switch", "--soak-sec", "600");
    await until("the core and the module are up", () => project.processes().length === 3);
    Deno.kill(program.pid, signal);
    const { code } = await program.output();
    assertEquals([code, project.processes()], [130, []]);
    const { interrupted } = await report(project);
    assert(interrupted);
  });
}
