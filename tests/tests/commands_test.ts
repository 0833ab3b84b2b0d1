/** Commands as tests, with real processes. */

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { TestRun } from "../../lib/model/evidence.ts";
import { runCommand } from "../../lib/tests/commands/command.ts";
import type { CommandSpec } from "../../lib/tests/commands/spec.ts";
import type { TestPlace } from "../../lib/tests/runner.ts";
import { noted } from "../fakes/noted.ts";
import { hasLine, limitWhen, until } from "../fakes/wait.ts";
import { host, none } from "./test_file.ts";

type Place = Omit<TestPlace, "module">;

interface Ran {
  run: TestRun;
  output: string;
  /** The project dir, and the audit dir. */
  dir: string;
}

const OUTPUT = "raw/web_smoke.txt";
const KEPT = "raw/web_smoke.xml";
const SH = (script: string) => ["sh", "-c", script];
const specOf = (over: Partial<CommandSpec>): CommandSpec => (
  { name: "smoke", run: ["true"], cwd: ".", env: {}, timeoutSec: null, junit: null, ...over }
);

async function inProject(work: (dir: string, place: Place) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-commands-" });
  try {
    await Deno.mkdir(`${dir}/raw`);
    await Deno.mkdir(`${dir}/e2e`);
    await work(dir, {
      cwd: dir,
      env: { VX11_MODE: "low_power", NODE_ENV: "theirs" },
      inService: () => Promise.reject(new Error("it runs on this host")),
      apart: () => Promise.reject(new Error("it runs on this host")),
      limitMs: 60_000,
      auditDir: dir,
      output: OUTPUT,
      evidence: {
        ...host.files,
        writeText: (path, text) => host.files.writeAtomic(path, hidden(text)),
        noteTests: noted,
      },
      clean: hidden,
      tell: () => {},
      signal: new AbortController().signal,
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const hidden = (text: string) => text.replaceAll("hunter2", "[secret]");

function command(name: string, over: Partial<CommandSpec>, check: (ran: Ran) => unknown): void {
  Deno.test(name, () =>
    inProject(async (dir, place) => {
      const run = await runCommand(host, specOf(over), place);
      await check({ run, output: await Deno.readTextFile(`${dir}/${OUTPUT}`), dir });
    }));
}

const facts = ({ counts, firstFailure, returnCode, unproven }: TestRun) => [
  returnCode,
  counts === null ? null : Object.values(counts).join(" "),
  firstFailure,
  unproven ?? null,
];

command("a command that ends with 0 is one test that passed", {
  run: SH('echo "$VX11_MODE $NODE_ENV $VX11_OWN"; pwd'),
  env: { NODE_ENV: "test", VX11_OWN: "a b" },
}, ({ dir, output, run }) => {
  const { durationMs, ...rest } = run;
  assert(durationMs > 0);
  assertEquals(rest, {
    runner: "the command",
    file: "smoke",
    limitMs: 60_000,
    output: OUTPUT,
    again: ["env", "NODE_ENV=test", "VX11_OWN=a b", ...SH('echo "$VX11_MODE $NODE_ENV $VX11_OWN"; pwd')],
    returnCode: 0,
    signal: null,
    timedOut: false,
    counts: { ...none, passed: 1 },
    firstFailure: null,
  });
  assertEquals(output, `low_power test a b\n${dir}\n`);
});

command("a command that ends with another code is one test that failed, with the last line that it printed", {
  run: SH("echo one; printf '\\033[31mno hunter2 here\\033[0m\\n\\n' >&2; exit 3"),
}, ({ run }) => {
  assertEquals(facts(run), [3, "0 1 0 0", "no [secret] here", null]);
  assertEquals(run.again?.[0], "sh");
});

command("a command that prints nothing has no last line", { run: ["false"] }, ({ run }) => {
  assertEquals(facts(run), [1, "0 1 0 0", null, null]);
});

command("a command that a signal ends is named by it", { run: SH("echo x; kill -9 $$") }, ({ run }) => {
  assertEquals([run.signal, ...facts(run)], ["SIGKILL", null, "0 1 0 0", null, null]);
});

command("a program with a path is not found if cwd does not have it", {
  run: ["./here.sh"],
  cwd: "e2e",
}, ({ output, run }) => {
  assertEquals([run.returnCode, run.again], [127, ["env", "-C", "e2e", "./here.sh"]]);
  assertStringIncludes(output, "./here.sh: command not found");
});

Deno.test("a program with a path is found from cwd", () =>
  inProject(async (dir, place) => {
    await Deno.writeTextFile(`${dir}/e2e/here.sh`, "#!/bin/sh\npwd\n", { mode: 0o700 });
    const run = await runCommand(host, specOf({ run: ["./here.sh"], cwd: "e2e" }), place);
    assertEquals([run.returnCode, await Deno.readTextFile(`${dir}/${OUTPUT}`)], [0, `${dir}/e2e\n`]);
  }));

const NEVER: [string, Partial<CommandSpec>, RegExp][] = [
  ["a program that is not there", { run: ["vx11-no-such"] }, /^vx11-no-such: command not found$/],
  ["a folder that is not there", { cwd: "none" }, /^there is no folder \/.*\/none$/],
  ["a folder that is a file", { cwd: "e2e/file" }, /^its cwd \/.*\/e2e\/file is no folder$/],
  ["a folder with too long a name", { cwd: "n".repeat(300) }, /^its cwd .* cannot be used: .*name too long/i],
  ["a program that may not be run", { run: ["./e2e/file"] }, /^\.\/e2e\/file: .*denied/i],
  [
    "a program whose interpreter is not there",
    { run: ["./e2e/script"] },
    /^\.\/e2e\/script is there, but not the interpreter in its first line$/,
  ],
];
for (const [what, over, why] of NEVER) {
  Deno.test(`${what} gives 127, no counts, and the reason`, () =>
    inProject(async (dir, place) => {
      await Deno.writeTextFile(`${dir}/e2e/file`, "", { mode: 0o600 });
      await Deno.writeTextFile(`${dir}/e2e/script`, "#!/vx11/no/such\n", { mode: 0o700 });
      const run = await runCommand(host, specOf({ ...over, junit: "j.xml" }), place);
      const { firstFailure, meaning, timedOut, unproven } = run;
      assertEquals([run.returnCode, run.counts, meaning, timedOut, unproven], [
        127,
        null,
        "it could not be started",
        false,
        undefined,
      ]);
      assertMatch(firstFailure ?? "", why);
      assertEquals(await Deno.readTextFile(`${dir}/${OUTPUT}`), `Not started: ${firstFailure}\n`);
    }));
}

Deno.test("past its own limit the whole group is ended, and the XML is kept though it does not count", () =>
  inProject(async (dir, place) => {
    const script = `echo '<testsuite><testcase name="a"><failure message="m"/></testcase></testsuite>' >j.xml
sh -c "trap '' TERM; while :; do sleep 0.1; done" & echo $! >pid; sleep 60`;
    const limited = limitWhen(host, 7500, () => hasLine(`${dir}/pid`));
    const run = await runCommand(limited, specOf({ run: SH(script), timeoutSec: 7.5, junit: "j.xml" }), place);
    assertEquals([run.timedOut, run.limitMs, ...facts(run)], [true, 7500, null, null, "a: m", null]);
    const pid = Number(await Deno.readTextFile(`${dir}/pid`));
    await until("the grandchild is gone", () => !host.processAlive(pid));
    assertEquals(await host.files.kind(`${dir}/${KEPT}`), "file");
  }));

Deno.test("what a command leaves running in a session of its own is ended, and its mark is a folder that goes", () =>
  inProject(async (dir, place) => {
    const script = 'setsid sh -c "echo \\$\\$ >pid; echo \\$VX11_TEST_RUN >mark; exec sleep 60" >/dev/null 2>&1 &\n' +
      "while [ ! -s mark ]; do sleep 0.01; done";
    const run = await runCommand(host, specOf({ run: SH(script) }), place);
    assertEquals([facts(run), run.survivors], [[0, "1 0 0 0", null, null], undefined]);
    const pid = Number(await Deno.readTextFile(`${dir}/pid`));
    await until("it is gone", () => !host.processAlive(pid));
    const mark = (await Deno.readTextFile(`${dir}/mark`)).trim();
    // As the sweep after a kill looks for it.
    assertMatch(mark, /\/vx11-junit-/);
    assertEquals(await host.files.kind(mark), "missing");
  }));

Deno.test("an abort ends the command and is thrown", () =>
  inProject(async (dir, place) => {
    const stop = new AbortController();
    const run = runCommand(host, specOf({ run: SH("echo $$ >pid; sleep 60") }), { ...place, signal: stop.signal });
    await until("it runs", () => hasLine(`${dir}/pid`));
    stop.abort(new Error("Ctrl+C"));
    await assertRejects(() => run, Error, "Ctrl+C");
    assertEquals(host.processAlive(-Number(await Deno.readTextFile(`${dir}/pid`))), false);
  }));

const PASSED = '<testcase name="a"/><testcase name="b"/>';
const FAILED = '<testcase name="f"><failure>\n  no hunter2\n at x</failure></testcase>';
const NAMELESS = '<testcase name="f"><error/></testcase>';
const SKIPPED = '<testcase name="s"><skipped message="no GPU"/></testcase>';
const WROTE_NONE = "Correct `junit` in the config file, or leave it out if the command writes no XML";

/** What it is, the text of the XML, the exit code, and what is made of it. */
const WRITTEN: [string, string, number, unknown[]][] = [
  ["that all passed", `<testsuite>${PASSED}${SKIPPED}</testsuite>`, 0, [0, "2 0 0 1", null, null]],
  ["a failure", `<testsuite>${PASSED}${FAILED}</testsuite>`, 0, [0, "2 1 0 0", "f: no [secret]", null]],
  ["an error without a word", `<testsuite>${NAMELESS}</testsuite>`, 1, [1, "0 0 1 0", "f", null]],
  ["a failure in numbers only", '<testsuite tests="3" failures="1"/>', 0, [0, "2 1 0 0", null, null]],
  ["that all passed, with another exit code", `<testsuite>${PASSED}</testsuite>`, 4, [4, "2 0 0 0", "the end", null]],
  ["no test", '<testsuite tests="0"/>', 0, [0, "0 0 0 0", null, null]],
  [
    "a document of another kind",
    '<html><testcase name="a"/></html>',
    0,
    [0, null, null, "e2e/out/j.xml is no report of JUnit: all of it is in <html>"],
  ],
  ["no XML", "3 passed", 0, [0, null, null, "e2e/out/j.xml is no XML"]],
  ["nothing", "", 0, [0, null, null, "e2e/out/j.xml is no XML"]],
  ["a suite without a test", "<testsuite/>", 0, [0, null, null, "e2e/out/j.xml has no test in it"]],
  [
    "a count without its tests",
    '<testsuite tests="3" failures="0"/>',
    0,
    [0, null, null, "e2e/out/j.xml speaks of 3 tests and has 0 of them in it"],
  ],
  [
    "more tests in its count than in it",
    `<testsuites><testsuite tests="5" failures="0">${PASSED}</testsuite></testsuites>`,
    0,
    [0, null, null, "e2e/out/j.xml speaks of 5 tests and has 2 of them in it"],
  ],
  [
    "a part, all of which passed",
    `<testsuite tests="2" failures="0" errors="0" skipped="0">${PASSED}`,
    0,
    [0, null, null, `e2e/out/j.xml is cut, or no XML: see ${KEPT}`],
  ],
  ["a part with a failure", `<testsuite>${PASSED}${FAILED}<testcase`, 0, [0, "2 1 0 0", "f: no [secret]", null]],
  ["a part, with another exit code", `<testsuite>${PASSED}`, 1, [1, null, "the end", null]],
];
for (const [what, xml, code, expected] of WRITTEN) {
  Deno.test(`an XML that holds ${what}`, () =>
    inProject(async (dir, place) => {
      const run = SH(`mkdir out; printf %s "$XML" >out/j.xml; echo the end; exit ${code}`);
      const spec = specOf({ run, cwd: "e2e", junit: "e2e/out/j.xml", env: { XML: xml } });
      assertEquals(facts(await runCommand(host, spec, place)), expected);
      // Kept without secrets, and the user's own file stays.
      assertEquals(await Deno.readTextFile(`${dir}/${KEPT}`), hidden(xml));
      assertEquals(await Deno.readTextFile(`${dir}/e2e/out/j.xml`), xml);
    }));
}

Deno.test("why tests were skipped is kept", () =>
  inProject(async (_, place) => {
    const run = SH(`echo '<testsuite>${SKIPPED}</testsuite>' >j.xml`);
    const found = await runCommand(host, specOf({ run, junit: "j.xml" }), place);
    assertEquals([found.counts, found.skipReason], [{ ...none, skipped: 1 }, "no GPU"]);
  }));

/** What it is, the script, and what is said. The XML is there before, and green. */
const UNWRITTEN: [string, string, RegExp][] = [
  ["that was not written anew", "true", /^j.xml is the file that was there before the command began\. Correct `junit`/],
  [
    "that is of an earlier time",
    "cp -p old.xml j.xml",
    /^j.xml is older than the start of the command \(by \d+\.\d s\)\. Have the tests run anew$/,
  ],
  ["that the command removed", "rm j.xml", new RegExp(`^it left no file j\\.xml\\. ${WROTE_NONE}$`)],
  ["that is a folder", "rm j.xml; mkdir j.xml", /^it left no file j\.xml\. /],
  ["that is a pipe", "rm j.xml; mkfifo j.xml", /^it left no file j\.xml\. /],
];
for (const [what, script, why] of UNWRITTEN) {
  Deno.test(`an XML ${what} proves nothing, and is not kept`, () =>
    inProject(async (dir, place) => {
      for (const name of ["j.xml", "old.xml"]) {
        await Deno.writeTextFile(`${dir}/${name}`, `<testsuite>${FAILED}</testsuite>`);
      }
      const anHourAgo = new Date(Date.now() - 3_600_000);
      await Deno.utime(`${dir}/old.xml`, anHourAgo, anHourAgo);
      const run = await runCommand(host, specOf({ run: SH(script), junit: "j.xml" }), place);
      assertEquals(facts(run).slice(0, 3), [0, null, null]);
      assertMatch(run.unproven ?? "", why);
      assertEquals(await host.files.kind(`${dir}/${KEPT}`), "missing");
    }));
}

Deno.test("an XML that is written anew with the same text counts", () =>
  inProject(async (dir, place) => {
    const text = `<testsuite>${PASSED}</testsuite>`;
    await Deno.writeTextFile(`${dir}/j.xml`, text);
    const before = new Date(Date.now() - 60_000);
    await Deno.utime(`${dir}/j.xml`, before, before);
    const spec = specOf({ run: SH('printf %s "$XML" >j.xml'), env: { XML: text }, junit: "j.xml" });
    assertEquals(facts(await runCommand(host, spec, place)), [0, "2 0 0 0", null, null]);
  }));

Deno.test("an XML that cannot be read proves nothing, and says why", () =>
  inProject(async (_, place) => {
    const readStart = () => Promise.reject(new Error("Permission denied (os error 13)"));
    const closed = { ...host, files: { ...host.files, readStart } };
    const run = await runCommand(closed, specOf({ run: SH("echo >j.xml"), junit: "j.xml" }), place);
    assertEquals(facts(run), [0, null, null, "j.xml cannot be read: Permission denied (os error 13)"]);
  }));

Deno.test("an XML of more than 16 MiB is not kept, and what it holds at its beginning does not prove the rest", () =>
  inProject(async (dir, place) => {
    const script = `{ echo '<testsuite>${PASSED}</testsuite>'; yes '' | head -c 17000000; } >j.xml`;
    const run = await runCommand(host, specOf({ run: SH(script), junit: "j.xml" }), place);
    assertEquals(facts(run), [0, null, null, "j.xml is too large"]);
    assertEquals(await host.files.kind(`${dir}/${KEPT}`), "missing");
    assertStringIncludes(await Deno.readTextFile(`${dir}/${OUTPUT}`), "[the command's XML is not kept: it has more");
  }));

Deno.test("an XML that cannot be kept ends the run: that is no fault of the command", () =>
  inProject(async (_, place) => {
    const writeText = () => Promise.reject(new Error("No space left"));
    const spec = specOf({ run: SH(`echo '<testsuite>${PASSED}</testsuite>' >j.xml`), junit: "j.xml" });
    const evidence = { ...place.evidence, writeText };
    await assertRejects(() => runCommand(host, spec, { ...place, evidence }), Error, "No space left");
  }));
