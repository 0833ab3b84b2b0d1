/** Commands as tests, on the host: how they end, and what their report in JUnit's XML proves. */

import type { CommandPlan, Defect } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;
const FAILED = { status: "FAIL", codes: ["tests_failed"] } as const;
const NONE = { status: "WARN", codes: ["no_tests"] } as const;
/** An exit code of 0 that proves nothing. */
const UNPROVEN = { status: "WARN", codes: ["metrics_missing"] } as const;
const TIMEOUT = { status: "FAIL", codes: ["tests_timeout"] } as const;

function script(text: string, over: Partial<CommandPlan> = {}): CommandPlan {
  return { name: "check", run: ["sh", "-c", text], ...over };
}

const JUNIT = { junit: "report.xml" } as const;

/** A command that writes such a report and ends with 0. */
function reporting(xml: string): CommandPlan {
  return script(`printf %s '${xml}' >${JUNIT.junit}`, JUNIT);
}

const GOOD_CASE = '<testcase name="a"/>';
const GOOD_XML = `<testsuite tests="1" failures="0">${GOOD_CASE}</testsuite>`;

export const COMMANDS: readonly Defect[] = [
  { ...PASS, name: "passing", what: "a command that ends with 0", commands: [script("echo well")] },
  { ...FAILED, name: "failing", what: "a command that ends with 3", commands: [script("echo ill >&2; exit 3")] },
  {
    ...FAILED,
    name: "failing-beside-pytest",
    what: "a command that fails, beside a test file that passes",
    tests: { "test_subject_a.py": "def test_a():\n    pass\n" },
    commands: [script("exit 1")],
  },
  {
    ...FAILED,
    name: "one-of-two",
    what: "a command that passes, and one that fails",
    commands: [script("exit 0", { name: "first" }), script("exit 1", { name: "second" })],
  },
  {
    ...TIMEOUT,
    name: "hanging",
    what: "a command that never ends",
    commands: [script("sleep 600", { timeoutSec: 2 })],
  },
  {
    ...TIMEOUT,
    name: "hanging-stubborn",
    what: "a command that never ends, and ignores SIGTERM with its child",
    commands: [script("trap '' TERM; sleep 600; sleep 600", { timeoutSec: 2 })],
  },
  {
    ...TIMEOUT,
    name: "hanging-too-long-for-all",
    what: "a command without a limit of its own that never ends",
    commands: [script("sleep 600")],
    timeoutSec: 4,
  },
  { ...NONE, name: "none", what: "no command and no test file at all", commands: [] },
  { ...FAILED, name: "killed", what: "a command that is killed", commands: [script("kill -KILL $$")] },
  {
    ...FAILED,
    name: "missing",
    what: "a command that does not exist",
    commands: [{ name: "check", run: ["/no/such/command"] }],
  },
  {
    ...FAILED,
    name: "folder-missing",
    what: "a command whose folder does not exist",
    commands: [script("exit 0", { cwd: "no/such/folder" })],
  },
  {
    ...PASS,
    name: "leaves-a-child",
    what: "a command that leaves a child, and fails if the child of the cycle before still runs",
    commands: [script('[ ! -e pid ] || ! kill -0 "$(cat pid)" || exit 1; sleep 600 & echo $! >pid')],
    cycles: 2,
  },
  { ...PASS, name: "junit-passing", what: "a report of a test that passed", commands: [reporting(GOOD_XML)] },
  {
    ...FAILED,
    name: "junit-failing",
    what: "a report of a test that failed, and exit code 0",
    commands: [
      reporting(`<testsuite tests="2" failures="1">${GOOD_CASE}<testcase name="b"><failure/></testcase></testsuite>`),
    ],
  },
  { ...NONE, name: "junit-empty", what: "a report without a test", commands: [reporting('<testsuite tests="0"/>')] },
  {
    ...NONE,
    name: "junit-skipped",
    what: "a report in which every test is skipped",
    commands: [reporting('<testsuite tests="1" skipped="1"><testcase name="a"><skipped/></testcase></testsuite>')],
  },
  {
    ...UNPROVEN,
    name: "junit-cut",
    what: "a report that is cut after a test that passed",
    commands: [reporting(`<testsuite tests="2">${GOOD_CASE}<testcase na`)],
  },
  {
    ...FAILED,
    name: "junit-cut-failing",
    what: "a report that is cut after a test that failed",
    commands: [reporting('<testsuite tests="2"><testcase name="b"><failure/></testcase><testcase na')],
  },
  {
    ...UNPROVEN,
    name: "junit-no-xml",
    what: "a report that is no XML",
    commands: [reporting("1 passed")],
  },
  { ...UNPROVEN, name: "junit-missing", what: "a report that is not written", commands: [script("exit 0", JUNIT)] },
  {
    ...UNPROVEN,
    name: "junit-stale",
    what: "a report that only the first of two cycles writes",
    codes: ["metrics_missing", "flaky"],
    commands: [script(`[ -e report.xml ] || printf %s '${GOOD_XML}' >report.xml`, JUNIT)],
    cycles: 2,
  },
  {
    name: "every-second-cycle",
    what: "a command that passes in every second cycle",
    status: "FAIL",
    codes: ["tests_failed", "flaky"],
    commands: [script("if [ -e seen ]; then rm seen; exit 1; fi; echo >seen")],
    cycles: 2,
  },
];
