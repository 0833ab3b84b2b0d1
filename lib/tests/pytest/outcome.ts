/** What pytest's own reports say: counts and the first failure. Pure, and tolerant: missing values are null. */

import type { JunitCase } from "../../figures/junit_xml.ts";
import type { TestCounts } from "../../model/evidence.ts";
import { walkJunit } from "../junit.ts";
import { lastLines, LONGEST_SAID as LONGEST, uncolored } from "../last_lines.ts";
import { type SingleTest, SingleTests } from "../single.ts";

/** The exit code if pytest collected no test. */
export const NOTHING_COLLECTED = 5;

/** What pytest means by its exit codes, beyond "a test failed". */
export const MEANINGS: Readonly<Record<number, string>> = {
  2: "interrupted, or an error at collection",
  3: "internal error of pytest",
  4: "it could not begin",
};

/** What the XML of one test file says. */
export interface JunitOutcome {
  /** null if it holds no test suite, as after a kill. */
  counts: TestCounts | null;
  /** Name and message of the first failing test: `test_x: assert 500 == 200`. */
  firstFailure: string | null;
  /** The reason of the first skipped test: `needs GPU`; also if a module skips itself. */
  skipReason: string | null;
  /** null if not all of them are known. */
  tests: SingleTest[] | null;
}

export const NO_OUTCOME: JunitOutcome = { counts: null, firstFailure: null, skipReason: null, tests: null };

/** `giveWay`: as for walkJunit. `file`: its name. */
export async function readJunit(xml: string, giveWay: () => Promise<void>, file: string): Promise<JunitOutcome> {
  const outcome: JunitOutcome = { ...NO_OUTCOME };
  const tests = new SingleTests();
  const { counts, isWhole } = await walkJunit(xml, giveWay, (each) => {
    tests.take(each, file);
    if (each.outcome === "skipped") outcome.skipReason ??= skipReasonOf(each);
    else if (each.outcome !== "passed") outcome.firstFailure ??= failureOf(each);
  });
  return { ...outcome, counts, tests: isWhole ? tests.known(counts) : null };
}

function failureOf({ message, name, text }: JunitCase): string {
  // "collection failure" and "internal error" name no cause; the last line that pytest marks with E does, or else the
  // last line.
  const marked = text.split("\n").findLast((line) => /^E\s+\S/.test(line))?.slice(1).trim();
  const last = message === "internal error" ? text.trimEnd().split("\n").at(-1) : undefined;
  const cause = message === "collection failure" || message === "internal error" ? marked ?? last : undefined;
  const line = (cause ?? message).split("\n").find((each) => each.trim() !== "") ?? "";
  const said = exitCall(line.trim(), text) ?? line.trim();
  return `${name === "internal" && cause !== undefined ? "" : `${name}: `}${said}`.slice(0, LONGEST);
}

/** The message for a file that ends the program while it is imported; pytest 8 takes that for an error of its own. */
function exitCall(line: string, trace: string): string | null {
  const [, code] = /^SystemExit(?:: (.*))?$/.exec(line) ?? [];
  if (!/^SystemExit\b/.test(line) || !/ in <module>$/m.test(trace)) return null;
  return `sys.exit(${code ?? ""}) was called as the file was imported`;
}

function skipReasonOf({ message, text, type }: JunitCase): string | null {
  if (type === "pytest.xfail") return null;
  // "collection skipped" names no reason: the text does, in Python's form of a tuple.
  const reason = (message === "collection skipped" ? toldIn(text) : null) ?? message;
  const line = reason.split(/\n|\\n/).find((each) => each.trim() !== "")?.trim() ?? "";
  return line === "" ? null : line.slice(0, LONGEST);
}

/** The text between the quotes in `('/t/test_a.py', 3, 'Skipped: needs GPU')`; null if it does not end so. */
function toldIn(text: string): string | null {
  const [, quote] = /(["'])\)$/.exec(text.trimEnd().slice(-2)) ?? [];
  const begin = `, ${quote}Skipped: `;
  const at = quote === undefined ? -1 : text.indexOf(begin);
  return at < 0 ? null : text.trimEnd().slice(at + begin.length, -2);
}

/** Lines in which pytest, or argparse for it, says why it did not begin; the first kind that is there counts. */
const ERROR_LINES = [/^E\s+(\S.*)/, /^\S+: error: (.+)/, /^ERROR: (.+)/, /^INTERNALERROR> (\w\S*: .+)/];

/** What is looked through of an output for pytest's own lines, at its beginning. */
const LOOKED_THROUGH = 64 * 1024;

/** pytest's own error line, from the last part of what it printed; the last line if it has none. */
export function errorLine(output: string): string | null {
  const lines = lastLines(output);
  for (const kind of ERROR_LINES) {
    const said = lines.findLast((line) => kind.test(line));
    if (said !== undefined) return kind.exec(said)?.[1]?.trim().slice(0, LONGEST) ?? null;
  }
  const last = lines.at(-1)?.trim();
  return last === undefined || /^[=!_-]{2,}/.test(last) ? null : last.slice(0, LONGEST);
}

/**
 * How many tests pytest says that it collected and selected, before it runs any; null if it says nothing, as with `-q`.
 * The output of tests comes later, and test files usually print nothing while they are collected.
 */
export function collectedCount(output: string): number | null {
  const line = /^collected (\d{1,9}) items?(?: \/.*)?$/m.exec(uncolored(output.slice(0, LOOKED_THROUGH)));
  if (line === null) return null;
  return Number(/ \/ (\d{1,9}) selected/.exec(line[0])?.[1] ?? line[1]);
}
