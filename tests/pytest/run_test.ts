import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { facts, HAS_PYTEST, host, none, PYTEST, running, testFile } from "./test_file.ts";
import { runTestFile } from "../../lib/pytest/pytest.ts";
import { hasLine, limitWhen, until } from "../fakes/wait.ts";

const HANGING = `import os, subprocess, time
def test_hang():
    child = subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"])
    os.write(2, b"before the hang\\n")
    with open("pid", "w") as file: file.write(f"{child.pid}\\n")
    time.sleep(60)
`;

testFile(
  "runTestFile() that passes gives code, counts and output, and hands on the environment",
  `import os, sys
def test_ok():
    assert os.environ["VX11_DIR"] == os.getcwd()
    print("seen", file=sys.__stderr__)
`,
  {},
  ({ run, output }) => {
    const { durationMs, ...rest } = run;
    assert(durationMs > 0);
    assertEquals(rest, {
      file: "sub/test_x.py",
      limitMs: 60_000,
      output: "raw/switch_test_x.txt",
      returnCode: 0,
      signal: null,
      timedOut: false,
      counts: { ...none, passed: 1 },
      firstFailure: null,
    });
    assertStringIncludes(output, "1 passed");
  },
);

testFile(
  "runTestFile() that fails names the first failure",
  "def test_a():\n    assert 1 == 2\ndef test_b(): pass\n",
  {},
  ({ run }) => {
    assertEquals(facts(run), {
      returnCode: 1,
      counts: { ...none, passed: 1, failed: 1 },
      firstFailure: "test_a: assert 1 == 2",
    });
  },
);

testFile(
  "runTestFile() of a file that cannot be imported gives 2 and the cause",
  "import vx11_nowhere\n",
  {},
  ({ run }) => {
    assertEquals(facts(run), {
      returnCode: 2,
      counts: { ...none, errors: 1 },
      firstFailure: "test_x: ModuleNotFoundError: No module named 'vx11_nowhere'",
    });
  },
);

testFile(
  "runTestFile() with wrong usage gives 4",
  "",
  { command: [...PYTEST, "--no-such-option"] },
  ({ run, output }) => {
    assertEquals(facts(run), { returnCode: 4, counts: null, firstFailure: null });
    assertStringIncludes(output, "--no-such-option");
  },
);

testFile("runTestFile() of a file without tests gives 5", "x = 1\n", {}, ({ run }) => {
  assertEquals(facts(run), { returnCode: 5, counts: none, firstFailure: null });
});

testFile(
  "runTestFile() tells skipped tests from passed ones, though the code is 0",
  `import pytest
@pytest.mark.skip
def test_a(): pass
def test_b(): pytest.skip("not here")
`,
  {},
  ({ run }) => assertEquals(facts(run), { returnCode: 0, counts: { ...none, skipped: 2 }, firstFailure: null }),
);

Deno.test({
  name: "runTestFile() past its limit kills the group, a grandchild that ignores SIGTERM too, and keeps the output",
  ignore: !HAS_PYTEST,
  fn: () =>
    running(HANGING, async (options) => {
      const pidFile = `${options.cwd}/pid`;
      const limited = limitWhen(host, options.limitMs, () => hasLine(pidFile));
      const { durationMs: _, ...run } = await runTestFile(limited, { ...options, command: [...PYTEST, "-s"] });
      const { file, limitMs, output } = options;
      const ended = { returnCode: null, signal: run.signal, timedOut: true, counts: null, firstFailure: null };
      assertEquals(run, { file, limitMs, output, ...ended });
      assertStringIncludes(await Deno.readTextFile(`${options.auditDir}/${output}`), "before the hang");
      const pid = Number(await Deno.readTextFile(pidFile));
      await until("the grandchild is gone", () => !host.processAlive(pid));
    }),
});

testFile(
  "runTestFile() names the signal that ended pytest",
  "import os\ndef test_a(): os.kill(os.getpid(), 9)\n",
  {},
  ({ run }) => {
    assertEquals([run.returnCode, run.signal, run.timedOut, run.counts], [null, "SIGKILL", false, null]);
  },
);
