/**
 * Ten thousand hostile records in every format, each read back by a parser that is not ours: the same modules, verdicts and
 * reasons, and no line that a CI runner takes for a command.
 */

import { assert, assertEquals } from "@std/assert";
import type { JudgedRun } from "../../lib/model/record.ts";
import { RULES } from "../../lib/model/settings.ts";
import { sentence } from "../../lib/report/escape/text.ts";
import { annotations } from "../../lib/report/github/annotations.ts";
import { reportOf } from "../../lib/report/json/json.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import type { JunitCase } from "../../lib/figures/junit_xml.ts";
import type { PytestCases } from "../../lib/report/junit/pytest_cases.ts";
import { stepSummary } from "../../lib/report/github/step_summary.ts";
import { summaryText } from "../../lib/report/text/summary.ts";
import { tapReport } from "../../lib/report/tap.ts";
import { type Dice, diceOf, hostileRun } from "../fakes/hostile_records.ts";
import { random } from "../fakes/random.ts";
import { commandsIn } from "../parsers/github.ts";
import { parseMarkdown } from "../parsers/markdown.ts";
import { parseTap } from "../parsers/tap.ts";
import { all, type Element, junitErrors, parseXml } from "../parsers/xml.ts";
import { jsonText, junitText } from "../fakes/texts.ts";
import { readableJson } from "../../lib/report/json/compact.ts";

const RECORDS = 10_000;
const SEED = Number(Deno.env.get("VX11_SEED") ?? 6);

/** What every format has to say. */
interface Counts {
  statuses: string[];
  fails: number;
  warns: number;
  /** The sentences of the reasons as a person reads them, without white space at the ends, the first 400 characters; sorted. */
  texts: string[];
}

function countsOf({ modules }: JudgedRun): Counts {
  const reasons = modules.flatMap((module) => module.reasons);
  return tally(modules.map(({ status }) => status), reasons.map(({ level, text }) => [level, sentence(text)]));
}

/** `reasons`: level and sentence. */
function tally(statuses: string[], reasons: readonly (readonly [string, string])[]): Counts {
  const having = (level: string) => reasons.filter(([each]) => each.toLowerCase() === level).length;
  const texts = reasons.map(([, text]) => text.trim().slice(0, 400)).sort();
  return { statuses: statuses.sort(), fails: having("fail"), warns: having("warn"), texts };
}

function ofJson(text: string): Counts {
  const { modules_tested, modules: byName, summary } = JSON.parse(text);
  const modules = modules_tested.map((name: string) => byName[name]);
  assertEquals(Object.keys(byName).length, modules.length);
  const { failed, passed, skipped, total_modules, warned } = summary;
  assertEquals(total_modules, passed + warned + failed + skipped);
  // deno-lint-ignore no-explicit-any -- as it was parsed
  const reasons = modules.flatMap((each: any) => each.reasons.map(({ level, text }: any) => [level, sentence(text)]));
  // deno-lint-ignore no-explicit-any -- as it was parsed
  return tally(modules.map(({ status }: any) => status), reasons);
}

function ofJunit(text: string): Counts {
  const root = parseXml(text);
  const suites = all(root, "testsuite").map((suite) => ({ suite, ...propertiesOf(suite) }));
  const modules = suites.filter(({ cycle, module }) =>
    module !== undefined && (cycle === undefined || cycle === "all")
  );
  // With one cycle, that one's suite is the module's.
  const single = suites.filter(({ cycle }) => cycle === "all").length === 0
    ? suites.filter(({ cycle }) => cycle === "1")
    : [];
  const rules = all(root, "testcase").filter(({ attributes }) => attributes["classname"]?.endsWith(".rules"));
  const said = rules.flatMap(({ children }) => children.filter(({ name }) => name !== "system-out"));
  const lines = said.flatMap(({ text }) => text.split("\n")).map((line) => /^(FAIL|WARN) [a-z_]+: (.*)$/.exec(line));
  const reasons = lines.flatMap((found) => found === null ? [] : [[found[1] ?? "", found[2] ?? ""] as const]);
  return tally([...modules, ...single].map(({ status }) => String(status)), reasons);
}

function assertNever(): never {
  throw new Error("a module too many");
}

function propertiesOf(suite: Element): { module?: string; cycle?: string; status?: string } {
  return Object.fromEntries(
    all(suite, "property").map(({ attributes }) => [attributes["name"], attributes["value"]]),
  );
}

function ofTap(text: string, of: JudgedRun): Counts {
  const [run, ...modules] = parseTap(text);
  assertEquals(run?.name, "the run came to its end");
  for (const [index, { diag, name, ok, skip }] of modules.entries()) {
    const { name: wanted, skipped, status } = of.modules[index] ?? assertNever();
    assertEquals(name, sentence(wanted).replace(/\{$/, "\\x7b"));
    assertEquals(diag?.["status"], status);
    assertEquals(ok, status !== "FAIL" && (status !== "WARN" || of.evidence.run?.strict !== true));
    assertEquals(skip, status === "SKIP" ? sentence(skipped ?? "").replace(/\{$/, "\\x7b") || true : false);
  }
  const reasons = modules.flatMap(({ diag }) => (diag?.["reasons"] ?? []) as { level: string; text: string }[]);
  return tally(modules.map(({ diag }) => String(diag?.["status"])), reasons.map(({ level, text }) => [level, text]));
}

/** Nothing but what our own writing uses. */
const FOREIGN_MARKUP = ["html_block", "html_inline", "link_open", "image", "s_open", "em_open", "code_block", "hr"];

function ofMarkdown(text: string): Counts {
  const { items, kinds, tables } = parseMarkdown(text);
  for (const kind of FOREIGN_MARKUP) assert(!kinds.has(kind), kind);
  const rows = text.includes("| Module | Status | Health p95 |") ? tables[0] ?? [] : [];
  assert(rows.every((cells) => cells.length === 6), "a table has as many cells in each row");
  const reasons = items.filter(({ codes }) => Object.hasOwn(RULES, codes[0] ?? ""));
  return tally(
    rows.map((cells) => cells[1]?.split(" ").at(-1) ?? ""),
    reasons.map(({ text }) => {
      const [, level = "", said = ""] = /^(FAIL|WARN) [a-z_]+:(.*)$/.exec(text) ?? [];
      return [level, said];
    }),
  );
}

function ofAnnotations(text: string, { modules }: JudgedRun): Counts {
  const commands = commandsIn(text);
  assertEquals(commands.length, text.split("\n").length - 1, "each line is a command");
  const reasons = commands.filter(({ properties }) => properties["title"] !== "vx11-stability");
  const titles = modules.flatMap(({ name, reasons }) => reasons.map(({ code }) => sentence(`${name}: ${code}`)));
  assertEquals(reasons.map(({ properties }) => properties["title"] ?? "").sort(), titles.sort());
  return tally(
    modules.map(({ status }) => status),
    reasons.map(({ data, name }) => [name === "error" ? "fail" : "warn", data]),
  );
}

function pytestOf(run: JudgedRun, { number, text }: Dice): PytestCases {
  const outcomes = ["passed", "failure", "error", "skipped"] as const;
  const cases = (): JunitCase[] =>
    Array.from({ length: number(3) }, () => ({
      classname: number(2) === 0 ? "" : text(),
      name: text(),
      ms: number(2) === 0 ? null : number(1000),
      outcome: outcomes[number(4)] ?? "passed",
      message: text(),
      text: text(),
      type: "",
    }));
  const tests = run.evidence.modules.flatMap(({ cycles }) => cycles.flatMap(({ tests }) => tests));
  return new Map(tests.map(({ output }) => [output, cases()]));
}

interface Rendered {
  run: JudgedRun;
  junit: string;
}

/** In every format, read back. */
function check(seed: number, huge?: string): Rendered {
  const dice = diceOf(random(seed), huge);
  const short = diceOf(random(seed + 1));
  const run = hostileRun(dice, () => short.text());
  const counts = countsOf(run);
  const texts = {
    json: jsonText(run),
    markdown: markdownText(run),
    junit: junitText(run, pytestOf(run, dice)),
    tap: tapReport(run),
    summary: summaryText(run, { auditDir: short.text(), color: false }),
    step: stepSummary(run, { auditDir: short.text(), room: 512 * 1024 }),
  };
  for (const [format, text] of Object.entries(texts)) {
    assertEquals(commandsIn(text), [], `${format} commands nothing`);
    assert(!/[^\P{C}\n\p{Co}\p{Cn}]|\p{Noncharacter_Code_Point}/u.test(text), `${format} is visible`);
  }
  const found = {
    json: ofJson(texts.json),
    markdown: ofMarkdown(texts.markdown),
    junit: ofJunit(texts.junit),
    tap: ofTap(texts.tap, run),
    step: ofMarkdown(texts.step),
    github: ofAnnotations(annotations(run), run),
  };
  for (const [format, read] of Object.entries(found)) assertEquals(read, counts, format);
  return { run, junit: texts.junit };
}

function checked(seed: number, huge?: string): Rendered {
  try {
    return check(seed, huge);
  } catch (error) {
    throw new Error(`record ${seed}: VX11_SEED=${seed} gives it first`, { cause: error });
  }
}

Deno.test("10,000 hostile records say the same in every format, to parsers that are not ours", async () => {
  const documents: string[] = [];
  for (let index = 0; index < RECORDS; index++) {
    const { junit } = checked(SEED + index);
    if (index % 50 === 0) documents.push(junit);
  }
  assertEquals(await junitErrors(...documents), []);
});

Deno.test("lines of ten megabytes are no trouble to any format", () => {
  const pieces = ["x", "\x1b", "`", "<", "]]>", "::error::", "\n", "\ud800", "|"];
  for (const [index, piece] of pieces.entries()) {
    const { run } = checked(SEED + index, piece.repeat(10_000_000 / piece.length));
    for (const text of [markdownText(run), junitText(run), tapReport(run), annotations(run)]) {
      assert(text.length < 2_000_000, `${JSON.stringify(piece)}: ${text.length}`);
    }
  }
});

Deno.test("what JSON says is the record, to the last lone surrogate", () => {
  for (let seed = 0; seed < 200; seed++) {
    const run = hostileRun(diceOf(random(seed)), () => "a");
    const report = reportOf(run);
    const plainly = { ...report, modules: Object.fromEntries(report.modules) };
    assertEquals(JSON.stringify(JSON.parse(readableJson(report))), JSON.stringify(plainly));
  }
});
