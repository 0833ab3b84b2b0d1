/** Which test files belong to which module. Pure. */

import { basename, globToRegExp, join } from "@std/path";
import { count } from "../../text/units.ts";
import type { TestSearch } from "../../model/evidence.ts";
import type { ModuleMap } from "../../model/module.ts";
import { looksLikeTest } from "./near_tests.ts";
import { nearMiss } from "./near_miss.ts";
import { firstOf } from "../../text/first_of.ts";

/**
 * A file belongs to the module with the longest pattern that matches its base name (`test_operator_frontend_x.py` is not
 * operator-backend's); ties go to the module that comes first in the map. Returns module → files, in the order given.
 */
export function assignTests(files: readonly string[], modules: ModuleMap): Map<string, string[]> {
  const patterns = [...modules].flatMap(([module, { tests }]) =>
    tests.map((pattern) => ({ module, length: pattern.length, matches: globToRegExp(pattern) }))
  ).sort((a, b) => b.length - a.length);
  const assigned = new Map<string, string[]>([...modules.keys()].map((name) => [name, []]));
  for (const file of files) {
    const owner = patterns.find(({ matches }) => matches.test(basename(file)));
    if (owner !== undefined) assigned.get(owner.module)?.push(file);
  }
  return assigned;
}

/**
 * Module without a file → how the search for one went. `files`: all below the folder; null if there is no such folder.
 */
export function searchesFor(
  assigned: ReadonlyMap<string, readonly string[]>,
  modules: ModuleMap,
  { dir, files }: { dir: string; files: readonly string[] | null },
): Map<string, TestSearch> {
  const taken = new Set([...assigned.values()].flat());
  const free = files?.filter((file) => !taken.has(file)) ?? [];
  const without = [...modules].filter(([module]) => (assigned.get(module) ?? []).length === 0);
  return new Map(without.map(([module, { tests: patterns }]) => {
    const taken = takenFrom(patterns, assigned);
    const nearest = nearMiss(patterns, free) ?? null;
    return [module, { patterns, dir, files: files?.length ?? null, nearest, ...(taken.length === 0 ? {} : { taken }) }];
  }));
}

function takenFrom(patterns: readonly string[], assigned: ReadonlyMap<string, readonly string[]>) {
  const matchers = patterns.map((pattern) => globToRegExp(pattern));
  return [...assigned].flatMap(([module, files]) =>
    files.filter((file) => matchers.some((each) => each.test(basename(file)))).map((file) => ({ file, module }))
  );
}

const MOST_NAMES = 8;

/** Test files that no pattern of the whole map matches, in a sentence; null if there are none. */
export function unclaimedText(
  files: readonly string[],
  assigned: ReadonlyMap<string, readonly string[]>,
): string | null {
  const taken = new Set([...assigned.values()].flat());
  const free = files.filter((file) => !taken.has(file) && looksLikeTest(file));
  if (free.length === 0) return null;
  const names = firstOf(free, MOST_NAMES).join(", ");
  return `${count(free.length, "test file")} not run, since no module's pattern matches: ${names}`;
}

/** The notice about a folder that cannot be searched for test files. `path`: relative to `dir`. */
export function closedText(dir: string, path: string, why: string): string {
  return `The folder ${join(dir, path)} is left out, as it cannot be read: ${why}`;
}
