/**
 * Checks the rules on who may use what: imports in lib/ and main.ts point one way only, no files there or in scripts/ import
 * each other in a circle, `Deno` is used only in lib/host, nothing waits for a fixed time, and every import is known when the
 * program is compiled.
 *
 * One line for each violation (place, rule, what to do) and exit code 1. Needs only permission to read.
 */

import { walk } from "@std/fs";
import { dirname, join, relative } from "@std/path";
import { circles } from "./circles.ts";
import { type Import, lineAt, scan } from "./scan.ts";
import { complain, say } from "./say.ts";

/** Rooms from the top to the bottom; rooms of one level do not know each other. */
export const LEVELS: readonly (readonly string[])[] = [
  ["main"],
  ["cli"],
  ["demo", "selftest", "doctor"],
  ["run"],
  ["audit"],
  ["review", "history"],
  ["config"],
  ["health"],
  ["engine", "tests", "report"],
  ["judge"],
  ["record"],
  ["figures"],
  ["plan"],
  ["secrets", "proc"],
  ["host"],
  ["values"],
  ["text"],
  ["model"],
];

/**
 * A program of its own within this one: it uses the real `Deno`, and only main.ts imports it, with an `import(…)` when it is
 * needed, so that the other commands do not load it.
 */
export const OWN_PROGRAM = "standin";

/** The files of the real host, which may use `Deno`. */
const REAL_HOST = /^lib\/host\/deno(_\w+)?\.ts$/;

/** The module map is data: it knows the model, and these rooms read it. */
const READERS_OF_MODULES = ["config", "cli"];
const ORDER = LEVELS.map((rooms) => rooms.join("|")).join(" → ");

export interface Violation {
  file: string;
  line: number;
  rule: string;
  todo: string;
}

/** The violations in a file, in the order of its lines. `file` is the path from the repository's root, with slashes. */
export function violations(file: string, source: string): Violation[] {
  const room = roomOf(file);
  if (room === undefined) {
    return [{ file, line: 1, rule: "unknown-room", todo: "give it a place in LEVELS of scripts/check_imports.ts" }];
  }
  const { code, imports, computed } = scan(source);
  const found: Violation[] = imports.flatMap((each) => importViolation(file, room, each) ?? []);
  const add = (line: number, rule: string, todo: string) => found.push({ file, line, rule, todo });
  for (const line of computed) add(line, "computed-import", "import a fixed path: the compiled program is complete");
  const isDoor = ["main", "std", OWN_PROGRAM].includes(room) || REAL_HOST.test(file);
  for (const match of isDoor ? [] : code.matchAll(/\bDeno\b/g)) {
    add(lineAt(code, match.index), "deno-token", "take what you need from the Host (lib/host/host.ts)");
  }
  for (const match of room === "std" || room === "host" ? [] : code.matchAll(/\bsetTimeout\s*\(/g)) {
    add(lineAt(code, match.index), "fixed-sleep", "wait for the event; if time itself counts, use the host's clock");
  }
  return found.sort((a, b) => a.line - b.line);
}

function importViolation(file: string, from: string, { lazy, specifier, line }: Import): Violation | undefined {
  const refuse = (rule: string, todo: string): Violation => ({ file, line, rule: `${rule} "${specifier}"`, todo });
  if (specifier.startsWith("@std/")) return undefined;
  if (!specifier.startsWith(".")) {
    return from === "std" ? undefined : refuse("outside-package", "make a typed door to it in lib/std");
  }
  const path = join(dirname(file), specifier).replaceAll("\\", "/");
  const to = roomOf(path);
  if (to === undefined) {
    if (from === "main" && path === "deno.json") return undefined;
    return refuse("unknown-room", "import from the rooms in LEVELS of scripts/check_imports.ts only");
  }
  if (REAL_HOST.test(path) && !REAL_HOST.test(file) && from !== "main") {
    return refuse("real-host", "take a Host as parameter (lib/host/host.ts): main.ts alone makes the real one");
  }
  if (from === "main" && to === OWN_PROGRAM && !lazy) {
    return refuse("eager-import", "load it with import(…) when it is needed: it is a program of its own");
  }
  if (mayImport(from, to)) return undefined;
  if (to === "modules") {
    return refuse("module-map", `only ${READERS_OF_MODULES.join(", ")} read it: pass what is needed`);
  }
  return refuse(
    `climbing-import ${from} → ${to}`,
    `imports run ${ORDER}, never between rooms of one level: move the code down, or pass it in`,
  );
}

function mayImport(from: string, to: string): boolean {
  if (from === to || to === "std") return true;
  if (from === "std") return false;
  if (from === OWN_PROGRAM) return to === "model";
  if (to === OWN_PROGRAM) return from === "main";
  if (to === "modules") return READERS_OF_MODULES.includes(from);
  if (from === "modules") return to === "model";
  return levelOf(from) < levelOf(to);
}

function levelOf(room: string): number {
  return LEVELS.findIndex((rooms) => rooms.includes(room));
}

/** "main", "modules", "std" or the room; undefined for any other path. */
function roomOf(path: string): string | undefined {
  if (path === "main.ts") return "main";
  if (path === "lib/modules.ts") return "modules";
  const room = path.match(/^lib\/([^/]+)\/./)?.[1];
  if (room === "std" || room === OWN_PROGRAM) return room;
  return room !== undefined && levelOf(room) > 0 ? room : undefined;
}

/**
 * The files of this repository that a file imports as it is loaded: paths from its root. A registry may load what knows the
 * registry, when it is wanted.
 */
function importsOf(file: string, source: string): string[] {
  return scan(source).imports.filter(({ lazy, specifier }) => !lazy && specifier.startsWith("."))
    .map(({ specifier }) => join(dirname(file), specifier).replaceAll("\\", "/"));
}

async function sources(root: string, dirs: readonly string[]): Promise<Map<string, string>> {
  const paths = [join(root, "main.ts")];
  for (const dir of dirs) {
    for await (const { path } of walk(join(root, dir), { includeDirs: false })) {
      if (path.endsWith(".ts")) paths.push(path);
    }
  }
  const texts = new Map<string, string>();
  for (const path of paths.sort()) {
    texts.set(relative(root, path).replaceAll("\\", "/"), await Deno.readTextFile(path));
  }
  return texts;
}

async function main(): Promise<number> {
  const root = join(import.meta.dirname ?? "scripts", "..");
  const all = await sources(root, ["lib", "scripts"]);
  const own = [...all].filter(([file]) => !file.startsWith("scripts/"));
  let count = 0;
  for (const [file, source] of own) {
    for (const { line, rule, todo } of violations(file, source)) {
      complain(`${file}:${line}: ${rule}: ${todo}`);
      count++;
    }
  }
  for (const circle of circles(new Map([...all].map(([file, source]) => [file, importsOf(file, source)])))) {
    complain(`${circle[0]}:1: circle: ${circle.join(" → ")}: move what both need into a file of its own`);
    count++;
  }
  if (count === 0) say(`Imports of ${own.length} files run one way`);
  return count === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main();
