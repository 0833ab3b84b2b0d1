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

/** Name and message of the first failing test: `test_x: assert 500 == 200`. */
export function firstFailureFromJunit(xml: string): string | null {
  const match = /<testcase\b([^>]*)>\s*<(?:failure|error)\b[^>]*?\bmessage="([^"]*)"/.exec(xml);
  if (match === null) return null;
  const name = /\bname="([^"]*)"/.exec(match[1] ?? "")?.[1] ?? "?";
  const message = unescapeXml(match[2] ?? "").split("\n").find((line) => line.trim() !== "") ?? "";
  return `${unescapeXml(name)}: ${message.trim()}`.slice(0, 300);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** From pytest's last line (`2 passed, 1 skipped in 0.03s`), where there is no XML; null where there is no such line. */
export function countsFromSummary(output: string): TestCounts | null {
  const line = output.split("\n").findLast((text) => /\b\d+ (passed|failed|errors?|skipped)\b.* in [\d.]+s/.test(text));
  if (line === undefined) return null;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed"), errors: count("error"), skipped: count("skipped") };
}
