import { assertEquals } from "@std/assert";
import { isPluginRefused, pluginEnv, readWitness } from "../../lib/tests/pytest/witness.ts";
import { PLUGIN, pluginSource } from "../../lib/tests/pytest/witness_plugin.ts";

const BEGUN = { kind: "begun", pid: 7 };
const ENDED = { kind: "ended", pid: 7, collected: 3, ran: 3, left: [], own: true, failed: 0, status: 0 };
const WENT_ON = { kind: "went_on", pid: 8 };
const text = (...lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

const CUT = "pytest did not come to its own end";
const RECORDS: [string, string, string | null][] = [
  ["all that was collected ran", text(BEGUN, ENDED), null],
  ["nothing was collected", text(BEGUN, { ...ENDED, collected: 0, ran: 0, status: 5 }), null],
  ["there was no end", text(BEGUN), CUT],
  ["the end is cut off", text(BEGUN, ENDED).slice(0, -9), CUT],
  ["the numbers are none", text(BEGUN, { ...ENDED, ran: -1 }, { ...ENDED, collected: 1.5 }), CUT],
  ["the end is another's", text(BEGUN, { ...ENDED, pid: 8 }), CUT],
  [
    "collecting did not end",
    text(BEGUN, { ...ENDED, collected: null, ran: null }),
    "pytest did not come to the end of collecting its tests",
  ],
  [
    "two did not run",
    text(BEGUN, { ...ENDED, ran: 1, left: ["d/test_a.py::T::test_b[x]", "test_a.py::test_c"] }),
    "only 1 of 3 tests that pytest collected ran to the end (not T::test_b[x], test_c)",
  ],
  [
    "five did not run",
    text(BEGUN, { ...ENDED, collected: 8, left: ["a::b", "a::c", "a::d"] }),
    "only 3 of 8 tests that pytest collected ran to the end (not b, c, d, 2 more)",
  ],
  ["another file's tests ran", text(BEGUN, { ...ENDED, own: false }), "pytest collected tests of other files only"],
  ["pytest ended with another code", text(BEGUN, { ...ENDED, status: 2 }), "pytest itself ended with exit code 2"],
  ["a forked child ended well", text(BEGUN, WENT_ON, { ...ENDED, pid: 8 }, ENDED), null],
  [
    "a forked child failed",
    text(BEGUN, WENT_ON, { ...ENDED, pid: 8, failed: 2 }, ENDED),
    "2 tests failed in a forked child that went on with the tests",
  ],
  [
    "a forked child was killed",
    text(BEGUN, WENT_ON, ENDED),
    "a forked child went on with the tests and did not come to its end",
  ],
];
for (const [what, record, unfinished] of RECORDS) {
  Deno.test(`readWitness() where ${what}`, () => {
    assertEquals(readWitness(record), { isKnown: true, leftOut: false, unfinished });
  });
}

Deno.test("readWitness() knows nothing without the plugin, and bears what is no record", () => {
  const nothing = { isKnown: false, leftOut: false, unfinished: null };
  for (const record of ["", "{}", "null\n[]\n", '{"kind":"begun"}', '{"kind":"ended","pid":7}', "\0"]) {
    assertEquals(readWitness(record), nothing, record);
  }
  assertEquals(readWitness(text(BEGUN, { kind: "left_out", pid: 7 }, ENDED)).leftOut, true);
});

Deno.test("pluginEnv() adds to what is there", () => {
  const env = new Map([["PYTHONPATH", "/a:/b"], ["PYTEST_PLUGINS", ""]]);
  assertEquals(pluginEnv(PLUGIN, "/t", (name) => env.get(name)), {
    PYTHONPATH: "/a:/b:/t",
    PYTEST_PLUGINS: "vx11_pytest_witness",
  });
});

Deno.test("pluginSource() carries any path in ASCII", () => {
  const path = "/t/\"é🙂\\\n'''.py";
  const source = pluginSource({ path, root: "/t", only: false });
  const line = source.split("\n").find((each) => each.startsWith("PLAN = ")) ?? "";
  assertEquals(/^[\x20-\x7e]+$/.test(line), true, line);
  assertEquals(JSON.parse(JSON.parse(line.slice("PLAN = json.loads(".length, -1))).path, path);
});

Deno.test("isPluginRefused() knows pytest's own words", () => {
  assertEquals(
    isPluginRefused(PLUGIN, 'ImportError: Error importing plugin "vx11_pytest_witness": No module named'),
    true,
  );
  assertEquals(isPluginRefused(PLUGIN, 'ImportError: Error importing plugin "xdist": No module named'), false);
});
