/** What the test files of a module say: failed, hanging, skipped, none at all, and pytest itself missing. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { exists } from "@std/fs";
import { integrationTest } from "./environment.ts";
import { codesOf, moduleOf } from "./program.ts";
import { Sandbox, type SandboxOptions } from "./sandbox.ts";

const FAILING = `def test_that_fails():
    assert 500 == 200
`;

const BROKEN = "import no_such_module_of_vx11\n";

const SKIPPING = `import pytest


@pytest.mark.skip(reason="not now")
def test_that_is_skipped():
    pass
`;

// Waits for a child that waits, too, and leaves the ids of both.
const HANGING = `import os
import subprocess


def test_that_hangs():
    child = subprocess.Popen(["sleep", "600"])
    with open("pids.txt", "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    child.wait()
`;

interface Case {
  name: string;
  sandbox: SandboxOptions;
  args?: string[];
  status: "WARN" | "FAIL";
  code: string;
  text: RegExp;
}

const only = (text: string): SandboxOptions => ({ tests: () => false, moreTests: { "test_switch_one.py": text } });

const CASES: Case[] = [
  {
    name: "a failing test",
    sandbox: only(FAILING),
    status: "FAIL",
    code: "tests_failed",
    text: /test_that_fails.*500/s,
  },
  {
    name: "a failing test among good ones",
    sandbox: { moreTests: { "test_switch_one.py": FAILING } },
    status: "FAIL",
    code: "tests_failed",
    text: /1 of 1 test failed/,
  },
  { name: "an error at collection", sandbox: only(BROKEN), status: "FAIL", code: "tests_failed", text: /exit code 2/ },
  { name: "every test skipped", sandbox: only(SKIPPING), status: "WARN", code: "no_tests", text: /skipped/ },
  { name: "a file without tests", sandbox: only("X = 1\n"), status: "WARN", code: "no_tests", text: /no test/ },
  { name: "no test file", sandbox: { tests: () => false }, status: "WARN", code: "no_tests", text: /No test file/ },
  {
    name: "no pytest",
    sandbox: {},
    args: ["--pytest", "/no/such/pytest"],
    status: "WARN",
    code: "no_tests",
    text: /\/no\/such\/pytest/,
  },
];

for (const { name, sandbox: options, args = [], status, code, text } of CASES) {
  integrationTest(`${name} → ${status} ${code}`, async () => {
    await using sandbox = await Sandbox.create(options);
    const report = await sandbox.report(["--modules", "switch", ...args], status === "FAIL" ? 1 : 0);
    const module = moduleOf(report, "switch");
    assertEquals([module.status, codesOf(module)], [status, [code]], JSON.stringify(module.reasons));
    assertMatch(module.reasons.map((reason) => reason.text).join("\n"), text);
  });
}

integrationTest("a hanging test is killed with its children → FAIL tests_timeout", async () => {
  await using sandbox = await Sandbox.create(only(HANGING));
  const report = await sandbox.report(["--modules", "switch", "--timeout-sec", "3"], 1);
  const module = moduleOf(report, "switch");
  assertEquals([module.status, codesOf(module)], ["FAIL", ["tests_timeout"]], JSON.stringify(module.reasons));
  const pids = (await Deno.readTextFile(sandbox.path("pids.txt"))).split(" ");
  assertEquals(pids.length, 2);
  for (const pid of pids) assert(await isGone(pid), `process ${pid} is left`);
});

/** A killed process that nobody has waited for yet counts as gone. */
async function isGone(pid: string): Promise<boolean> {
  if (!await exists(`/proc/${pid}`)) return true;
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "State:\tX");
  return /^State:\s+[ZX]/m.test(status);
}
