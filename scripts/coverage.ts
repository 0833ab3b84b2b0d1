/**
 * Reads an lcov report (standard input) and ends with 1 if no test ran a branch or a line of the files that compute the verdict;
 * names each of these. Run by `deno task coverage`.
 */

import { say } from "./say.ts";

/** The files that a PASS rests on: tests must run all of them. */
export const PROVEN = [
  "lib/judge/verdict.ts",
  "lib/record/fold.ts",
  "lib/record/fold_service.ts",
  "lib/judge/leaks.ts",
  "lib/judge/module_reasons.ts",
  "lib/judge/regressions.ts",
  "lib/judge/service_reasons.ts",
  "lib/judge/evidence_reasons.ts",
  "lib/judge/rule.ts",
];

export interface FileCoverage {
  branches: number;
  branchesHit: number;
  lines: number;
  linesHit: number;
  /** Numbers of the lines that were not run, or have a branch that was not run; each once, in order. */
  missed: number[];
}

/** Path → coverage. */
export function parseLcov(text: string): Map<string, FileCoverage> {
  const files = new Map<string, FileCoverage>();
  let file: FileCoverage | undefined;
  for (const line of text.split("\n")) {
    const [kind = "", value = ""] = splitOnce(line, ":");
    if (kind === "SF") files.set(value, file = { branches: 0, branchesHit: 0, lines: 0, linesHit: 0, missed: [] });
    if (file === undefined || (kind !== "BRDA" && kind !== "DA")) continue;
    const parts = value.split(",");
    const hit = Number(parts.at(kind === "DA" ? 1 : -1)) > 0 ? 1 : 0;
    if (kind === "BRDA") file.branches++, file.branchesHit += hit;
    else file.lines++, file.linesHit += hit;
    if (hit === 0) file.missed = [...new Set([...file.missed, Number(parts[0])])].sort((a, b) => a - b);
  }
  return files;
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** A line for each file, and whether nothing is missing. A file that is not in the report was not run at all. */
export function coverageText(
  files: ReadonlyMap<string, FileCoverage>,
  sourceLine: (file: string, line: number) => string,
): { text: string; isComplete: boolean } {
  const found = PROVEN.map((name) => ({
    name,
    file: [...files].find(([path]) => path.endsWith(`/${name}`))?.[1],
  }));
  const lines = found.flatMap(({ name, file }) =>
    file === undefined ? [`${name}: not run by any test`] : [
      `${name}: ${file.branchesHit} of ${file.branches} branches, ${file.linesHit} of ${file.lines} lines`,
      ...file.missed.map((line) => `  not run: ${name}:${line}: ${sourceLine(name, line).trim()}`),
    ]
  );
  return {
    text: lines.join("\n"),
    isComplete: found.every(({ file }) => file !== undefined && file.missed.length === 0),
  };
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url);
  const lcov = await new Response(Deno.stdin.readable).text();
  const { text, isComplete } = coverageText(
    parseLcov(lcov),
    (file, line) => Deno.readTextFileSync(new URL(file, root)).split("\n")[line - 1] ?? "",
  );
  say(text);
  Deno.exit(isComplete ? 0 : 1);
}
