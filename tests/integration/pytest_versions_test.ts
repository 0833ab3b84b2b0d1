/**
 * What a pytest file comes to with pytest 7, 8 and 9, as Debian's suites carry them (.ci/setup unpacks them below
 * VX11_PYTESTS): what this program asks of pytest beyond its documents is another thing in each.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "@std/path";
import { calmHost } from "../fakes/calm.ts";
import { PYTHON } from "../fakes/python.ts";
import { noted } from "../fakes/noted.ts";
import type { TestRun } from "../../lib/model/evidence.ts";
import { runTestFile } from "../../lib/tests/pytest/file.ts";
import { runTogether } from "../../lib/tests/pytest/together/run.ts";

const VERSIONS = ["7", "8", "9"];

/** Files of a project, path → text, the one that is run first; `links`: path → what it points to. */
interface Case {
  name: string;
  files: Record<string, string>;
  links?: Record<string, string>;
  /** Of the tests, below the project. */
  root?: string;
  path?: string;
  args?: string[];
  /** What must be seen: outcome in short. */
  seen: RegExp;
}

const PASSING = "def test_a(): pass\n";
const FAILING = "def test_a(): assert False\n";

const CASES: Case[] = [
  { name: "a test that passes", files: { "test_a.py": PASSING }, seen: /^0 1 passed$/ },
  { name: "a test that fails", files: { "test_a.py": FAILING }, seen: /^1 1 failed test_a: (assert False)?/ },
  {
    name: "pytest.exit() with 0",
    files: { "test_a.py": `import pytest\n${PASSING}def test_b(): pytest.exit("gone", returncode=0)\n` },
    seen: /^0 1 passed unfinished: only 1 of 2 tests .*not test_b/,
  },
  {
    name: "os._exit() with 0",
    files: { "test_a.py": "import os\ndef test_a(): os._exit(0)\n" },
    seen: /^0 uncounted unfinished: pytest did not come/,
  },
  {
    name: "another program in pytest's place",
    files: { "test_a.py": 'import os\ndef test_a(): os.execvp("true", ["true"])\n' },
    seen: /^0 uncounted unfinished: pytest did not come/,
  },
  {
    name: "a conftest that runs nothing",
    files: { "test_a.py": FAILING, "conftest.py": "def pytest_runtestloop(): return True\n" },
    seen: /^0 0 passed unfinished: only 0 of 1 test/,
  },
  {
    name: "a forked child that fails",
    files: {
      "test_a.py": "import os\ndef test_a():\n    child = os.fork()\n    assert child\n    os.waitpid(child, 0)\n",
    },
    seen: /^0 .*unfinished: 1 test failed in a forked child/,
  },
  {
    name: "sys.exit() at import",
    files: { "test_a.py": "import sys\nsys.exit(0)\n" },
    seen: /^[23] .*sys\.exit\(0\) was called as the file was imported/,
  },
  {
    name: "a plugin that is wanted and not there",
    files: { "test_a.py": PASSING, "pytest.ini": "[pytest]\nrequired_plugins = vx11-nowhere\n" },
    seen: /^4 uncounted Missing required plugins: vx11-nowhere/,
  },
  {
    name: "an option of a plugin that is not there",
    files: { "test_a.py": PASSING, "pytest.ini": "[pytest]\naddopts = --vx11-nowhere\n" },
    seen: /^4 uncounted unrecognized arguments: --vx11-nowhere/,
  },
  {
    name: "a conftest that cannot be imported",
    files: { "test_a.py": PASSING, "conftest.py": "import vx11_nowhere\n" },
    seen: /^4 uncounted ModuleNotFoundError: No module named 'vx11_nowhere'/,
  },
  {
    name: "a file that collect_ignore names",
    files: { "test_a.py": "import vx11_nowhere\n", "conftest.py": 'collect_ignore = ["test_a.py"]\n' },
    seen: /^4 .*left out/,
  },
  {
    name: "a folder that --ignore names",
    files: { "sub/test_a.py": FAILING, "pytest.ini": "[pytest]\naddopts = --ignore=sub\n" },
    seen: /^4 .*left out/,
  },
  {
    name: "a folder that norecursedirs names",
    files: { "sub/in/test_a.py": FAILING, "pytest.ini": "[pytest]\nnorecursedirs = su*\n" },
    seen: /^4 .*left out/,
  },
  {
    name: "a folder with a bracket, beside one without",
    files: { "data[old]/test_a.py": FAILING, "data/test_a.py": PASSING },
    seen: /^1 1 failed/,
  },
  {
    name: "a file of another name in a folder with a bracket",
    files: { "data[old]/check_a.py": FAILING, "data[old]/test_b.py": PASSING },
    seen: /^1 1 failed/,
  },
  {
    name: "a file in a folder that is a link",
    files: { "real/test_a.py": FAILING, "pytest.ini": "[pytest]\n" },
    links: { "tests/more": "../real" },
    root: "tests",
    path: "tests/more/test_a.py",
    seen: /^1 1 failed/,
  },
  {
    name: "a Python that heeds no PYTHONPATH",
    files: { "test_a.py": `import pytest\n${PASSING}def test_b(): pytest.exit("gone", returncode=0)\n` },
    args: ["-E"],
    seen: /^0 1 passed unfinished: only 1 of 2 tests that pytest collected/,
  },
];

for (const version of VERSIONS) {
  const { packages, why } = await pytestOf(version);
  const name = `a test file with pytest ${version} comes to what it is${why === null ? "" : ` [skipped: ${why}]`}`;
  Deno.test({
    name,
    ignore: why !== null,
    fn: async (t) => {
      for (const each of CASES) {
        await t.step(each.name, async () => assertMatch(shortened(await ran(each, packages)), each.seen));
        await t.step(`${each.name}, after another file in the same pytest`, async () => {
          assertMatch(shortened(await ran(each, packages, BEFORE)), each.seen);
        });
      }
    },
  });
}

/** Where its packages are, and why it cannot be had; the packages are null for that of this machine's python3. */
async function pytestOf(version: string): Promise<{ packages: string | null; why: string | null }> {
  if (Deno.env.get("VX11_INTEGRATION") !== "1") return { packages: null, why: "VX11_INTEGRATION is not 1" };
  const dir = join(Deno.env.get("VX11_PYTESTS") ?? "/nowhere", version);
  for (const packages of [dir, null]) {
    const env = packages === null ? {} : { PYTHONPATH: packages };
    const command = new Deno.Command(PYTHON, { args: ["-m", "pytest", "--version"], env, stderr: "piped" });
    const { code, stderr, stdout } = await command.output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    if (code === 0 && said.includes(`pytest ${version}.`)) return { packages, why: null };
  }
  return { packages: null, why: `there is no pytest ${version} in VX11_PYTESTS (.ci/setup)` };
}

/** A file that passes, beside the one that counts. */
const BEFORE = "test_0_before.py";

/** `before`: a file that runs before it, in the same pytest if possible. */
async function ran(
  { args = [], files, links = {}, path, root = "." }: Case,
  packages: string | null,
  before?: string,
): Promise<TestRun> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-versions-" });
  try {
    const place = (name: string) => Deno.mkdir(dirname(join(dir, name)), { recursive: true });
    for (const [name, text] of Object.entries({ "pytest.ini": "[pytest]\n", ...files, "raw/o": "" })) {
      await place(name);
      await Deno.writeTextFile(join(dir, name), text);
    }
    for (const [name, target] of Object.entries(links)) {
      await place(name);
      await Deno.symlink(target, join(dir, name));
    }
    const host = calmHost();
    // Not by PYTHONPATH, which is what a Python that heeds none would lack.
    const run = "import sys; sys.path[1:1] = [sys.argv.pop(1)]; import pytest; sys.exit(pytest.console_main())";
    const own = join(dir, path ?? Object.keys(files)[0] ?? "");
    const options = {
      command: [PYTHON, ...args, "-c", run, packages ?? "", "-p", "no:cacheprovider"],
      cwd: dir,
      path: own,
      root: join(dir, root),
      file: "test",
      env: {},
      limitMs: 60_000,
      auditDir: dir,
      output: "raw/o.txt",
      evidence: { ...host.files, writeText: host.files.writeAtomic, noteTests: noted },
      clean: (text: string) => text,
      signal: new AbortController().signal,
    };
    if (before === undefined) return await runTestFile(host, options);
    const first = { ...options, path: join(dirname(own), before), file: before };
    await Deno.writeTextFile(first.path, PASSING);
    const runs: TestRun[] = [];
    for await (
      const run of runTogether(host, [first, options], { optionsOf: (file) => ({ ...options, ...file }), tell })
    ) {
      runs.push(run);
    }
    return runs[1] as TestRun;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const tell = () => {};

function shortened({ counts, firstFailure, leftOut, returnCode, unfinished, unproven }: TestRun): string {
  const bad = (counts?.failed ?? 0) + (counts?.errors ?? 0);
  const what = counts === null ? "uncounted" : bad > 0 ? `${bad} failed` : `${counts.passed} passed`;
  const more = [firstFailure, leftOut && "left out", unfinished && `unfinished: ${unfinished}`];
  assertEquals(unproven, undefined);
  return [returnCode, what, ...more.filter((each) => each)].join(" ");
}
