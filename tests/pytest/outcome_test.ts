import { assertEquals } from "@std/assert";
import { countsFromJunit, countsFromSummary, firstFailureFromJunit } from "../../lib/pytest/outcome.ts";
import { fixture } from "../fixtures/read.ts";

const MIXED = fixture("pytest9_mixed.xml");
const COLLECTION = fixture("pytest9_collection_error.xml");

Deno.test("countsFromJunit() counts passed, failed, errors in fixtures, and expected failures as skipped", () => {
  assertEquals(countsFromJunit(MIXED), { passed: 2, failed: 1, errors: 1, skipped: 2 });
  assertEquals(countsFromJunit(COLLECTION), { passed: 0, failed: 0, errors: 1, skipped: 0 });
});

Deno.test("countsFromJunit() takes the attributes in any order, and a suite without tests", () => {
  const suite = `<testsuite skipped="0" name='x' tests="0" failures="0" hostname="h" errors="0"/>`;
  assertEquals(countsFromJunit(`<testsuites>${suite}</testsuites>`), { passed: 0, failed: 0, errors: 0, skipped: 0 });
});

for (
  const xml of ["", "<testsuites name='pytest tests'>", `<testsuite name="pytest" errors="1" tests="2">`, "garbage"]
) {
  Deno.test(`countsFromJunit() is null for "${xml}"`, () => assertEquals(countsFromJunit(xml), null));
}

Deno.test("firstFailureFromJunit() names the test and the first line, though properties stand before it", () => {
  assertEquals(firstFailureFromJunit(MIXED), "test_bad: AssertionError: first line");
});

Deno.test("firstFailureFromJunit() gives the cause of a file that could not be collected", () => {
  assertEquals(firstFailureFromJunit(COLLECTION), "test_coll: ModuleNotFoundError: No module named 'nope_mod'");
  const bare = COLLECTION.replaceAll(/^E .*?</gm, "<");
  assertEquals(firstFailureFromJunit(bare), "test_coll: collection failure");
});

Deno.test("firstFailureFromJunit() undoes the XML, leaves what it cannot, and is not long", () => {
  const xml = (message: string) =>
    `<testcase classname="c" name="t[a&quot;b]"><failure message="${message}">x</failure></testcase>`;
  assertEquals(
    firstFailureFromJunit(xml("&#10;1 &lt; 2 &amp;amp; &#x41;&apos; &nope; &#x110000;")),
    `t[a"b]: 1 < 2 &amp; A' &nope; &#x110000;`,
  );
  assertEquals(firstFailureFromJunit(xml("")), `t[a"b]: `);
  assertEquals(firstFailureFromJunit(xml("x".repeat(1000)))?.length, 300);
});

Deno.test("firstFailureFromJunit() is null where nothing failed, and does not take a skip for a failure", () => {
  const skipped = `<testcase name="a" /><testcase name="b"><skipped message="no">x</skipped></testcase>`;
  assertEquals(firstFailureFromJunit(skipped), null);
  assertEquals(firstFailureFromJunit(`${skipped}<testcase name="c"><error message="e">x</error></testcase>`), "c: e");
  assertEquals(firstFailureFromJunit(""), null);
});

const none = { passed: 0, failed: 0, errors: 0, skipped: 0 };
const SUMMARIES: [string, ReturnType<typeof countsFromSummary>][] = [
  ["2 passed, 1 skipped in 0.03s", { ...none, passed: 2, skipped: 1 }],
  ["=== 1 failed, 2 passed, 1 skipped, 1 xfailed, 1 warning, 1 error in 0.29s ===", {
    passed: 2,
    failed: 1,
    errors: 1,
    skipped: 2,
  }],
  ["12 passed, 3 xpassed in 65.02s (0:01:05)", { ...none, passed: 15 }],
  ["1 xfailed in 0.1s", { ...none, skipped: 1 }],
  ["2 errors in 0.44s", { ...none, errors: 2 }],
  ["\x1b[31m===== \x1b[31m\x1b[1m1 error\x1b[0m\x1b[31m in 0.44s\x1b[0m\x1b[31m =====\x1b[0m", { ...none, errors: 1 }],
  ["1 failed in 0.1s\nthen 2 passed in 0.2s\n3 deselected", { ...none, passed: 2 }],
  ["no tests ran in 0.01s", null],
  ["collected 3 items", null],
  ["3 passed so far", null],
  ["", null],
];
for (const [output, counts] of SUMMARIES) {
  Deno.test(`countsFromSummary() of ${JSON.stringify(output)}`, () => assertEquals(countsFromSummary(output), counts));
}
