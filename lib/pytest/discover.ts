/** Which test files belong to which module. Pure. */

import { basename, globToRegExp } from "@std/path";
import type { ModuleMap } from "../model/module.ts";

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
