import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { readChunks } from "../../lib/host/capture.ts";
import { runTestFile, type TestOptions } from "../../lib/tests/pytest/file.ts";
import { askPytest, pytestProblem } from "../../lib/tests/pytest/there.ts";
import { facts, host, none, running, testFile } from "./test_file.ts";
import { hasLine, limitWhen, until } from "../fakes/wait.ts";

const XML = '<testsuite tests="2" failures="0" errors="0" skipped="0"/>';
const SH = (script: string) => ["sh", "-c", script, "sh"];

testFile("runTestFile() keeps the first 15 MiB of an output and the last one, and says so between them", "", {
  command: SH("head -c 20000000 /dev/zero | tr '\\0' x; echo; yes line | head -n 400000; echo the last word"),
}, ({ run, output }) => {
  const [head, tail] = [15 * 2 ** 20, 2 ** 20];
  assertEquals(run.returnCode, 0);
  assertEquals(output.slice(0, head), "x".repeat(head));
  const [note = "", ...lines] = output.slice(head + 1).split("\n");
  assertEquals(note, `[cut here: of 22000015 bytes the first ${head} are kept, and the last ${tail - 2}]`);
  assertEquals([lines[0], ...lines.slice(-2)], ["line", "the last word", ""]);
});

testFile("runTestFile() takes no counts from what is printed, which a test may have printed", "", {
  command: SH("printf '\\377\\376 3 passed in 0.5s\\n' >&2"),
}, ({ run, output }) => {
  assertEquals(facts(run), { returnCode: 0, counts: null, firstFailure: null });
  assertStringIncludes(run.unproven ?? "", "pytest left no XML of them. See its output, raw/switch_test_x.txt");
  assertEquals(run.unfinished, undefined);
  assertEquals(output, "\ufffd\ufffd 3 passed in 0.5s\n");
});

testFile("runTestFile() without the plugin compares what pytest says that it collected with its XML", "", {
  command: SH(`echo collected 3 items; echo '${XML}' >"\${1#*=}"`),
}, ({ run }) => {
  assertEquals([run.unproven, run.unfinished], [
    undefined,
    "only 2 of 3 tests that pytest collected ran to the end",
  ]);
});

testFile("runTestFile() keeps no XML of more than 16 MiB, and says so, but reads its beginning", "", {
  command: SH(`{ echo '${XML}'; head -c 17000000 /dev/zero | tr '\\0' x; } >"\${1#*=}"`),
}, async ({ dir, output, run }) => {
  assertEquals(run.counts, { ...none, passed: 2 });
  assertStringIncludes(output, "[pytest's XML is not kept: it has more than 16777216 bytes]");
  assertEquals(await host.files.kind(`${dir}/raw/switch_test_x.xml`), "missing");
});

testFile("runTestFile() gives a command that is not there as 127, with the reason in the output", "", {
  command: ["vx11-no-such-python"],
}, ({ run, output }) => {
  assertEquals([run.returnCode, run.timedOut, run.counts], [127, false, null]);
  assertStringIncludes(run.firstFailure ?? "", "vx11-no-such-python");
  assertEquals(output, `${run.firstFailure}\n`);
});

testFile(
  "runTestFile() hands over the path last, and as no option",
  "",
  { command: SH('echo "$@"') },
  ({ output, dir }) => {
    const [, scratch, path] = /^--junit-xml=(.*)\/switch_test_x\.xml (.*)\n$/.exec(output) ?? [];
    assertEquals([scratch?.startsWith(dir), path], [false, `${dir}/test_x.py`]);
  },
);

testFile("runTestFile() lets no XML into the audit dir before pytest has ended, and leaves none elsewhere", "", {
  command: SH(`echo '${XML}' >"\${1#*=}"; echo "\${1#*=}"; ls raw`),
}, async ({ dir, output, run }) => {
  const [junit = "", ...raw] = output.trimEnd().split("\n");
  // Its own output may be there or not yet: the command does not wait for the file it is kept in.
  assertEquals(raw.filter((name) => name !== "switch_test_x.txt"), []);
  assertEquals(run.counts, { ...none, passed: 2 });
  assertEquals(await Deno.readTextFile(`${dir}/raw/switch_test_x.xml`), `${XML}\n`);
  assertEquals(await host.files.kind(dirname(junit)), "missing");
});

Deno.test("runTestFile() past its limit has no counts, though some were printed", async () => {
  await running("", async (options) => {
    const command = SH('echo 1 passed in 0.1s; echo >"$VX11_DIR/ready"; sleep 60');
    const limited = limitWhen(host, options.limitMs, () => hasLine(`${options.cwd}/ready`));
    const run = await runTestFile(limited, { ...options, command });
    assertEquals([run.timedOut, run.returnCode, run.signal, run.counts], [true, null, "SIGTERM", null]);
  });
});

Deno.test("runTestFile() rejects with the reason of an abort, after the group is gone", async () => {
  await running("", async (options) => {
    const stop = new AbortController();
    const command = SH('echo $$ >"$VX11_DIR/pid"; sleep 60 & sleep 60');
    const run = runTestFile(host, { ...options, command, signal: stop.signal });
    const pidFile = `${options.cwd}/pid`;
    await until("it runs", () => hasLine(pidFile));
    stop.abort(new Error("Ctrl+C"));
    await assertRejects(() => run, Error, "Ctrl+C");
    assertEquals(host.processAlive(-Number(await Deno.readTextFile(pidFile))), false);
  });
});

Deno.test("runTestFile() whose output cannot be kept ends the test and throws why", async () => {
  await running("", async (options) => {
    const isFull = () => Promise.reject(new Error("No space left"));
    const drainTo: TestOptions["evidence"]["drainTo"] = async (_path, streams, _most, abandon) => {
      await Promise.all(streams.map((stream) => readChunks(stream, abandon, isFull)));
      return 0;
    };
    const began = performance.now();
    const command = SH("while :; do echo some output; sleep 0.05; done");
    const evidence = { ...options.evidence, drainTo };
    await assertRejects(() => runTestFile(host, { ...options, command, evidence }), Error, "No space left");
    assert(performance.now() - began < 30_000);
  });
});

const PROBLEMS: [string, string[], RegExp | null][] = [
  ["null where it answers", ["sh", "-c", "echo pytest 9"], null],
  [
    "that there is no such command",
    ["vx11-no-such-python"],
    /^`vx11-no-such-python --version` cannot be run: command not found$/,
  ],
  ["that it may not be run", ["/etc/passwd"], /^`\/etc\/passwd --version` cannot be run: .*[Pp]ermission denied/],
  [
    "what the interpreter says of the module",
    ["sh", "-c", "echo a >&2; echo /usr/bin/python3: No module named pytest >&2; exit 1"],
    /ended with 1: \/usr\/bin\/python3: No module named pytest$/,
  ],
  [
    "what a script's interpreter says of it",
    ["sh", "-c", `echo "ModuleNotFoundError: No module named 'pytest'" >&2; exit 1`],
    /No module named 'pytest'$/,
  ],
  ["null for a module that pytest wants", ["sh", "-c", `echo "No module named 'pytest_cov'"; exit 1`], null],
  ["null for a broken setting, which its tests will tell", ["sh", "-c", "echo ERROR: minversion >&2; exit 4"], null],
  ["null for a signal", ["sh", "-c", "kill -SEGV $$"], null],
];
for (const [what, command, expected] of PROBLEMS) {
  Deno.test(`pytestProblem() is ${what}`, async () => {
    const problem = await pytestProblem(host, command, "/");
    if (expected === null) assertEquals(problem, null);
    else assert(problem !== null && expected.test(problem), String(problem));
  });
}

Deno.test("askPytest() has the version that a pytest names, in either of its ways, and none of what names none", async () => {
  const versionOf = async (...command: string[]) => (await askPytest(host, command, "/")).version;
  assertEquals(await versionOf("echo", "pytest 9.0.3"), "pytest 9.0.3");
  const old = "echo 'This is pytest version 5.4.1, imported from /usr/lib/pytest.py' >&2";
  assertEquals(await versionOf("sh", "-c", old), "pytest version 5.4.1");
  assertEquals(await versionOf("true"), null);
  assertEquals(await versionOf("/nowhere/python"), null);
});
