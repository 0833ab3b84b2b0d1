import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hasLine, limitWhen, until } from "../fakes/wait.ts";
import { HAS_PYTEST, host } from "./test_file.ts";
import { type RanTogether, runFiles, shortly, togetherTest } from "./together_files.ts";

const PASSING = "def test_a(): pass\n";

/** What each file comes to between two that pass, in short. */
const CASES: [string, string, RegExp[]][] = [
  ["fails", "def test_b(): assert False\n", [/^test_a.py 0 1 passed #1$/, /^test_b.py 1 1 failed #2$/, /#3$/]],
  ["has no test", "x = 1\n", [/#1$/, /^test_b.py 5 {2}#2$/, /#3$/]],
  [
    "cannot be imported",
    "import vx11_nowhere\n",
    [
      /^test_a.py 0 1 passed #1$/,
      /^test_b.py 2 1 errors apart: after other files, .*'vx11_nowhere'$/,
      /^test_c.py 0 1 passed$/,
    ],
  ],
  [
    "ends pytest with 0",
    "import os\ndef test_b(): os._exit(0)\n",
    [
      /^test_a.py 0 1 passed #1$/,
      /^test_b.py 0 uncounted #2 unfinished: pytest did not .* anew: /,
      /^test_c.py 0 1 passed$/,
    ],
  ],
  [
    "ends pytest at import",
    "import os\nos._exit(0)\n",
    [
      /^test_a.py 0 1 passed #1$/,
      /^test_b.py 0 uncounted #2 unfinished: pytest did not .* anew: /,
      /^test_c.py 0 1 passed$/,
    ],
  ],
  [
    "is killed",
    "import os\ndef test_b(): os.kill(os.getpid(), 9)\n",
    [
      /^test_a.py 0 1 passed #1$/,
      /^test_b.py SIGKILL uncounted #2 anew: SIGKILL ended pytest$/,
      /^test_c.py 0 1 passed$/,
    ],
  ],
  [
    "calls pytest.exit() with 0",
    'import pytest\ndef test_b(): pytest.exit("gone", returncode=0)\n',
    [/#1$/, /^test_b.py 0 .*#2 unfinished: only 0 of 1 test/, /^test_c.py 0 1 passed #3$/],
  ],
  [
    "has a forked child that goes on and fails",
    "import os\ndef test_b():\n    child = os.fork()\n    assert child\n    os.waitpid(child, 0)\n",
    [
      /^test_a.py 0 1 passed #1$/,
      /^test_b.py 0 .* unfinished: 1 test failed in a forked child/,
      /^test_c.py 0 1 passed #3$/,
    ],
  ],
  [
    "prints what looks like the end of a file",
    `import os\ndef test_b():\n    os.write(1, b'\\x1e0 {"kind": "next", "code": 0}\\n')\n    assert False\n`,
    [/#1$/, /^test_b.py 1 1 failed #2$/, /^test_c.py 0 1 passed #3$/],
  ],
  [
    "closes what pytest prints to",
    "import os\ndef test_b():\n    pass\ndef teardown_module():\n    os.closerange(3, 256)\n",
    [/^test_a.py 0 1 passed #1$/, /^test_b.py/, /^test_c.py 0 1 passed$/],
  ],
  [
    "leaves a thread",
    "import threading, time\ndef test_b(): threading.Thread(target=time.sleep, args=[600], daemon=True).start()\n",
    [/^test_a.py 0 1 passed #1$/, /^test_b.py 0 1 passed #2 anew: the thread .* was left$/, /^test_c.py 0 1 passed$/],
  ],
  [
    "leaves a process in a session of its own",
    'import subprocess\ndef test_b(): subprocess.Popen(["sleep", "600"], start_new_session=True)\n',
    [/^test_a.py 0 1 passed #1$/, /^test_b.py 0 1 passed #2 anew: the process \d+ was left$/, /^test_c.py 0 1 passed$/],
  ],
  [
    "makes a module up",
    'import sys, types\nsys.modules["redis_of_vx11"] = types.ModuleType("redis_of_vx11")\ndef test_b(): pass\n',
    [/^test_a.py 0 1 passed #1$/, /^test_b.py 0 .* anew: module redis_of_vx11 was made up$/, /^test_c.py 0 1 passed$/],
  ],
  [
    "replaces a library's function",
    "import textwrap\ntextwrap.dedent = lambda text: text\ndef test_b(): pass\n",
    [/^test_a.py 0 1 passed #1$/, /^test_b.py 0 .* anew: textwrap.dedent was replaced$/, /^test_c.py 0 1 passed$/],
  ],
  [
    "replaces a method of a library's class",
    "import textwrap\ntextwrap.TextWrapper.fill = lambda self, text: text\ndef test_b(): pass\n",
    [
      /^test_a.py 0 1 passed #1$/,
      /^test_b.py 0 .* anew: textwrap.TextWrapper.fill was replaced$/,
      /^test_c.py 0 1 passed$/,
    ],
  ],
];
for (const [what, source, expected] of CASES) {
  const files = { "test_a.py": `import textwrap\n${PASSING}`, "test_b.py": source, "test_c.py": PASSING };
  togetherTest(`runTogether() with a file that ${what}`, files, ({ runs }) => assertSeen(runs.map(shortly), expected));
}

function assertSeen(seen: readonly string[], expected: readonly RegExp[]): void {
  assertEquals(seen.length, expected.length, seen.join("\n"));
  for (const [at, each] of expected.entries()) assertMatch(seen[at] ?? "", each);
}

/** Fails in a process in which the same was done before. */
const FRESH = `import os, sys, logging, signal, threading, helper
import pytest

@pytest.fixture(scope="session")
def once(): return []

def test_a(once, own, capfd):
    assert once == [] and own == [] and helper.STATE == [], "state"
    assert "VX11_LEFT" not in os.environ and os.getcwd() == os.environ["VX11_DIR"], "environment"
    assert "/vx11-left" not in sys.path and not hasattr(logging.root, "handlers_left"), "path"
    assert signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL, "signals"
    assert not any(isinstance(each, Mine) for each in logging.root.handlers), "handlers"
    logging.getLogger("vx11.own").error("said")
    assert "Logging error" not in capfd.readouterr().err, "streams"
    once.append(1)
    own.append(1)
    helper.STATE.append(1)

class Mine(logging.Handler): pass

import asyncio
async def nothing(): pass
def test_loop():
    asyncio.get_event_loop_policy().get_event_loop().run_until_complete(nothing())
    asyncio.set_event_loop(None)

def teardown_module():
    os.environ["VX11_LEFT"] = "1"
    os.chdir("/")
    sys.path.insert(0, "/vx11-left")
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    logging.root.addHandler(Mine())
    for each in (0, 1, 2): os.close(each)
`;
const HELPER = `import logging
STATE = []
logging.getLogger("vx11.own").addHandler(logging.StreamHandler())
`;
const CONFTEST = "import pytest\nSTATE = []\n@pytest.fixture\ndef own(): return STATE\n";
togetherTest(
  "runTogether() gives each file what a process of its own would",
  { "conftest.py": CONFTEST, "helper.py": HELPER, "test_a.py": FRESH, "test_b.py": FRESH, "test_c.py": FRESH },
  ({ runs }) => {
    assertEquals(runs.map(({ firstFailure }) => firstFailure), [null, null, null]);
    assertEquals(runs.map(shortly), ["a", "b", "c"].map((name, at) => `test_${name}.py 0 2 passed #${at + 1}`));
  },
);

const SAYING = (name: string) =>
  `import os\ndef test_said():\n    os.write(1, b"${name} out\\n")\n    os.write(2, b"${name} err\\n")\n    assert False\n`;
togetherTest(
  "runTogether() keeps the output of each file apart, and tells how many tests it has",
  { "test_a.py": SAYING("one"), "test_b.py": SAYING("two"), "test_c.py": SAYING("three") },
  ({ outputs, runs, told }) => {
    for (const [at, own] of ["one", "two", "three"].entries()) {
      const output = outputs.get(runs[at]?.file ?? "") ?? "";
      for (const name of ["one", "two", "three"]) {
        assertEquals([output.includes(`${name} out`), output.includes(`${name} err`)], [name === own, name === own]);
      }
      assertStringIncludes(output, "1 failed");
      assert(!output.includes("\x1e"), output);
    }
    assertEquals([...told.values()].map(({ collected, done }) => [collected?.tests, done]), [[1, 1], [1, 1], [1, 1]]);
    for (const { collectMs = -1, durationMs } of runs) assert(collectMs >= 0 && collectMs <= durationMs);
  },
);

togetherTest(
  "runTogether() keeps files of other folders apart, with their own settings and names",
  {
    "one/pytest.ini": "[pytest]\naddopts = -k test_a\n",
    "one/test_x.py": `${PASSING}def test_b(): assert False\n`,
    "one/test_y.py": PASSING,
    "two/test_x.py": PASSING,
    "two/test_y.py": "def test_b(): assert False\n",
  },
  ({ runs }) =>
    assertSeen(runs.map(shortly), [
      /^one\/test_x.py 0 1 passed #1$/,
      /^one\/test_y.py 0 1 passed #2$/,
      /^two\/test_x.py 0 1 passed #1$/,
      /^two\/test_y.py 1 1 failed #2$/,
    ]),
);

togetherTest(
  "runTogether() with -x stops within a file only",
  {
    "pytest.ini": "[pytest]\naddopts = -x\n",
    "test_a.py": `def test_z(): assert False\n${PASSING}`,
    "test_b.py": PASSING,
  },
  ({ runs }) => assertSeen(runs.map(shortly), [/^test_a.py 1 1 failed #1$/, /^test_b.py 0 1 passed #2$/]),
);

const TWO = { "test_a.py": PASSING, "test_b.py": PASSING, "test_c.py": PASSING };
const COMMANDS: [string, string[], RegExp[]][] = [
  [
    "heeds no PYTHONPATH",
    ["python3", "-E", "-m", "pytest"],
    [/^test_a.py 0 1 passed apart: its Python loads no plugin/, /^test_b.py 0 1 passed$/, /^test_c.py 0 1 passed$/],
  ],
  [
    "does not pass variables on",
    ["env", "-u", "PYTEST_PLUGINS", "python3", "-m", "pytest"],
    [/^test_a.py 0 1 passed #1 anew: /, /^test_b.py 0 1 passed #1 anew: /, /^test_c.py 0 1 passed$/],
  ],
  [
    "changes the path",
    ["sh", "-c", 'python3 -m pytest "$1" "$PWD/./${2##*/}"', "sh"],
    [/^test_a.py 0 1 passed #1 anew: /, /^test_b.py 0 1 passed #1 anew: /, /^test_c.py 0 1 passed$/],
  ],
  ["is not there", ["/vx11/nowhere"], [/^test_a.py 127 /, /^test_b.py 127 /, /^test_c.py 127 /]],
];
for (const [how, command, expected] of COMMANDS) {
  togetherTest(
    `runTogether() where the command ${how}`,
    TWO,
    ({ runs }) => assertSeen(runs.map(shortly), expected),
    { command },
  );
}

const HANGING = `import os, subprocess, time
def test_hang():
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    with open("pid", "w") as file: file.write(f"{child.pid}\\n")
    time.sleep(600)
`;
Deno.test({
  name: "runTogether() ends a file that hangs at its limit, by its name, and begins the rest anew",
  ignore: !HAS_PYTEST,
  async fn() {
    const pidFile = await Deno.makeTempFile();
    try {
      const source = HANGING.replace('"pid"', JSON.stringify(pidFile));
      const limitMs = 60_001;
      const shownBy = limitWhen(host, limitMs, () => hasLine(pidFile));
      const files = { "test_a.py": PASSING, "test_b.py": source, "test_c.py": PASSING };
      const { runs } = await runFiles(files, {}, { limits: { "test_b.py": limitMs }, shownBy });
      assertSeen(runs.map(shortly), [
        /^test_a.py 0 1 passed #1$/,
        /^test_b.py timeout uncounted #2 anew: its limit was over$/,
        /^test_c.py 0 1 passed$/,
      ]);
      const pid = Number(await Deno.readTextFile(pidFile));
      await until("what it started is gone", () => !host.processAlive(pid));
    } finally {
      await Deno.remove(pidFile);
    }
  },
});

Deno.test({
  name: "runTogether() that is interrupted ends everything and rejects with the reason",
  ignore: !HAS_PYTEST,
  async fn() {
    const pidFile = await Deno.makeTempFile();
    try {
      const interrupt = new AbortController();
      const source = HANGING.replace('"pid"', JSON.stringify(pidFile));
      const running = runFiles({ "test_a.py": PASSING, "test_b.py": source }, { signal: interrupt.signal });
      running.catch(() => {});
      await until("it hangs", () => hasLine(pidFile));
      interrupt.abort(new Error("interrupted by the test"));
      const why = await running.then((_: RanTogether) => "it went on", (error) => String(error));
      assertEquals(why, "Error: interrupted by the test");
      const pid = Number(await Deno.readTextFile(pidFile));
      await until("what it started is gone", () => !host.processAlive(pid));
    } finally {
      await Deno.remove(pidFile);
    }
  },
});
