import { assertEquals } from "@std/assert";
import { closingText } from "../../lib/demo/closing.ts";
import type { PlantedFault } from "../../lib/demo/fault_choice.ts";
import type { ModuleVerdict } from "../../lib/model/record.ts";
import { cycleOf, moduleOf, runOf, seen } from "../fakes/evidence.ts";
import { judged, reason, verdict } from "../fakes/records.ts";

const OOM: PlantedFault = { name: "oom", module: "switch", culprit: "switch" };
const SLOW: PlantedFault = { name: "slow", module: "mcp", culprit: "mcp" };
const KILLED = [reason("oom_killed", "killed"), reason("restarted", "restarted")];
const REPORTS = "Reports: /a/docs (REPORT.html is for people)";

function closing(modules: ModuleVerdict[], faults: PlantedFault[] = [], untested: string | null = null): string[] {
  const cycle = cycleOf(1, [seen("switch")], { testsUnavailable: untested });
  const run = judged(runOf([moduleOf("switch", [cycle])]), modules);
  return closingText({ judged: run, auditDir: "/a/docs", faults, command: "vx11-stability demo" }).split("\n");
}

Deno.test("closingText() of a sound run names a fault to plant", () => {
  assertEquals(closing([verdict("hermes", "PASS"), verdict("switch", "PASS")]), [
    "Verdict: PASS, all 2 modules are stable",
    REPORTS,
    "Next:    vx11-stability demo --fault oom:switch",
    "",
  ]);
  assertEquals(closing([verdict("mcp", "PASS")])[2], "Next:    vx11-stability demo --fault oom:mcp");
});

Deno.test("closingText() says whether each fault gave what it should, and where to read why", () => {
  const modules = [verdict("switch", "FAIL", [], KILLED), verdict("mcp", "WARN", [], [reason("high_latency", "slow")])];
  assertEquals(closing(modules, [OOM, SLOW]), [
    "Verdict: FAIL, 1 of 2 modules failed; as planted: oom in switch, slow in mcp",
    REPORTS,
    "Next:    read why switch is FAIL in REPORT.md; more kinds: vx11-stability demo --list-faults",
    "",
  ]);
  const failed = verdict("mcp", "FAIL", [], [reason("dependency_failed", "hermes")]);
  assertEquals(
    closing([modules[0] ?? failed, failed], [OOM, SLOW])[0],
    [
      "Verdict: FAIL, 2 of 2 modules failed; as planted: oom in switch; not as planted: slow in mcp",
    ][0],
  );
  assertEquals(
    closing([verdict("mcp", "PASS")], [SLOW])[0],
    "Verdict: PASS, the module is stable; not as planted: slow in mcp",
  );
});

Deno.test("closingText() says what to do where something is wrong that was not planted", () => {
  const warned = [verdict("switch", "WARN", [], [reason("high_latency", "slow")])];
  assertEquals(closing(warned)[0], "Verdict: WARN, 1 of 1 module gave a warning, and nothing was planted");
  assertEquals(closing(warned)[2], "Next:    read why switch is WARN in REPORT.md");
  assertEquals(
    closing(warned, [], "no pytest")[2],
    "Next:    install Python 3 with pytest, and the modules' tests are run as well",
  );
});
