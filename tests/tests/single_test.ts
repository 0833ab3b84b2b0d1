/** Single tests, from the XML of pytest and of others. */

import { assertEquals } from "@std/assert";
import { readJunit } from "../../lib/tests/pytest/outcome.ts";
import { fixture } from "../fixtures/read.ts";
import { noted } from "../fakes/noted.ts";
import { testFile } from "./test_file.ts";

const testsIn = async (xml: string, file = "test_x.py") => {
  const { tests } = await readJunit(xml, () => Promise.resolve(), file);
  return tests?.map(({ name, outcome }) => `${name} ${outcome}`) ?? null;
};
const suite = (counts: string, cases: string) => `<testsuites><testsuite ${counts}>${cases}</testsuite></testsuites>`;
const ONE = `tests="1" failures="0" errors="0" skipped="0"`;

Deno.test("single tests have the names of pytest without the file", async () => {
  const two = `tests="2" failures="1" errors="0" skipped="0"`;
  const xml = suite(
    two,
    `<testcase classname="tests.sub.test_x.TestLogin" name="test_a[de]"/><testcase classname="tests.sub.test_x" name="test_b"><failure message="no"/></testcase>`,
  );
  assertEquals(await testsIn(xml, "sub/test_x.py"), ["TestLogin::test_a[de] passed", "test_b failed"]);
});

Deno.test("single tests are not known if the XML is cut, counts fewer, or counts a failure that has no name", async () => {
  const one = `<testcase classname="test_x" name="test_a"/>`;
  assertEquals(await testsIn(suite(ONE, one)), ["test_a passed"]);
  assertEquals(await testsIn(suite(ONE, one).slice(0, -20)), null);
  assertEquals(await testsIn(suite(ONE, `${one}<testcase classname="test_x" name="test_b"/>`)), null);
  assertEquals(await testsIn(suite(`tests="1" failures="1" errors="0" skipped="0"`, one)), null);
});

Deno.test("single tests of a real pytest: each once, and an error at teardown is a failure", async () => {
  const all = await testsIn(fixture("pytest9_mixed.xml"), "test_mixed.py");
  assertEquals(new Set(all).size, all?.length);
  assertEquals(all?.filter((each) => each.endsWith("failed")).length, 2);
});

testFile(
  "runTestFile() notes the single tests",
  `import pytest
def test_a(): pass
class TestB:
    @pytest.mark.parametrize("n", [1, 2])
    def test_b(self, n): assert n == 1
@pytest.fixture
def broken():
    yield
    raise RuntimeError("late")
def test_c(broken): pass
@pytest.mark.skip
def test_d(): pass
`,
  {},
  ({ run }) => {
    assertEquals(
      run.cases,
      noted([
        { name: "test_a", outcome: "passed" },
        { name: "TestB::test_b[1]", outcome: "passed" },
        { name: "TestB::test_b[2]", outcome: "failed" },
        { name: "test_c", outcome: "failed" },
        { name: "test_d", outcome: "skipped" },
      ]),
    );
  },
);
