/** The ways in which pytest ends, its settings, and the places of test files; the real pytest runs all of them. */

import type { Defect } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;
const FAILED = { status: "FAIL", codes: ["tests_failed"] } as const;
const NONE = { status: "WARN", codes: ["no_tests"] } as const;
const TIMEOUT = { status: "FAIL", codes: ["tests_timeout"], timeoutSec: 4 } as const;

/** The one test file of the subject. */
export function file(...lines: string[]) {
  return { "test_subject_a.py": `${lines.join("\n")}\n` };
}

export const PASSING = ["def test_a():", "    pass"];

/** Forks twice, so that the daemon loses its parent before anybody can see which it was. */
const DAEMON = [
  "import os, pathlib, time",
  "",
  "def test_a():",
  "    note = pathlib.Path(__file__).with_suffix('.pid')",
  "    if note.exists():",
  "        assert not pathlib.Path('/proc', note.read_text()).exists()",
  "    child = os.fork()",
  "    if child == 0:",
  "        os.setsid()",
  "        if os.fork() > 0:",
  "            os._exit(0)",
  "        note.write_text(str(os.getpid()))",
  "        os.execve('/bin/sleep', ['sleep', '600'], {})",
  "    os.waitpid(child, 0)",
  "    while not note.exists() or not note.read_text():",
  "        time.sleep(0.01)",
];

export const TEST_RUNS: readonly Defect[] = [
  {
    ...FAILED,
    name: "cut-short",
    what: "a test that ends pytest with exit code 0 before the others",
    tests: file(
      "import pytest",
      "",
      ...PASSING,
      "",
      "def test_b():",
      "    pytest.exit('gone', returncode=0)",
      "",
      "def test_c():",
      "    assert False",
    ),
  },
  {
    ...FAILED,
    name: "gone-with-0",
    what: "a test that prints a summary and ends the process with exit code 0",
    tests: file("import os", "", "def test_a():", "    os.write(1, b'5 passed in 0.10s\\n')", "    os._exit(0)"),
  },
  {
    ...FAILED,
    name: "forked",
    what: "a forked child that goes on with the tests and fails",
    tests: file(
      "import os",
      "",
      "def test_a():",
      "    child = os.fork()",
      "    assert child != 0",
      "    os.waitpid(child, 0)",
    ),
  },
  {
    ...PASS,
    name: "forked-and-ended",
    what: "a forked child that ends by itself",
    tests: file(
      "import os",
      "",
      "def test_a():",
      "    child = os.fork()",
      "    if child == 0:",
      "        os._exit(1)",
      "    os.waitpid(child, 0)",
    ),
  },
  {
    ...FAILED,
    name: "exit-code-hidden",
    what: "a conftest that turns the exit code into 0",
    tests: {
      ...file("def test_a():", "    assert False"),
      "conftest.py": "def pytest_sessionfinish(session):\n    session.exitstatus = 0\n",
    },
  },
  {
    ...PASS,
    name: "deselected",
    what: "a test that fails and that the project's settings deselect",
    ini: ["  -k 'not known_bug'"],
    tests: file(...PASSING, "", "def test_known_bug():", "    assert False"),
  },
  {
    ...FAILED,
    name: "settings-broken",
    what: "settings that want a plugin that is not there",
    ini: ["required_plugins = vx11-nowhere"],
    tests: file(...PASSING),
  },
  {
    ...PASS,
    name: "settings-odd",
    what: "settings that pytest does not know",
    ini: ["no_such_setting = 1"],
    tests: file(...PASSING),
  },
  {
    ...FAILED,
    name: "conftest-broken",
    what: "a conftest that cannot be imported",
    tests: { ...file(...PASSING), "conftest.py": "import no_such_module\n" },
  },
  {
    ...FAILED,
    name: "exit-at-import",
    what: "a file that calls sys.exit(0) as it is imported",
    tests: file("import sys", "", "sys.exit(0)"),
  },
  {
    ...FAILED,
    name: "bracket",
    what: "a test that fails in data[old], and one that passes in data",
    tests: {
      "data[old]/test_subject_a.py": "def test_a():\n    assert False\n",
      "data/test_subject_a.py": "def test_a():\n    pass\n",
    },
  },
  {
    ...PASS,
    name: "bracket-well",
    what: "a test that passes in data[old], and one of no module that fails in data",
    tests: {
      "data[old]/test_subject_a.py": "def test_a():\n    pass\n",
      "data/test_nobody_a.py": "def test_a():\n    assert False\n",
    },
  },
  {
    ...FAILED,
    name: "linked",
    what: "a test that fails, in a folder that is a link",
    tests: { ...file(...PASSING), "../outside/test_subject_b.py": "def test_b():\n    assert False\n" },
    links: { more: "../outside" },
  },
  {
    ...PASS,
    name: "linked-in-a-circle",
    what: "a link that leads back to where it is, and one to nowhere",
    tests: file(...PASSING),
    links: { circle: "../tests", nowhere: "no-such-folder" },
  },
  {
    ...PASS,
    name: "left-out",
    what: "a test that fails in a file that the project's conftest leaves out",
    tests: {
      ...file(...PASSING),
      "test_subject_b.py": "def test_b():\n    assert False\n",
      "conftest.py": 'collect_ignore = ["test_subject_b.py"]\n',
    },
  },
  {
    ...NONE,
    name: "all-left-out",
    what: "the project's settings leave out every test file",
    tests: { ...file(...PASSING), "conftest.py": 'collect_ignore_glob = ["test_subject_*"]\n' },
  },
  {
    ...TIMEOUT,
    name: "hanging-session",
    what: "a test that waits for a child in a session of its own",
    tests: file(
      "import subprocess",
      "",
      "def test_a():",
      "    subprocess.run(['sleep', '600'], start_new_session=True)",
    ),
  },
  {
    ...PASS,
    name: "leaves-a-child",
    what: "a test that leaves a child in a session of its own",
    tests: file(
      "import subprocess",
      "",
      "def test_a():",
      "    subprocess.Popen(['sleep', '600'], start_new_session=True)",
    ),
  },
  {
    ...PASS,
    name: "leaves-a-daemon",
    what:
      "a test that leaves a daemon with a cleared environment, and fails if the daemon of the cycle before still runs",
    cycles: 2,
    tests: file(...DAEMON),
  },
];
