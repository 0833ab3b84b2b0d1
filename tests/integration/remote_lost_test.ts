/** A run whose engine is on a host that stops answering: no packet comes back, as behind a cable that is pulled out. It takes minutes. */

import { assert, assertEquals } from "@std/assert";
import { integrationTest } from "./environment.ts";
import { NO_OTHER_HOST, OtherHost } from "./other_host.ts";
import { moduleOf, readReport } from "./program.ts";
import { RemoteProject } from "./remote_project.ts";

integrationTest("a run that loses another host's engine ends by itself, and nothing unseen is PASS", async () => {
  await using there = await OtherHost.create();
  const project = await RemoteProject.create(there);
  const { audit, running } = await project.atWindow(["--context", "lab"], {}, () => there.link("down"));
  const ended = await running.finished;
  await there.link("up");
  assert([1, 3].includes(ended.code), `exit code ${ended.code}: ${ended.stdout}${ended.stderr}`);
  assertEquals(moduleOf(await readReport(audit), "inner").status, "FAIL");
  const cleaned = await project.run(["clean"]);
  assertEquals([cleaned.code, await there.docker("ps", "--all", "--format", "{{.Names}}")], [0, ""], cleaned.stderr);
}, NO_OTHER_HOST);
