/** A project on an engine of another host: what is asked where, which figures there are, and what becomes of a run that is killed. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { integrationTest } from "./environment.ts";
import { NO_OTHER_HOST, OtherHost } from "./other_host.ts";
import { moduleOf, type Report } from "./program.ts";
import { RemoteProject } from "./remote_project.ts";

integrationTest("an engine on another host is asked there, and what cannot be had is said", async (t) => {
  await using there = await OtherHost.create();
  const project = await RemoteProject.create(there);
  const names = () => there.docker("ps", "--all", "--format", "{{.Names}}");

  await t.step("in its docker context, whatever DOCKER_HOST says", async () => {
    const report = await project.report(["--context", "lab"], { DOCKER_HOST: "unix:///nowhere/docker.sock" });
    checkReport(report, there.address);
    const told = moduleOf(report, "loop").test_results["told"];
    const output = await Deno.readTextFile(join(project.dir, "audit", told?.output ?? ""));
    assertStringIncludes(output, `${there.address} http://${there.address}:18461 none`);
    assertEquals(await names(), "");
  });

  await t.step("by ssh, under a name that only ssh knows", async () => {
    checkReport(await project.report([], { DOCKER_HOST: "ssh://lab" }), there.address);
    assertEquals(await names(), "");
  });

  await t.step("what a killed run left is removed where it is, and nowhere else is it taken for gone", async () => {
    const byHost = { DOCKER_HOST: there.endpoint };
    const { audit, running } = await project.atWindow([], byHost, () => Promise.resolve());
    running.kill("SIGKILL");
    await running.finished;
    const here = await project.run(["clean"]);
    assertEquals(here.code, 3, here.stdout);
    assertStringIncludes(
      here.stderr,
      `An earlier run on another engine was killed, or could not remove everything: ${audit}`,
    );
    assertEquals((await names()).split("\n").length, 2);
    const cleaned = await project.run(["clean"], byHost);
    assertEquals([cleaned.code, await names()], [0, ""], cleaned.stderr);
  });

  await t.step("of a run in a context, `clean` knows the context by itself", async () => {
    const { running } = await project.atWindow(["--context", "lab"], {}, () => Promise.resolve());
    running.kill("SIGKILL");
    await running.finished;
    const cleaned = await project.run(["clean"]);
    assertEquals([cleaned.code, await names()], [0, ""], cleaned.stderr);
  });
}, NO_OTHER_HOST);

function checkReport(report: Report, address: string): void {
  const told = JSON.stringify(report.modules, null, 1);
  const found = Object.entries(report.modules).map(([name, { metrics, status }]) => {
    const { stats, way, url } = metrics[name] ?? Object.values(metrics)[0] ?? {};
    return [name, status, way, url, stats?.mem_source];
  });
  const inner = "http://127.0.0.1:8001/health";
  assertEquals(found, [
    ["loop", "PASS", "exec", inner, "docker stats"],
    ["inner", "PASS", "exec", inner, "docker stats"],
  ], told);
  const notices = report.notices.join("\n");
  assertMatch(
    notices,
    new RegExp(`on another host: its published ports are requested at ${address}, and memory and CPU`),
  );
  assertStringIncludes(notices, `Only on the loopback of the engine's host are the ports of "loop"`);
  assertMatch(notices, /"inner" mounts \S+\/conf: that is a folder or file of the engine's host/);
}
