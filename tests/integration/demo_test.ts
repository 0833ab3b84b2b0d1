/**
 * `demo` of the compiled program, as one finds it on a machine: no environment but PATH, an empty folder, no Docker, no
 * repository. That each fault gives its verdict is tests/demo/faults_test.ts.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { auditDirs, moduleOf, readJournal, readReport, type RunOptions, start, until } from "./program.ts";
import { integrationTest } from "./environment.ts";

/** An empty folder, in which the program has its temporary ones, too. */
async function inEmptyFolder(work: (options: RunOptions) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir({ prefix: "vx11-it-demo-" });
  try {
    await work({ cwd, env: { PATH: Deno.env.get("PATH") ?? "", TMPDIR: cwd }, clearEnv: true });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

async function assertNothingLeft({ cwd }: RunOptions): Promise<void> {
  assertEquals(await Array.fromAsync(Deno.readDir(cwd), ({ name }) => name), ["docs"]);
  for await (const { name } of Deno.readDir("/proc")) {
    const env = /^\d+$/.test(name) ? await Deno.readTextFile(`/proc/${name}/environ`).catch(() => "") : "";
    assert(!env.includes(`TMPDIR=${cwd}`), `process ${name} is left`);
  }
}

integrationTest("demo finds nine sound modules, and leaves the reports and nothing else", async () => {
  await inEmptyFolder(async (options) => {
    const { code, stderr, stdout } = await (await start(["demo"], options)).finished;
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "\nVerdict: PASS, all 9 modules are stable\n");
    assertStringIncludes(stdout, ` demo --fault oom:switch\n`);
    const [auditDir = ""] = await auditDirs(options.cwd);
    const report = await readReport(auditDir);
    assertEquals(report.summary.passed, 9);
    for (const { name, test_results } of Object.values(report.modules)) {
      assertEquals(Object.values(test_results).map(({ passed }) => passed), [true], name);
    }
    await assertNothingLeft(options);
  });
});

integrationTest("demo shows several faults in one run", async () => {
  await inEmptyFolder(async (options) => {
    const faults = ["oom:switch", "slow:mcp", "crash-loop:hermes"].flatMap((fault) => ["--fault", fault]);
    const program = await start(["demo", "--modules", "switch,hermes,mcp", ...faults], options);
    const { code, stderr, stdout } = await program.finished;
    assertEquals(code, 1, stderr);
    assertStringIncludes(stdout, "; as planted: oom in switch, slow in mcp, crash-loop in hermes\n");
    await assertNothingLeft(options);
  });
});

integrationTest("demo that is interrupted leaves no process and no temporary folder", async () => {
  await inEmptyFolder(async (options) => {
    const running = await start(["demo", "--modules", "switch", "--soak-sec", "100"], options);
    await until("switch is ready", async () => {
      const journal = await readJournal((await auditDirs(options.cwd)).at(-1));
      return journal.some(({ service, type }) => type === "ready" && service === "switch");
    });
    running.kill("SIGINT");
    const { code, stderr } = await running.finished;
    assertEquals(code, 130, stderr);
    const [auditDir = ""] = await auditDirs(options.cwd);
    assertEquals(moduleOf(await readReport(auditDir), "switch").status, "SKIP");
    await assertNothingLeft(options);
  });
});
