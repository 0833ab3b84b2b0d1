import { assertEquals } from "@std/assert";
import { readTestPlan } from "../../lib/standin/test_plan.ts";

const read = (env: Record<string, string>) => readTestPlan((name) => env[name]);
const NOTHING = { seesNone: false, report: null, leaves: false, endsService: false, odd: null, code: 0 };

Deno.test("readTestPlan() of nothing is a test that passes", () => {
  assertEquals(read({}), NOTHING);
  assertEquals(read({ TEST_REPORT: "", TEST_CODE: "", TEST_ODD: "" }), NOTHING);
});

Deno.test("readTestPlan() has what is asked for", () => {
  const asked = {
    FAULT_STATE_DIR: "/state",
    FAULT_FROM_PAGE: "/begin",
    TEST_SEES_NONE: "1",
    TEST_REPORT: "<a/>",
    TEST_LEAVES: "1",
    TEST_ENDS_SERVICE: "1",
    TEST_ODD: "hangs",
    TEST_CODE: "255",
  };
  const wanted = { seesNone: true, report: "<a/>", leaves: true, endsService: true, odd: "hangs", code: 255 };
  assertEquals<unknown>(read(asked), wanted);
});

const REFUSED: [Record<string, string>, string][] = [
  [{ TEST_CODE: "256" }, 'TEST_CODE is "256", it must be a whole number from 0 to 255'],
  [{ TEST_ODD: "x" }, 'TEST_ODD is "x", it must be hangs or killed'],
  [{ TEST_LEAVES: "1" }, "FAULT_STATE_DIR is not set, it must be a folder: process ids are noted there"],
  [{ TEST_SEES_NONE: "1" }, "FAULT_STATE_DIR is not set, it must be a folder: process ids are noted there"],
  [
    { TEST_ENDS_SERVICE: "1", FAULT_STATE_DIR: "/state" },
    "FAULT_FROM_PAGE is not set, it must be the page that begins the end of the service",
  ],
];
for (const [env, problem] of REFUSED) {
  Deno.test(`readTestPlan() refuses ${JSON.stringify(env)}`, () => assertEquals(read(env), problem));
}
