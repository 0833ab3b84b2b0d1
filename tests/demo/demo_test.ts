/** The command `demo` from source: what it says, what it leaves, and what interrupts it. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { until } from "../fakes/wait.ts";
import { assertRenderedAgain } from "./rendered.ts";
import { BUSY, type DemoReport, inFolder, leftIn, processesOf, runDemo, startDemo } from "./demo_run.ts";

/** The lines of the newest journal so far. */
async function journal(dir: string): Promise<Record<string, unknown>[]> {
  const root = join(dir, "docs/audit");
  const names = await Array.fromAsync(Deno.readDir(root), ({ name }) => name).catch(() => []);
  const runs = names.filter((name) => name.startsWith("vx11_")).sort();
  const text = await Deno.readTextFile(join(root, runs.at(-1) ?? "", "journal.ndjson")).catch(() => "");
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

async function isReady(dir: string, service: string): Promise<boolean> {
  return (await journal(dir)).some((line) => line.type === "ready" && line.service === service);
}

async function assertNothingLeft(dir: string): Promise<void> {
  assertEquals(await leftIn(dir), []);
  assertEquals(await processesOf(dir), []);
}

Deno.test("two demonstrations at once, in two folders, end with a verdict, the reports and what to try next", async () => {
  const one = async () =>
    await inFolder(async (dir) => {
      const { code, stderr, stdout } = await runDemo(dir, ["--modules", "switch,shubniggurath", ...BUSY]);
      assertEquals(code, 0, stderr);
      const [verdict = "", reports = "", next = "", end] = stdout.split("\n").slice(-4);
      assertEquals(verdict, "Verdict: PASS, all 2 modules are stable", stdout);
      assertMatch(reports, /^Reports: .*\/docs\/audit\/vx11_stability_\w+ /);
      assert(reports.includes(dir), reports);
      assertEquals([next, end], ["Next:    scripts/deno task start demo --fault oom:switch", ""]);
      await assertRenderedAgain(dir);
      await assertNothingLeft(dir);
    });
  await Promise.all([one(), one()]);
});

Deno.test("Ctrl+C in the middle of a demonstration leaves no process and no temporary folder", async () => {
  await inFolder(async (dir) => {
    const child = startDemo(dir, ["--modules", "switch", "--soak-sec", "300", ...BUSY]);
    await until("switch is ready", () => isReady(dir, "switch"));
    assert((await leftIn(dir)).length >= 1 && (await processesOf(dir)).length >= 3, "there is something to leave");
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assertEquals(code, 130, new TextDecoder().decode(stderr));
    await assertNothingLeft(dir);
  });
});

Deno.test("kill -9 of a service in the middle of a demonstration is seen as what it is", async () => {
  await inFolder(async (dir) => {
    const child = startDemo(dir, ["--modules", "switch", "--soak-sec", "300", "--json", ...BUSY]);
    await until("switch is ready", () => isReady(dir, "switch"));
    const look = (await journal(dir)).find((line) => line.type === "look" && line.module === "switch");
    const { pid } = look?.state as { pid: number };
    Deno.kill(pid, "SIGKILL");
    const { code, stdout } = await child.output();
    assertEquals(code, 1);
    const report: DemoReport = JSON.parse(new TextDecoder().decode(stdout));
    const [module] = Object.values(report.modules);
    const exited = module?.reasons.find((reason) => reason.code === "exited");
    assertEquals(module?.status, "FAIL");
    assertStringIncludes(exited?.text ?? JSON.stringify(module?.reasons), "SIGKILL");
    await assertNothingLeft(dir);
  });
});

Deno.test("without pytest the modules of a demonstration say so, once, and stdout is JSON alone", async () => {
  await inFolder(async (dir) => {
    const args = ["--modules", "switch,shubniggurath", "--pytest", "no-such-pytest", "--json", ...BUSY];
    const { code, stderr, stdout } = await runDemo(dir, args);
    assertEquals(code, 0, stderr);
    const report: DemoReport = JSON.parse(stdout);
    assertEquals(
      Object.values(report.modules).map(({ status, reasons }) => [status, reasons.map((each) => each.code)]),
      [
        ["WARN", ["no_tests"]],
        ["WARN", ["no_tests"]],
      ],
    );
    assertEquals(report.notices.filter((text) => text.includes("no-such-pytest")).length, 1);
    assertStringIncludes(stderr, "Next:    install Python 3 with pytest");
    await assertNothingLeft(dir);
  });
});

Deno.test("port-taken names the process that has the port", async () => {
  await inFolder(async (dir) => {
    const args = ["--modules", "shubniggurath", "--fault", "port-taken", "--quiet", ...BUSY];
    const { code, stdout } = await runDemo(dir, [...args, "--json"]);
    assertEquals(code, 1);
    const [module] = Object.values((JSON.parse(stdout) as DemoReport).modules);
    assertMatch(module?.reasons[0]?.text ?? "", /port 127\.0\.0\.1:\d+ is taken by .*\bdeno\b.*\b\d+\b/);
  });
});

Deno.test("a demonstration that cannot begin leaves nothing, and asks for nothing but its options", async () => {
  await inFolder(async (dir) => {
    const cases: [string[], number, string][] = [
      [["--project-dir", "nowhere"], 3, "is not a directory"],
      [["--audit-dir", "/proc/no"], 2, "Cannot write to the audit dir"],
      [["--recreate"], 2, "--recreate is not an option of demo, only of run, plan and doctor"],
      [["--fault", "oom:nowhere"], 2, 'Unknown module "nowhere"'],
    ];
    await Promise.all(cases.map(async ([args, wanted, text]) => {
      const { code, stderr, stdout } = await runDemo(dir, args);
      assertEquals([code, stdout], [wanted, ""], stderr);
      assertStringIncludes(stderr, text);
    }));
    await assertNothingLeft(dir);
  });
});
