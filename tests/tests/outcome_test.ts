import { assert, assertEquals } from "@std/assert";
import { collectedCount, errorLine, readJunit } from "../../lib/tests/pytest/outcome.ts";
import { fixture } from "../fixtures/read.ts";

const MIXED = fixture("pytest9_mixed.xml");
const COLLECTION = fixture("pytest9_collection_error.xml");

const giveWay = () => Promise.resolve();
const countsIn = async (xml: string) => (await readJunit(xml, giveWay, "test_x.py")).counts;
const failureIn = async (xml: string) => (await readJunit(xml, giveWay, "test_x.py")).firstFailure;

Deno.test("readJunit() counts passed, failed, errors in fixtures, and expected failures as skipped", async () => {
  assertEquals(await countsIn(MIXED), { passed: 2, failed: 1, errors: 1, skipped: 2 });
  assertEquals(await countsIn(COLLECTION), { passed: 0, failed: 0, errors: 1, skipped: 0 });
});

Deno.test("readJunit() takes the attributes in any order, and a suite without tests", async () => {
  const suite = `<testsuite skipped="0" name='x' tests="0" failures="0" hostname="h" errors="0"/>`;
  assertEquals(await countsIn(`<testsuites>${suite}</testsuites>`), { passed: 0, failed: 0, errors: 0, skipped: 0 });
});

for (
  const xml of ["", "<testsuites name='pytest tests'>", `<testsuite name="pytest" errors="1" tests="2">`, "garbage"]
) {
  Deno.test(`readJunit() is null for "${xml}"`, async () => assertEquals(await countsIn(xml), null));
}

Deno.test("readJunit() takes no number that is none for a count", async () => {
  const suite = `<testsuite errors="0" failures="0" skipped="0" tests="${"9".repeat(400)}">`;
  assertEquals(await countsIn(suite), null);
  assertEquals(await countsIn(suite.replace(/9+/, "-1")), null);
});

Deno.test("readJunit() names the test and the first line, though properties stand before it", async () => {
  assertEquals(await failureIn(MIXED), "test_bad: AssertionError: first line");
});

Deno.test("readJunit() gives the cause of a file that could not be collected", async () => {
  assertEquals(await failureIn(COLLECTION), "test_coll: ModuleNotFoundError: No module named 'nope_mod'");
  const bare = COLLECTION.replaceAll(/^E .*?</gm, "<");
  assertEquals(await failureIn(bare), "test_coll: collection failure");
});

Deno.test("readJunit() undoes the XML, leaves what it cannot, and is not long", async () => {
  const xml = (message: string) =>
    `<testcase classname="c" name="t[a&quot;b]"><failure message="${message}">x</failure></testcase>`;
  assertEquals(
    await failureIn(xml("&#10;1 &lt; 2 &amp;amp; &#x41;&apos; &nope; &#x110000;")),
    `t[a"b]: 1 < 2 &amp; A' &nope; &#x110000;`,
  );
  assertEquals(await failureIn(xml("")), `t[a"b]: `);
  assertEquals((await failureIn(xml("x".repeat(1000))))?.length, 300);
});

Deno.test("readJunit() is null where nothing failed, and does not take a skip for a failure", async () => {
  const skipped = `<testcase name="a" /><testcase name="b"><skipped message="no">x</skipped></testcase>`;
  assertEquals(await failureIn(skipped), null);
  assertEquals(await failureIn(`${skipped}<testcase name="c"><error message="e">x</error></testcase>`), "c: e");
  assertEquals(await failureIn(""), null);
});

const SKIPS: [string, string | null][] = [
  [`<skipped message="collection skipped">('/t/test_a.py', 2, 'Skipped: needs GPU')</skipped>`, "needs GPU"],
  [
    `<skipped message="collection skipped">('/t/c.py', 2, "Skipped: could not import 'x': No module named 'x'")</skipped>`,
    "could not import 'x': No module named 'x'",
  ],
  [`<skipped type="pytest.skip" message="no &quot;card&quot;">/t/b.py:3: no "card"</skipped>`, `no "card"`],
  [`<skipped type="pytest.xfail" message="later"/><skipped type="pytest.skip" message="now"/>`, "now"],
  [`<skipped type="pytest.xfail" message="later"/>`, null],
  [`<skipped message=""/>`, null],
  ["", null],
];
for (const [xml, reason] of SKIPS) {
  Deno.test(`readJunit() has the reason of ${xml || "nothing"}`, async () => {
    // Each in a case of its own, as pytest has them.
    const cases = xml.replaceAll(/<skipped.*?(?:\/>|<\/skipped>)/g, (each) => `<testcase name="a">${each}</testcase>`);
    assertEquals((await readJunit(cases, giveWay, "test_x.py")).skipReason, reason);
  });
}

Deno.test("readJunit() names the failing test after thousands with properties, in linear time, and gives way meanwhile", async () => {
  const property = '<properties><property name="k" value="v" /></properties>';
  const passed = `<testcase name="a">${property}</testcase>`.repeat(60_000);
  const xml = `${passed}<testcase name="b">${property}<failure message="m">x</failure></testcase>`;
  let gaveWay = 0;
  const { firstFailure } = await readJunit(xml, () => Promise.resolve(void gaveWay++), "test_x.py");
  assertEquals(firstFailure, "b: m");
  // One for each 20 KB or so, of which it has five thousand.
  assert(gaveWay > 200, String(gaveWay));
});

const EXIT = `File "/t/test_a.py", line 1, in &lt;module&gt;\n    sys.exit("no db")\n`;
const EXITS: [string, string][] = [
  [
    `<testcase name="test_a"><error message="collection failure">${EXIT}E   SystemExit: no db</error></testcase>`,
    "test_a: ",
  ],
  [
    `<testcase name="internal"><error message="internal error">Traceback\n${EXIT}SystemExit: no db</error></testcase>`,
    "",
  ],
];
for (const [xml, name] of EXITS) {
  Deno.test(`readJunit() says that a file called sys.exit() as it was imported, ${name || "also as an internal error"}`, async () => {
    assertEquals(await failureIn(xml), `${name}sys.exit(no db) was called as the file was imported`);
  });
}

const ERRORS: [string, string | null][] = [
  [
    "ImportError while loading conftest '/t/conftest.py'.\nconftest.py:1: in <module>\n    import x\nE   ModuleNotFoundError: No module named 'x'\n",
    "ModuleNotFoundError: No module named 'x'",
  ],
  [
    "ERROR: usage: __main__.py [options]\n__main__.py: error: unrecognized arguments: -n\n  inifile: /t/pytest.ini\n",
    "unrecognized arguments: -n",
  ],
  ["\n\x1b[31mERROR: Missing required plugins: pytest-x\x1b[0m\n\n", "Missing required plugins: pytest-x"],
  [
    "INTERNALERROR> Traceback\nINTERNALERROR>   File x\nINTERNALERROR> ValueError: y\n== no tests ran in 0.1s ==\n",
    "ValueError: y",
  ],
  ["uv: no such environment\n", "uv: no such environment"],
  ["== 1 error in 0.1s ==\n", null],
  ["", null],
];
for (const [output, line] of ERRORS) {
  Deno.test(`errorLine() of ${JSON.stringify(output)}`, () => assertEquals(errorLine(output), line));
}

const COLLECTED: [string, number | null][] = [
  ["== test session starts ==\ncollected 3 items\n\ntest_a.py ...", 3],
  ["\x1b[1mcollected 1 item\x1b[0m\n", 1],
  ["collected 5 items / 1 error / 2 deselected / 3 selected\n", 3],
  ["3 passed in 0.1s\nit collected 9 items\n", null],
];
for (const [output, count] of COLLECTED) {
  Deno.test(`collectedCount() of ${JSON.stringify(output)}`, () => assertEquals(collectedCount(output), count));
}
