/** What the tests of the real VX11 showed: packages that the host lacks, a skip of a whole file, names that nearly match. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, integrationTest } from "./environment.ts";
import { assertAllPass, moduleOf, Vx11 } from "../vx11/vx11.ts";

const NEEDS_PACKAGE = "import vx11_absent_package\n\n\ndef test_it():\n    assert vx11_absent_package\n";
const MANY = ["switch_a", "switch_b", "switch_c", "hermes_a", "hermes_b"];
const SKIP = `import pytest

pytest.skip("needs an audio device", allow_module_level=True)
`;

function files(): Record<string, string> {
  return Object.fromEntries(MANY.map((name) => [`tests/test_${name}.py`, NEEDS_PACKAGE]));
}

integrationTest(
  "VX11: one hint for many ModuleNotFoundError, a skip keeps its reason, no_tests names the nearest",
  async () => {
    await using vx11 = await Vx11.create({
      tests: () => false,
      files: {
        ...files(),
        "tests/test_shubniggurath_phase8.py": SKIP,
        "tests/test_spawn.py": "def test_it():\n    assert True\n",
      },
    });
    const outcome = await vx11.run("--modules", "switch,hermes,spawner,shubniggurath");
    assertEquals(outcome.code, 1, outcome.stderr);
    for (const text of [outcome.stderr + outcome.stdout, outcome.markdown]) {
      const hints = text.split("\n").filter((line) => line.includes("--pytest"));
      assertEquals(hints.length, 1, `hints: ${hints.join("\n")}\n${text}`);
      assertStringIncludes(hints[0] ?? "", "vx11_absent_package");
    }
    // Not once a file.
    const reasons = ["switch", "hermes"].flatMap((name) => moduleOf(outcome, name).reasons.map(({ text }) => text));
    assertEquals(reasons.filter((text) => text.includes("vx11_absent_package")).length, 2, reasons.join("\n"));

    const skipped = moduleOf(outcome, "shubniggurath");
    assertEquals([skipped.status, skipped.reasons.map(({ code }) => code)], ["WARN", ["no_tests"]]);
    assertStringIncludes(skipped.reasons.map(({ text }) => text).join("\n"), "needs an audio device");

    const none = moduleOf(outcome, "spawner");
    assertEquals([none.status, none.reasons.map(({ code }) => code)], ["WARN", ["no_tests"]]);
    for (const words of ["test_spawner.py", "test_spawner_*.py", "test_spawn.py"]) {
      assertStringIncludes(none.reasons.map(({ text }) => text).join("\n"), words);
    }
  },
);

for (const folder of [".venv", "venv"]) {
  integrationTest(`VX11: a ${folder} of the project runs the tests`, async () => {
    await using vx11 = await Vx11.create({ tests: () => false, files: files() });
    const made = await command("python3", ["-m", "venv", "--without-pip", "--system-site-packages", vx11.path(folder)]);
    assertEquals(made.code, 0, made.stderr);
    const where = await command(vx11.path(folder, "bin/python3"), [
      "-c",
      "import sysconfig; print(sysconfig.get_paths()['purelib'])",
    ]);
    assertMatch(where.stdout, /site-packages/);
    await Deno.writeTextFile(`${where.stdout.trim()}/vx11_absent_package.py`, "");
    const outcome = await vx11.run("--modules", "switch");
    assertAllPass(outcome, ["switch"]);
    assertStringIncludes(outcome.all, folder);
  });
}
