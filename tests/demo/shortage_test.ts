/** The real thing: a running program that may open no more files. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { until } from "../fakes/wait.ts";
import { inFolder, startDemo } from "./demo_run.ts";

const HAS_PRLIMIT = await new Deno.Command("prlimit", { args: ["--version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

interface Line {
  type: string;
  service?: string;
  ok?: boolean;
  error?: string;
}

async function journalIn(dir: string): Promise<Line[]> {
  const text = await Deno.readTextFile(join(dir, "audit", "journal.ndjson")).catch(() => "");
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Line);
}

async function limitFiles(pid: number, files: string): Promise<void> {
  const { success } = await new Deno.Command("prlimit", { args: ["--pid", `${pid}`, `--nofile=${files}`] }).output();
  assert(success, "prlimit works");
}

Deno.test({
  name: "a run whose program has no file left ends with 3, names the limit, and blames no service",
  ignore: !HAS_PRLIMIT,
  fn: () =>
    inFolder(async (dir) => {
      const demo = startDemo(dir, ["--modules", "switch", "--soak-sec", "600", "--audit-dir", "audit"]);
      const ended = demo.output();
      const lines = () => journalIn(dir);
      await until("switch is watched", async () => {
        return (await lines()).filter(({ service, type }) => type === "probe" && service === "switch").length > 3;
      }, 120_000);
      // No number is free below it, whatever is open above.
      await limitFiles(demo.pid, "3:");
      await until("the run is ended", async () => (await lines()).some(({ type }) => type === "run_failed"), 120_000);
      // So that what was started can be looked for, and the reports be written.
      await limitFiles(demo.pid, "1024:");
      const { code, stderr } = await ended;
      const said = new TextDecoder().decode(stderr);
      assertEquals(code, 3, said);
      assertStringIncludes(said, "This program itself ran out of a resource: Too many open files");
      assertStringIncludes(said, "ulimit -n");
      const failed = (await lines()).filter(({ ok, type }) => type === "not_ready" || (type === "probe" && !ok));
      assertEquals(failed, []);
    }),
});
