import { assert, assertEquals } from "@std/assert";
import { type JunitCase, scanJunit, scanJunitXml } from "../../lib/figures/junit_xml.ts";
import type { TestCounts } from "../../lib/model/evidence.ts";
import { fixture } from "../fixtures/read.ts";

interface Read {
  cases: JunitCase[];
  counts: TestCounts | null;
  turns: number;
}

function read(xml: string): Read {
  const found: Read = { cases: [], counts: null, turns: 0 };
  const scan = scanJunitXml(xml);
  let next = scan.next();
  for (; next.done !== true; next = scan.next()) {
    if (next.value === null) found.turns++;
    else found.cases.push(next.value);
  }
  return { ...found, counts: next.value };
}

const ended = (xml: string) => read(xml).cases.map(({ name, outcome }) => `${name} ${outcome}`);
const textIn = (xml: string) => read(`<testcase name="a"><failure>${xml}</failure></testcase>`).cases[0]?.text;
const messageIn = (xml: string) => read(`<testcase><failure message="${xml}"/></testcase>`).cases[0]?.message;
const of = (passed: number, failed = 0, errors = 0, skipped = 0): TestCounts => ({ passed, failed, errors, skipped });

const FAILED = '<testcase name="f"><failure message="m">t</failure></testcase>';
const TEARDOWN = '<testcase name="t"><skipped message="s"/><error message="e">t</error></testcase>';
const SUITE = '<testsuite tests="2" failures="0" errors="0" skipped="0">';
const ONE = '<testcase name="a"/>';

/** As each runner writes it, with what is counted of it. */
const RUNNERS: [string, string, TestCounts | null, string[]][] = [
  [
    "jest-junit: suites in a row, names in Unicode, a trace in ANSI colours",
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="3" failures="1" errors="0" time="1.2">
  <testsuite name="a › b" errors="0" failures="0" skipped="1" timestamp="x" time="0.5" tests="2">
    <testcase classname="c" name="x" time="0.1"></testcase><testcase classname="c" name="y"><skipped/></testcase>
  </testsuite>
  <testsuite name="d" errors="0" failures="1" skipped="0" tests="1">
    <testcase classname="c" name="z" time="0"><failure>\x1b[31mexpect\x1b[39m(a).toBe(b) &amp; more</failure></testcase>
  </testsuite>
</testsuites>`,
    of(1, 1, 0, 1),
    ["x passed", "y skipped", "z failure"],
  ],
  [
    "go-junit-report: neither errors nor skipped",
    `<testsuites tests="2" failures="1"><testsuite name="pkg" tests="2" failures="1" time="0.3">
<properties><property name="go.version" value="go1.22"></property></properties>
<testcase name="TestA" classname="pkg" time="0.000"></testcase>
<testcase name="TestB" classname="pkg"><failure message="Failed" type=""><![CDATA[    b_test.go:7: a < b && ]] > c]]></failure></testcase>
</testsuite></testsuites>`,
    of(1, 1),
    ["TestA passed", "TestB failure"],
  ],
  [
    "Gradle: a suite as root, output in CDATA",
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="com.x.T" tests="3" skipped="1" failures="0" errors="0" hostname='h' time="0.02">
  <properties/><testcase name="a()" classname="com.x.T" time="0.01"/><testcase name="b()"><skipped/></testcase>
  <testcase name="c()"/><system-out><![CDATA[<testcase name="no"><failure/></testcase>]]></system-out><system-err/>
</testsuite>`,
    of(2, 0, 0, 1),
    ["a() passed", "b() skipped", "c() passed"],
  ],
  ["a suite that states nothing", `<testsuites><testsuite>${ONE}${FAILED}</testsuite></testsuites>`, of(1, 1), [
    "a passed",
    "f failure",
  ]],
  [
    "PHPUnit: suites in suites, each with the sum of those in it",
    `<testsuites>${SUITE}${SUITE}${ONE}${ONE}</testsuite></testsuite></testsuites>`,
    of(2),
    [
      "a passed",
      "a passed",
    ],
  ],
  [
    "a suite around others that counts its own cases alone",
    `<testsuite tests="0" failures="0" errors="0" skipped="0">${SUITE}${ONE}${FAILED}</testsuite></testsuite>`,
    of(1, 1),
    [
      "a passed",
      "f failure",
    ],
  ],
  ["a failure that no suite states", `${SUITE}${ONE}${FAILED}</testsuite>`, of(1, 1), ["a passed", "f failure"]],
  [
    "more than there are cases for, as pytest states them",
    `<testsuite tests="3" failures="1" errors="1" skipped="0">${FAILED}</testsuite>`,
    of(1, 1, 1),
    ["f failure"],
  ],
  [
    "a case that pytest was made to exit in, which its suite does not count",
    `<testsuites><testsuite tests="1" failures="0" errors="0" skipped="0">${ONE}${ONE}</testsuite></testsuites>`,
    of(1),
    ["a passed", "a passed"],
  ],
  [
    "failures that a suite does not count",
    `<testsuite tests="1" failures="0" errors="0" skipped="0">${ONE}${FAILED}</testsuite>`,
    of(0, 1),
    ["a passed", "f failure"],
  ],
  ["a skip whose teardown failed", `<testsuite>${TEARDOWN}</testsuite>`, of(0, 0, 1), ["t error"]],
  ["cases alone", `${ONE}${FAILED}`, of(1, 1), ["a passed", "f failure"]],
  [
    "a namespace and prefixes",
    `<j:testsuites xmlns:j="urn:j"><j:testsuite xmlns="urn:k" j:tests="7"><j:testcase name="a"><j:failure/></j:testcase></j:testsuite></j:testsuites>`,
    of(0, 1),
    ["a failure"],
  ],
  [
    "a BOM, comments and instructions",
    `\ufeff<?xml version="1.1"?><!-- <testcase/> --><?pi <testcase/> ?>${SUITE}${ONE}${ONE}</testsuite>\n`,
    of(2),
    ["a passed", "a passed"],
  ],
  [
    "two documents in a row",
    `<?xml version="1.0"?>${SUITE}${ONE}${ONE}</testsuite>\n<?xml version="1.0"?>\n<testsuite>${FAILED}</testsuite>`,
    of(2, 1),
    ["a passed", "a passed", "f failure"],
  ],
  ["zeros behind a document", `${SUITE}${ONE}${ONE}</testsuite>\0\0\0`, of(2), ["a passed", "a passed"]],
  ["no suite", "<testsuites/>", null, []],
  ["a suite that says nothing", `<testsuites><testsuite name="x"/></testsuites>`, null, []],
  ["no XML", "2 passed & 1 failed ;", null, []],
];
for (const [what, xml, counts, cases] of RUNNERS) {
  Deno.test(`scanJunitXml() of ${what}`, () => {
    const found = read(xml);
    assertEquals(found.cases.map(({ name, outcome }) => `${name} ${outcome}`), cases);
    assertEquals(found.counts, counts);
  });
}

/** Where a text breaks off, or is no XML: nothing that may be missing behind it counts as passed. */
const CUT: [string, string, TestCounts | null, string[]][] = [
  ["within the suite that states all, as pytest's", `<testsuites>${SUITE}${ONE}<testca`, of(2), ["a passed"]],
  ["within it, behind a failure that it does not state", `<testsuites>${SUITE}${FAILED}`, of(1, 1), ["f failure"]],
  ["within a failure", `${SUITE}<testcase name="f"><failure message="m">half`, of(1, 1), ["f failure"]],
  ["within a case", `${SUITE}${ONE}<testcase name="b">`, of(2), ["a passed"]],
  ["within a suite that states a part", `<testsuite tests="2" failures="0" errors="0">${ONE}${ONE}`, null, [
    "a passed",
    "a passed",
  ]],
  ["within the second suite", `<testsuites>${SUITE}${ONE}${ONE}</testsuite>${SUITE}`, null, ["a passed", "a passed"]],
  ["between two suites", `<testsuites>${SUITE}${ONE}${ONE}</testsuite>`, null, ["a passed", "a passed"]],
  ["within the second document", `${SUITE}${ONE}${ONE}</testsuite><testsuites>`, null, ["a passed", "a passed"]],
  ["behind cases without a suite", `${ONE}<testcase`, null, ["a passed"]],
  ["by an element that nobody closed", `<testsuite>${ONE}<system-out></testsuite>`, null, ["a passed"]],
  [
    "by a quote that is missing",
    `<testsuite><testcase name="a><failure message="m"/></testcase>${ONE}</testsuite>`,
    null,
    [],
  ],
  ["by a bracket in a value", `<testsuite>${ONE}<testcase name="b<"/>${ONE}</testsuite>`, null, ["a passed"]],
  [
    "by a bracket in a value far on",
    `<testsuite>${"\r\n".repeat(50_000)}<testcase name="\0"/><testcase name="b<"/></testsuite>`,
    null,
    ["\0 passed"],
  ],
  ["by a bracket behind a control in a value", `<testsuite>${ONE}<testcase name="\0<"/></testsuite>`, null, [
    "a passed",
  ]],
  ["by a tag in another", `<testsuite>${ONE}<testcase name="b" <failure/></testcase></testsuite>`, null, ["a passed"]],
];
for (const [what, xml, counts, cases] of CUT) {
  Deno.test(`scanJunitXml() of a text cut ${what}`, () => {
    const found = read(xml);
    assertEquals(found.counts, counts);
    assertEquals(found.cases.map(({ name, outcome }) => `${name} ${outcome}`), cases);
  });
}

Deno.test("scanJunitXml() of pytest's XML that is cut anywhere has its counts from their head on, and cases that are whole", () => {
  const xml = fixture("pytest9_mixed.xml");
  const whole = read(xml);
  const head = xml.indexOf(">", xml.indexOf("<testsuite ")) + 1;
  const end = xml.indexOf("</testsuite>") + "</testsuite>".length;
  for (let at = 0; at < xml.length; at++) {
    const { cases, counts } = read(xml.slice(0, at));
    assertEquals(counts, at >= head && at < end ? whole.counts : null, `cut at ${at}`);
    cases.forEach(({ name, outcome }, index) => {
      assertEquals([name, outcome], [whole.cases[index]?.name, whole.cases[index]?.outcome], `cut at ${at}`);
    });
  }
});

Deno.test("scanJunitXml() leaves a reference that is none, and what is of no DOCTYPE", () => {
  assertEquals(messageIn("&toString;&valueOf;&LT;"), "&toString;&valueOf;&LT;");
  assertEquals(messageIn("&lt;&#10;&#x1F642;&quot;&nbsp;&#0;&amp;lt;"), '<\n🙂"&nbsp;&#0;&lt;');
  assertEquals(textIn("a & b &# c; &#xd800;&#27;[31m &"), "a & b &# c; &#xd800;&#27;[31m &");
  const swallowed = '<testcase name="a & b"/><testcase name="c &# d"><failure/></testcase><testcase name="; &#0;"/>';
  assertEquals(ended(swallowed), ["a & b passed", "c &# d failure", "; &#0; passed"]);
});

Deno.test("scanJunitXml() expands no entity of a DOCTYPE", () => {
  const bomb = Array.from({ length: 30 }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};">`).join("");
  const xml = `<!DOCTYPE testsuite [<!ENTITY e0 "ha"><!ENTITY x SYSTEM "file:///etc/passwd">${bomb}]>`;
  const { cases, counts } = read(`${xml}<testsuite><testcase name="&e30;&x;"/></testsuite>`);
  assertEquals([cases.map(({ name }) => name), counts], [["&e30;&x;"], of(1)]);
});

Deno.test("scanJunitXml() keeps CDATA, controls, and what XML does not allow in a text", () => {
  assertEquals(textIn("a<![CDATA[<b> & &lt; ]] <?xml ?>]]>c"), "a<b> & &lt; ]] <?xml ?>c");
  assertEquals(textIn("<![CDATA[a & b]]> & <![CDATA[]]]]><![CDATA[>]]>"), "a & b & ]]>");
  assertEquals(textIn("a ]]> b\0\x1b[31m\uffff"), "a ]]> b\0\x1b[31m\uffff");
  assertEquals(textIn("a<!-- no -->b<i>c</i>"), "abc");
});

Deno.test("scanJunitXml() lets half a surrogate pair swallow nothing", () => {
  for (const half of ["\ud800", "\udc00"]) {
    assertEquals(ended(`<testcase name="${half}"/>${half}${FAILED}`), ["\ufffd passed", "f failure"]);
    assertEquals(textIn(`a${half}`), "a\ufffd");
  }
});

Deno.test("scanJunitXml() reads the same wherever a turn ends, and lets others go first", () => {
  const unit = '<testcase name="a&amp;🙂 & b"><failure><![CDATA[x & y\r\nz]]>]]>&lt;</failure></testcase>\n<?xml  ?>';
  const expected = read(unit).cases[0];
  assertEquals([expected?.name, expected?.text], ["a&🙂 & b", "x & y\nz]]><"]);
  for (let shift = 0; shift < unit.length; shift++) {
    const { cases, counts, turns } = read(`${"x".repeat(shift)}${unit.repeat(700)}`);
    assertEquals(counts, of(0, 700));
    assert(cases.every(({ name, text }) => name === expected?.name && text === expected.text), `shift ${shift}`);
    assert(turns >= 2, String(turns));
  }
});

const WHOLE: [string, boolean][] = [
  ["", true],
  [`${SUITE}<testcase/><testcase/></testsuite>`, true],
  ["no XML at all", true],
  [`${SUITE}<testcase/></testsuite>${SUITE}</testsuite>`, true],
  [`${SUITE}<testcase/>`, false],
  [`${SUITE}<testcase`, false],
  [`${SUITE}</wrong>`, false],
  ["</testsuite>", false],
];
for (const [xml, isWhole] of WHOLE) {
  Deno.test(`scanJunit() of ${JSON.stringify(xml)} says that it is ${isWhole ? "whole" : "not whole"}`, () => {
    const scan = scanJunit(xml);
    let next = scan.next();
    while (next.done !== true) next = scan.next();
    const root = xml.startsWith("<testsuite") ? "testsuite" : null;
    assertEquals(next.value, { counts: read(xml).counts, isWhole, root });
  });
}

const MANY = 200_000;
const LONG: [string, string][] = [
  ["a text without a line end", `<testsuite><system-out>${"x".repeat(50 * MANY)}</system-out></testsuite>`],
  ["ampersands", `<testsuite>${"&".repeat(5 * MANY)}</testsuite>`],
  ["controls", `<testsuite>${"\0".repeat(20 * MANY)}</testsuite>`],
  ["brackets", "<".repeat(20 * MANY)],
  ["brackets in a value", `<a b="${"<".repeat(20 * MANY)}`],
  ["declarations", "<!x".repeat(MANY)],
  ["CDATA that does not end", "<![CDATA[".repeat(MANY)],
  ["comments that do not end", "<!--".repeat(MANY)],
  ["suites in suites", "<testsuite>".repeat(MANY)],
  ["attributes", `<testcase ${Array.from({ length: MANY }, (_, at) => `a${at}=""`).join(" ")}/>`],
  ["failures in one case", `<testcase>${"<failure>x".repeat(MANY)}`],
];
for (const [what, xml] of LONG) {
  Deno.test(`scanJunitXml() of ${what} takes time that grows with the text`, () => {
    const began = performance.now();
    read(xml);
    assert(performance.now() - began < 10_000);
  });
}
