/** pytest files with every outcome; the real pytest runs all of them. */

import type { Defect } from "../defect.ts";
import { file, PASSING, TEST_RUNS } from "./test_runs.ts";

const PASS = { status: "PASS", codes: [] } as const;
const FAILED = { status: "FAIL", codes: ["tests_failed"] } as const;
const NONE = { status: "WARN", codes: ["no_tests"] } as const;
const TIMEOUT = { status: "FAIL", codes: ["tests_timeout"], timeoutSec: 4 } as const;

const HALF = {
  status: "FAIL",
  codes: ["tests_failed", "flaky"],
  tests: file(
    "import pathlib",
    "",
    "def test_a():",
    "    count = pathlib.Path(__file__).with_suffix('.count')",
    "    seen = int(count.read_text()) if count.exists() else 0",
    "    count.write_text(str(seen + 1))",
    "    assert seen % 2 == 0",
  ),
  cycles: 2,
} as const;

export const TESTS: readonly Defect[] = [
  { ...PASS, name: "passing", what: "a test that passes", tests: file(...PASSING) },
  { ...FAILED, name: "failing", what: "a test that fails", tests: file("def test_a():", "    assert 500 == 200") },
  { ...FAILED, name: "not-collected", what: "a file that cannot be imported", tests: file("import no_such_module") },
  {
    ...FAILED,
    name: "killed",
    what: "a test that kills pytest",
    tests: file("import os, signal", "", "def test_a():", "    os.kill(os.getpid(), signal.SIGKILL)"),
  },
  {
    ...NONE,
    name: "none-matched",
    what: "no file for the module",
    tests: { "test_other_a.py": "def test_a(): pass\n" },
  },
  { ...NONE, name: "none-collected", what: "a file without a test", tests: file("VALUE = 1") },
  {
    ...NONE,
    name: "all-skipped",
    what: "every test is skipped",
    tests: file("import pytest", "", "@pytest.mark.skip", "def test_a():", "    assert False"),
  },
  { ...NONE, name: "pytest-missing", what: "there is no pytest", tests: file(...PASSING), pytest: ["/no/such/pytest"] },
  {
    ...TIMEOUT,
    name: "hanging",
    what: "a test that never ends",
    tests: file("import time", "", "def test_a():", "    time.sleep(600)"),
  },
  {
    ...TIMEOUT,
    name: "hanging-grandchild",
    what: "a test whose child ignores SIGTERM and never ends",
    tests: file(
      "import subprocess, sys",
      "",
      "CODE = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)'",
      "",
      "def test_a():",
      "    subprocess.run([sys.executable, '-c', CODE])",
    ),
  },
  {
    ...PASS,
    name: "much-output",
    what: "a test that prints 100 MB",
    tests: file(
      "import os",
      "",
      "def test_a():",
      "    block = b'x' * 999_999 + b'\\n'",
      "    for _ in range(100):",
      "        os.write(1, block)",
    ),
  },
  {
    ...PASS,
    name: "output-not-utf-8",
    what: "a test that prints invalid UTF-8 and terminal codes",
    tests: file("import os", "", "def test_a():", "    os.write(1, bytes(range(256)) + b'\\x1b]0;x\\x07\\xff\\xfe')"),
  },
  ...TEST_RUNS,
  { ...HALF, name: "every-second-cycle", what: "a test that passes in every second cycle" },
  {
    ...HALF,
    name: "flaky-and-allowed",
    what: "a test that passes in every second cycle, which the run allows",
    status: "WARN",
    codes: ["tests_flaky", "flaky"],
    thresholds: { flaky_allowed_pct: 100 },
  },
  {
    ...HALF,
    name: "flaky-beyond-what-is-allowed",
    what: "a test that passes in every second cycle, in too few cycles to show that it fails seldom enough",
    thresholds: { flaky_allowed_pct: 60 },
  },
  {
    ...FAILED,
    name: "failing-and-flaky-allowed",
    what: "a test that fails in each cycle, in a run that allows flaky ones",
    tests: file("def test_a():", "    assert False"),
    cycles: 2,
    thresholds: { flaky_allowed_pct: 100 },
  },
];
