/** What pytest's own reports say: counts and the first failure. Pure, and tolerant: what is not there is null. */

import type { TestCounts } from "../model/evidence.ts";

/** From the XML that `--junit-xml` writes; null where it holds no test suite, as after a kill. */
export function countsFromJunit(xml: string): TestCounts | null {
  const suite = /<testsuite\b[^>]*>/.exec(xml)?.[0];
  if (suite === undefined) return null;
  const attribute = (name: string) => {
    const match = new RegExp(`\\b${name}="(\\d+)"`).exec(suite);
    return match === null ? null : Number(match[1]);
  };
  const tests = attribute("tests");
  const failed = attribute("failures");
  const errors = attribute("errors");
  const skipped = attribute("skipped");
  if (tests === null || failed === null || errors === null || skipped === null) return null;
  return { passed: Math.max(0, tests - failed - errors - skipped), failed, errors, skipped };
}

/** A failing test: its attributes, what went wrong, and the traceback. `record_property` stands in front of both. */
const FAILED_CASE =
  /<testcase\b([^>]*)>\s*(?:<properties>.*?<\/properties>\s*)?<(?:failure|error)\b[^>]*?\bmessage="([^"]*)"[^>]*>([^<]*)/s;

/** Name and message of the first failing test: `test_x: assert 500 == 200`. */
export function firstFailureFromJunit(xml: string): string | null {
  const match = FAILED_CASE.exec(xml);
  if (match === null) return null;
  const [, attributes = "", said = "", trace = ""] = match;
  const name = /\bname="([^"]*)"/.exec(attributes)?.[1] ?? "?";
  // "collection failure" names no cause; the last line that pytest marks with E does.
  const cause = unescapeXml(trace).split("\n").findLast((line) => /^E\s+\S/.test(line))?.slice(1);
  const message = said === "collection failure" && cause !== undefined ? cause : unescapeXml(said);
  const line = message.split("\n").find((text) => text.trim() !== "") ?? "";
  return `${unescapeXml(name)}: ${line.trim()}`.slice(0, 300);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** pytest colours its last line where FORCE_COLOR is set, as some CI services do. */
// deno-lint-ignore no-control-regex -- they are control codes
const COLORS = /\x1b\[[0-9;]*m/g;

/**
 * From pytest's last line (`2 passed, 1 skipped in 0.03s`), where there is no XML; null where there is no such line.
 * Counts as the XML does: an expected failure is skipped, an unexpected pass has passed.
 */
export function countsFromSummary(output: string): TestCounts | null {
  const lines = output.replaceAll(COLORS, "").split("\n");
  const line = lines.findLast((text) =>
    /\b\d+ (passed|failed|errors?|skipped|xfailed|xpassed)\b.* in [\d.]+s/.test(text)
  );
  if (line === undefined) return null;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return {
    passed: count("passed") + count("xpassed"),
    failed: count("failed"),
    errors: count("error"),
    skipped: count("skipped") + count("xfailed"),
  };
}
