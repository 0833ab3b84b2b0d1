/** What is told without a container: plan looks at the Compose file and the tests, history at folders of the original. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { manualReport } from "../fakes/manual_report.ts";
import { integrationTest } from "./environment.ts";
import { Vx11 } from "../vx11/vx11.ts";

integrationTest(
  "VX11: plan names services missing, files that match, near misses, and files in no pattern",
  async () => {
    await using vx11 = await Vx11.create({
      files: { "tests/test_hormigero_ants.py": "def test_it():\n    assert True\n" },
    });
    const { code, stdout, stderr } = await vx11.run("plan");
    assertEquals(code, 0, stderr);
    const lines = stdout.split("\n");
    const has = (...words: string[]) =>
      assert(lines.some((line) => words.every((word) => line.includes(word))), `no line with ${words} in\n${stdout}`);
    assertMatch(stdout, /operator-frontend[^\n]*(?:no service|lacks|does not have|is not in|missing|has no)/);
    has("test_spawner.py");
    has("test_switch_registry_enqueue.py");
    has("test_hormigero_ants.py", "hormiguero");
    has("test_policy.py");
    has("test_health_endpoints.py");
  },
);

const ORIGINAL = manualReport({ status: "FAIL", errors: ["Health endpoints do not respond"] });

integrationTest(
  "VX11: history reads the original's REPORT.json, and counts the folders that are no runs in one line",
  async () => {
    const audit = "docs/audit";
    const others = ["ARCHIVED_OPERATOR", "baseline_20251222", "db_backup", "forensics"];
    await using vx11 = await Vx11.create({
      files: {
        [`${audit}/vx11_stability_20251222T215059Z/REPORT.json`]: JSON.stringify(ORIGINAL, null, 2),
        ...Object.fromEntries(others.map((name) => [`${audit}/${name}/notes.md`, "no run\n"])),
      },
    });
    const { code, stdout, stderr } = await vx11.run("history");
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "2025-12-22");
    assertMatch(stdout, /Python harness/);
    const lines = (stdout + stderr).split("\n");
    assertEquals(lines.filter((line) => others.some((name) => line.includes(name))).length <= 1, true, stdout + stderr);
    assert(lines.some((line) => /\b4\b.*(folder|not|no run)/.test(line)), stdout + stderr);
  },
);
