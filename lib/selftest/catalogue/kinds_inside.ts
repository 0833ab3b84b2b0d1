/**
 * Commands as tests, in a service's container or as its own programs run: the stand-in's own test, since an image need not have any
 * other program.
 */

import { BEGIN_PAGE, type CommandPlan, type Defect } from "../defect.ts";
import { SUBJECT } from "../rig.ts";

const PASS = { status: "PASS", codes: [] } as const;
const FAILED = { status: "FAIL", codes: ["tests_failed"] } as const;
/** An exit code of 0 that proves nothing. */
const UNPROVEN = { status: "WARN", codes: ["metrics_missing"] } as const;
const TIMEOUT = { status: "FAIL", codes: ["tests_timeout"] } as const;

/** `knobs`: the test's own (lib/standin/test_plan.ts). */
function inside(knobs: Readonly<Record<string, string>> = {}, over: Partial<CommandPlan> = {}): CommandPlan {
  return { name: "check", service: SUBJECT, env: knobs, ...over };
}

const JUNIT = { junit: "report.xml" } as const;

function reporting(xml: string, over: Partial<CommandPlan> = {}): CommandPlan {
  return inside({ TEST_REPORT: xml }, { ...JUNIT, ...over });
}

const GOOD_CASE = '<testcase name="a"/>';
const GOOD_XML = `<testsuite tests="1" failures="0">${GOOD_CASE}</testsuite>`;
const SEES_NONE = inside({ TEST_SEES_NONE: "1" }, { name: "sees-none" });

export const INSIDE: readonly Defect[] = [
  { ...PASS, name: "passing", what: "a command that ends with 0", commands: [inside()] },
  { ...FAILED, name: "failing", what: "a command that ends with 3", commands: [inside({ TEST_CODE: "3" })] },
  {
    ...FAILED,
    name: "one-of-two",
    what: "a command that passes, and one that fails",
    commands: [inside({}, { name: "first" }), inside({ TEST_CODE: "1" }, { name: "second" })],
  },
  {
    ...FAILED,
    name: "fails-beside-the-host",
    what: "a command that fails, beside one that passes on the host",
    commands: [{ name: "host", run: ["true"] }, inside({ TEST_CODE: "1" })],
  },
  {
    ...TIMEOUT,
    name: "hanging",
    what: "a command that never ends, and ignores SIGTERM",
    commands: [inside({ TEST_ODD: "hangs" }, { timeoutSec: 2 })],
  },
  { ...FAILED, name: "killed", what: "a command that is killed", commands: [inside({ TEST_ODD: "killed" })] },
  {
    ...FAILED,
    name: "missing",
    what: "a program that is not there",
    commands: [{ name: "check", service: SUBJECT, run: ["/no/such/program"] }],
  },
  {
    ...FAILED,
    name: "folder-missing",
    what: "a folder that is not there",
    commands: [inside({}, { cwd: "/no/such/folder" })],
  },
  {
    name: "ends-the-service",
    what: "a command that ends the service, and then would end with 0",
    status: "FAIL",
    codes: ["tests_failed", "exited"],
    subject: { env: { FAULT_FROM_PAGE: BEGIN_PAGE, FAULT_EXIT_CODE: "7" } },
    commands: [inside({ TEST_ENDS_SERVICE: "1" })],
  },
  {
    ...UNPROVEN,
    name: "service-over",
    what: "a command for a service that has ended, as it was to do",
    helpers: { setup: { completes: true, env: { FAULT_EXIT_AFTER: "0", FAULT_EXIT_CODE: "0" } } },
    commands: [inside({}, { service: "setup" })],
  },
  {
    ...PASS,
    name: "leaves-a-child",
    what: "a command that leaves a child in a session of its own, and one that fails if the child still runs",
    commands: [inside({ TEST_LEAVES: "1" }), SEES_NONE],
  },
  {
    ...TIMEOUT,
    name: "hanging-with-a-child",
    what: "a command that never ends and has such a child, and one that fails if the child still runs",
    // Long enough to start the child on a busy machine.
    commands: [inside({ TEST_LEAVES: "1", TEST_ODD: "hangs" }, { timeoutSec: 4 }), SEES_NONE],
  },
  { ...PASS, name: "junit-passing", what: "a report of a test that passed", commands: [reporting(GOOD_XML)] },
  {
    ...PASS,
    name: "junit-on-a-volume",
    what: "a report of a test that passed, on a volume",
    engines: ["compose"],
    commands: [reporting(GOOD_XML, { cwd: "/state", junit: "/state/report.xml" })],
  },
  {
    ...FAILED,
    name: "junit-failing",
    what: "a report of a test that failed, and exit code 0",
    commands: [
      reporting(`<testsuite tests="2" failures="1">${GOOD_CASE}<testcase name="b"><failure/></testcase></testsuite>`),
    ],
  },
  {
    name: "none",
    what: "a report without a test",
    status: "WARN",
    codes: ["no_tests"],
    commands: [reporting('<testsuite tests="0"/>')],
  },
  {
    ...UNPROVEN,
    name: "junit-cut",
    what: "a report that is cut after a test that passed",
    commands: [reporting(`<testsuite tests="2">${GOOD_CASE}<testcase na`)],
  },
  { ...UNPROVEN, name: "junit-missing", what: "a report that is not written", commands: [inside({}, JUNIT)] },
  {
    ...UNPROVEN,
    name: "junit-stale",
    what: "a report that only the first of two commands writes",
    commands: [reporting(GOOD_XML, { name: "first" }), inside({}, { ...JUNIT, name: "second" })],
  },
];
