import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { facts, HAS_PYTEST, host, none, PYTEST, running, testFile } from "./test_file.ts";
import { runTestFile } from "../../lib/tests/pytest/file.ts";
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
    assert "PYTEST_PLUGINS" not in os.environ and "vx11" not in os.environ.get("PYTHONPATH", "")
    assert not any("vx11-junit" in each for each in sys.path)
    print("seen", file=sys.__stderr__)
`,
  {},
  ({ run, output }) => {
    const { again, durationMs, ...rest } = run;
    assert(durationMs > 0);
    assertEquals([again?.slice(0, -1), again?.at(-1)?.endsWith("/test_x.py")], [PYTEST, true]);
    assertEquals(rest, {
      runner: "pytest",
      file: "sub/test_x.py",
      limitMs: 60_000,
      output: "raw/switch_test_x.txt",
      returnCode: 0,
      signal: null,
      timedOut: false,
      counts: { ...none, passed: 1 },
      cases: { list: "test_ok", failed: [], skipped: [] },
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
    const firstFailure = "unrecognized arguments: --no-such-option";
    assertEquals(facts(run), { returnCode: 4, counts: null, firstFailure });
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
      const { again: _again, durationMs: _, ...run } = await runTestFile(limited, {
        ...options,
        command: [...PYTEST, "-s"],
      });
      const { file, limitMs, output } = options;
      const ended = { returnCode: null, signal: run.signal, timedOut: true, counts: null, firstFailure: null };
      assertEquals(run, { runner: "pytest", file, limitMs, output, ...ended });
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

const CUT: [string, string, RegExp][] = [
  [
    "by os._exit(0) after a summary of its own",
    `import os
def test_a(): pass
def test_b():
    os.write(1, b"5 passed in 0.10s\\n")
    os._exit(0)
`,
    /^pytest did not come to its own end$/,
  ],
  [
    "by pytest.exit() with 0",
    `import pytest
def test_a(): pass
def test_b(): pytest.exit("gone", returncode=0)
def test_c(): pass
`,
    /^only 1 of 3 tests .* \(not test_b, test_c\)$/,
  ],
  [
    "in a forked child that fails",
    `import os
def test_a():
    pid = os.fork()
    if pid: os.waitpid(pid, 0)
    else: assert False
`,
    /^1 test failed in a forked child/,
  ],
];
for (const [how, source, expected] of CUT) {
  testFile(`runTestFile() tells of a pytest that was cut short ${how}`, source, {}, ({ run }) => {
    assertEquals([run.returnCode, run.firstFailure], [0, null]);
    assertMatch(run.unfinished ?? "", expected);
  });
}

testFile(
  "runTestFile() ends what a test left in a session of its own",
  `import os, subprocess
def test_a():
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    with open("pid", "w") as file: file.write(f"{child.pid}\\n")
`,
  {},
  async ({ dir, run }) => {
    assertEquals([run.returnCode, run.survivors], [0, undefined]);
    const pid = Number(await Deno.readTextFile(`${dir}/pid`));
    await until("it is gone", () => !host.processAlive(pid));
  },
);

/** A child that carries no mark and is in no group of pytest's; its number is written to "pid". */
const HIDDEN = `import subprocess, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True, env={})
with open("pid", "w") as file: file.write(f"{child.pid}\\n")
`;

for (
  const [how, source, options, timedOut] of [
    // As long as two looks of the watch are apart, and a busy machine's hiccup.
    ["when the test ends", `${HIDDEN}def test_a(): time.sleep(2)\n`, {}, false],
    ["when the test's limit is over", `${HIDDEN}def test_a(): time.sleep(600)\n`, { limitMs: 3000 }, true],
  ] as const
) {
  testFile(`runTestFile() ends a child whose environment was cleared ${how}`, source, options, async ({ dir, run }) => {
    assertEquals([run.timedOut, run.survivors], [timedOut, undefined]);
    const pid = Number(await Deno.readTextFile(`${dir}/pid`));
    await until("it is gone", () => !host.processAlive(pid));
  });
}
