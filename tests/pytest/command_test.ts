import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { pytestProblem, runTestFile } from "../../lib/pytest/pytest.ts";
import { facts, host, none, running, testFile } from "./test_file.ts";
import { hasLine, limitWhen, until } from "../fakes/wait.ts";

const XML = '<testsuite tests="2" failures="0" errors="0" skipped="0"/>';
const SH = (script: string) => ["sh", "-c", script, "sh"];

testFile("runTestFile() keeps the first 16 MiB of an output, and says so in it", "", {
  command: SH("head -c 20000000 /dev/zero | tr '\\0' x; echo; echo 1 passed in 0.01s"),
}, ({ run, output }) => {
  assertEquals(run.returnCode, 0);
  assertEquals(output.slice(0, 16 * 2 ** 20), "x".repeat(16 * 2 ** 20));
  assertEquals(output.slice(16 * 2 ** 20), "\n[cut here: 20000019 bytes were printed, the first 16777216 are kept]\n");
});

testFile("runTestFile() bears output that is no UTF-8, and takes the counts from it where there is no XML", "", {
  command: SH("printf '\\377\\376 3 passed, 1 failed in 0.5s\\n' >&2; exit 1"),
}, ({ run, output }) => {
  assertEquals(facts(run), { returnCode: 1, counts: { ...none, passed: 3, failed: 1 }, firstFailure: null });
  assertEquals(output, "\ufffd\ufffd 3 passed, 1 failed in 0.5s\n");
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
    await Deno.symlink("/dev/full", `${options.cwd}/raw/switch_test_x.txt`);
    const began = performance.now();
    const command = SH("while :; do echo some output; sleep 0.05; done");
    await assertRejects(() => runTestFile(host, { ...options, command }), Error, "No space left");
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
    "the last line of what it said",
    ["sh", "-c", "echo a >&2; echo No module named pytest >&2; exit 1"],
    /ended with 1: No module named pytest$/,
  ],
  ["what it said on standard output", ["sh", "-c", "echo oops; exit 3"], /ended with 3: oops$/],
  ["the signal that ended it", ["sh", "-c", "kill -SEGV $$"], /ended with SIGSEGV: $/],
];
for (const [what, command, expected] of PROBLEMS) {
  Deno.test(`pytestProblem() is ${what}`, async () => {
    const problem = await pytestProblem(host, command, "/");
    if (expected === null) assertEquals(problem, null);
    else assert(problem !== null && expected.test(problem), String(problem));
  });
}
