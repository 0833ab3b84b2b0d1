import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { basename } from "@std/path";
import { processEngine } from "../../lib/engine/process/process.ts";
import { instanceId, ownerOf, parseMark } from "../../lib/engine/process/env.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { SERVICE_DEFAULTS } from "../../lib/config/services.ts";
import type { Project } from "../fakes/program.ts";
import { processProject } from "../fakes/program.ts";
import { until } from "../fakes/wait.ts";
import { processWorld, STAYS } from "./process_world.ts";

const host = denoHost();

/** A run that was killed while its core was starting: it waits for a page that never comes. */
async function killedRun(project: Project): Promise<void> {
  const program = project.start("--config", "config.yaml", "--modules", "switch", "--timeout-sec", "300");
  const journal = async () => await Deno.readTextFile(`${await project.auditDir()}/journal.ndjson`).catch(() => "");
  await until("the core is started", async () => {
    const text = await journal().catch(() => "");
    return text.split('"type":"owned"').length === 3 && project.processes().length === 2;
  });
  Deno.kill(program.pid, "SIGKILL");
  await program.output();
}

const SILENT = () => `
engine: process
services:
  madre: { command: [sleep, "300"], port: auto, stop_grace_sec: 2 }
  tentaculo_link: { command: [sleep, "300"] }
  switch: { command: [sleep, "300"] }
`;

Deno.test("what a killed program left is shown, measured, stopped and gone", async () => {
  await using project = await processProject(SILENT);
  await killedRun(project);
  assertEquals(project.processes().length, 2);
  const services = new Map([["madre", { ...SERVICE_DEFAULTS, command: STAYS, stopGraceSec: 2 }]]);
  const engine = processEngine(host, { name: basename(project.dir), dir: project.dir, services, env: {} });
  const looks = await engine.look();
  const madre = looks.find(({ state }) => state.service === "madre");
  assert(madre !== undefined && looks.length === 2);
  const { exitCode, image, pid, startedAt, status, stopGraceSec } = madre.state;
  assertEquals([status, exitCode, stopGraceSec], ["running", null, 2]);
  assertMatch(image, /sleep 300$/);
  assert(project.processes().includes(pid ?? 0));
  assert(Date.parse(startedAt ?? "") > Date.now() - 120_000, startedAt ?? "");
  assertMatch(String(madre.ports[0]?.hostPort), /^(2|3)\d{4}$/);
  const [outcome] = await engine.sample([madre.state]);
  assert(outcome !== undefined && "sample" in outcome && outcome.sample.memBytes > 0);
  assertEquals(outcome.sample.oomKills, null);
  assertStringIncludes(await engine.logs(madre.state.id, 5), "audit dir of the run that started it");
  assertEquals(JSON.parse(await engine.describe(madre.state.id)).Processes, [{ pid, command: image }]);

  const options = { recreate: false, timeoutMs: 1000, logFile: () => `${project.dir}/log` };
  assertEquals(await engine.up(["madre"], options), { ok: true });
  assertEquals((await engine.look()).map(({ state }) => state.pid).includes(pid), true, "it is left as it is");
  assertEquals(await engine.remove([madre.state.id]), new Map([[madre.state.id, `it still runs (process ${pid})`]]));
  for (const { state } of looks) assertEquals((await engine.stop(state, 5)).stopped, true);
  assertEquals(await engine.remove(looks.map(({ state }) => state.id)), new Map());
  assertEquals([await engine.look(), project.processes()], [[], []]);
  await engine.close();
});

Deno.test("clean ends what a killed program left, and finishes its reports", async () => {
  await using project = await processProject(SILENT);
  await killedRun(project);
  const { code, stderr, stdout } = await project.run("clean");
  assertEquals([code, stderr, project.processes()], [0, "", []]);
  assertEquals(stdout, `${await project.auditDir()}: removed madre, tentaculo_link\n`);
  assertStringIncludes(await Deno.readTextFile(`${await project.auditDir()}/REPORT.md`), "a kill");
});

Deno.test("look() leaves out what a living program runs, and what belongs to another project", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  await it.up("switch");
  for (const name of ["test", "tes", "test2"]) {
    const other = processEngine(host, { name, dir: it.dir, services: new Map(), env: {} });
    assertEquals(await other.look(), []);
    await other.close();
  }
  assertEquals((await it.state("switch")).status, "running");
});

Deno.test("parseMark() wants all three marks", () => {
  const marks = ["VX11_PROCESS_ID=a-1-2-x", "VX11_PROCESS_SERVICE=a", "VX11_PROCESS_PROJECT=p:/srv/p"];
  assertEquals(parseMark(["PATH=/bin", ...marks, ""].join("\0")), { id: "a-1-2-x", service: "a", project: "p:/srv/p" });
  for (const left of marks) assertEquals(parseMark(marks.filter((mark) => mark !== left).join("\0")), null);
  assertEquals(parseMark(""), null);
});

Deno.test("ownerOf() reads from an id which program started it", () => {
  assertEquals(ownerOf(instanceId("operator-backend", { pid: 12, start: 345 }, "0a1b2c3d")), { pid: 12, start: 345 });
  for (const id of ["", "switch", "switch-1", "673e00bdca4d"]) assertEquals(ownerOf(id), null);
});
