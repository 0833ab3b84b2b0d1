/**
 * Reads an lcov report (standard input) and ends with 1 if no test runs a line or a branch of the rooms on which a verdict
 * rests; names each of them. Run by `deno task coverage`.
 */

import { walk } from "@std/fs";
import { join, relative } from "@std/path";
import { say } from "./say.ts";

/** What a PASS rests on: the tests have to run all of it. */
export const PROVEN = ["lib/figures", "lib/judge", "lib/record"];

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

/**
 * A line for each room, with what no test runs, and whether nothing is missing. `sources`: path below the repository → text.
 * A file that the report lacks was not loaded by any test.
 */
export function coverageText(
  files: ReadonlyMap<string, FileCoverage>,
  sources: ReadonlyMap<string, string>,
): { text: string; isComplete: boolean } {
  const rooms = PROVEN.map((room) => {
    const own = [...sources].filter(([name, text]) => name.startsWith(`${room}/`) && hasCode(text));
    const found = own.map(([name, text]) => ({
      name,
      lines: text.split("\n"),
      file: [...files].find(([path]) => path.endsWith(`/${name}`))?.[1],
    }));
    const missing = found.flatMap(({ name, lines, file }) =>
      file === undefined
        ? [`  not run: ${name}: no test loads it`]
        : file.missed.map((line) => `  not run: ${name}:${line}: ${lines[line - 1]?.trim()}`)
    );
    if (own.length === 0) missing.push(`  there is no code in ${room}`);
    const total = (key: "branches" | "branchesHit" | "lines" | "linesHit") =>
      found.reduce((sum, { file }) => sum + (file?.[key] ?? 0), 0);
    const text = `${room}: ${total("branchesHit")} of ${total("branches")} branches and ${total("linesHit")} of ` +
      `${total("lines")} lines of ${found.length} files`;
    return { text: [text, ...missing].join("\n"), isComplete: missing.length === 0 };
  });
  return { text: rooms.map(({ text }) => text).join("\n"), isComplete: rooms.every(({ isComplete }) => isComplete) };
}

/** What may begin a line of a formatted file that has nothing but types: an import or a declaration of them, an end, a comment. */
const SHAPE = /^(import type |export type |(export )?interface |type |[})\]]|\/[/*])/;

/** Whether anything of the file is there when it runs. Only the lines that are not indented count: they begin each statement. */
function hasCode(text: string): boolean {
  return text.split("\n").some((line) => /^\S/.test(line) && !SHAPE.test(line));
}

async function readSources(root: string): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  for (const room of PROVEN) {
    for await (const { path } of walk(join(root, room), { includeDirs: false })) {
      if (path.endsWith(".ts")) sources.set(relative(root, path), await Deno.readTextFile(path));
    }
  }
  return new Map([...sources].sort());
}

if (import.meta.main) {
  const lcov = await new Response(Deno.stdin.readable).text();
  const { text, isComplete } = coverageText(parseLcov(lcov), await readSources(join(import.meta.dirname ?? ".", "..")));
  say(text);
  Deno.exit(isComplete ? 0 : 1);
}
