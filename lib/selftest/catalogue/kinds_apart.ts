/**
 * Commands as tests, each in a container of its own: the stand-in's own test, in the image of the trials. Processes have no images:
 * that engine refuses such a command before anything is started.
 */

import { type CommandPlan, type Defect, MISSING_IMAGE } from "../defect.ts";
import { CONTAINER_PORT } from "../rig.ts";

const COMPOSE = { engines: ["compose"] } as const;
const PASS = { ...COMPOSE, status: "PASS", codes: [] } as const;
const FAILED = { ...COMPOSE, status: "FAIL", codes: ["tests_failed"] } as const;
/** Nothing ran, or an exit code of 0 proves nothing. */
const UNPROVEN = { ...COMPOSE, status: "WARN", codes: ["metrics_missing"] } as const;

/** `knobs`: the test's own (lib/standin/test_plan.ts). It gets none of a service's variables, and every stand-in wants a port. */
function apart(knobs: Readonly<Record<string, string>> = {}, over: Partial<CommandPlan> = {}): CommandPlan {
  return { name: "check", apart: true, env: { PORT: String(CONTAINER_PORT), ...knobs }, ...over };
}

const JUNIT = { junit: "report.xml" } as const;

export const APART: readonly Defect[] = [
  { ...PASS, name: "passing", what: "a command that ends with 0", commands: [apart()] },
  { ...FAILED, name: "failing", what: "a command that ends with 3", commands: [apart({ TEST_CODE: "3" })] },
  {
    ...COMPOSE,
    name: "hanging",
    what: "a command that never ends, and ignores SIGTERM",
    status: "FAIL",
    codes: ["tests_timeout"],
    // Long enough to start the container on a busy machine.
    commands: [apart({ TEST_ODD: "hangs" }, { timeoutSec: 4 })],
  },
  { ...FAILED, name: "killed", what: "a command that is killed", commands: [apart({ TEST_ODD: "killed" })] },
  {
    ...COMPOSE,
    name: "none",
    what: "a report without a test",
    status: "WARN",
    codes: ["no_tests"],
    commands: [apart({ TEST_REPORT: '<testsuite tests="0"/>' }, JUNIT)],
  },
  { ...UNPROVEN, name: "junit-missing", what: "a report that is not written", commands: [apart({}, JUNIT)] },
  {
    ...FAILED,
    name: "missing",
    what: "a program that the image lacks",
    commands: [{ name: "check", apart: true, run: ["/no/such/program"] }],
  },
  {
    ...UNPROVEN,
    name: "image-missing",
    what: "an image that is not there",
    commands: [apart({}, { image: MISSING_IMAGE })],
  },
];
