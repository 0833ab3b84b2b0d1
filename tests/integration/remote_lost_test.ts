/** A run whose engine is on a host that stops answering: no packet comes back, as behind a cable that is pulled out. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { integrationTest } from "./environment.ts";
import { NO_OTHER_HOST, OtherHost } from "./other_host.ts";
import { moduleOf, readJournal, readReport, until } from "./program.ts";
import { RemoteProject, SOAK_SEC } from "./remote_project.ts";

/** From the moment on at which the run would end what it started. */
const ENDING_LIMIT_MS = 75_000;

integrationTest("a run that loses another host's engine ends soon, and nothing unseen is PASS", async (t) => {
  await using there = await OtherHost.create();
  const project = await RemoteProject.create(there);
  const names = () => there.docker("ps", "--all", "--format", "{{.Names}}");

  await t.step("for good: it says what it could not take down, and the command that does it later", async () => {
    let lostAt = 0;
    const { audit, running } = await project.atWindow(["--context", "lab"], {}, async () => {
      await there.link("down");
      lostAt = performance.now();
    });
    const ended = await running.finished;
    const endingMs = performance.now() - lostAt - SOAK_SEC * 1000;
    await there.link("up");
    assertEquals(ended.code, 1, ended.stdout + ended.stderr);
    assertEquals(moduleOf(await readReport(audit), "inner").status, "FAIL");
    assert(endingMs < ENDING_LIMIT_MS, `${endingMs} ms: ${ended.stderr}`);
    assertMatch(
      ended.stderr,
      /Could not take down \S+-inner-1, \S+-open-1: the engine's host is out of reach \(10\.77\.\d+\.2:2375 has taken no .*\); when it is back: vx11-stability clean --project-dir \S+ --context lab$/m,
    );
    assertEquals((await names()).split("\n").length, 2);
    const cleaned = await project.run(["clean"]);
    assertEquals([cleaned.code, await names()], [0, ""], cleaned.stderr);
  });

  await t.step("and if the link is back meanwhile, what it started is removed", async () => {
    const { audit, running } = await project.atWindow(["--context", "lab"], {}, () => there.link("down"));
    await until("it ends what it started", async () => {
      const lines = await readJournal(audit);
      return lines.some(({ phase, type }) => type === "phase" && phase === "soak");
    }, 2 * SOAK_SEC * 1000);
    await there.link("up");
    const ended = await running.finished;
    assertEquals([ended.code, await names()], [1, ""], ended.stderr);
    assertEquals(moduleOf(await readReport(audit), "inner").status, "FAIL");
    assert(!ended.stderr.includes("out of reach"), ended.stderr);
  });
}, NO_OTHER_HOST);
