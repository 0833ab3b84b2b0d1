/** Test files that no module's pattern matches, and which module they were probably meant for. Pure. */

import { basename, globToRegExp } from "@std/path";
import { editDistance } from "../../text/nearest.ts";

export interface NearMiss {
  /** Relative to the tests dir. */
  file: string;
  module: string;
  pattern: string;
}

/** Whether it has the name of a test file, not of a helper beside test files. */
export function looksLikeTest(file: string): boolean {
  const name = basename(file).toLowerCase();
  return name.endsWith(".py") && name !== "conftest.py" && /(^|[^a-z])tests?([^a-z]|$)/.test(name.slice(0, -3));
}

/** The module whose pattern the name comes nearest to; null if it is near none. `patterns`: module → its own. */
export function nearMiss(file: string, patterns: ReadonlyMap<string, readonly string[]>): NearMiss | null {
  const name = basename(file);
  const repaired = repairs(name);
  for (const [module, own] of patterns) {
    const pattern = own.find((each) => repaired.some((other) => globToRegExp(each).test(other)));
    if (pattern !== undefined) return { file, module, pattern };
  }
  for (const [module, own] of patterns) {
    const pattern = own.find((each) => isSlip(name.toLowerCase(), each));
    if (pattern !== undefined) return { file, module, pattern };
  }
  return null;
}

/** The name with `_` and small letters, with `test_` at its beginning, and with a suffix. */
function repairs(name: string): string[] {
  const stem = name.replace(/\.py$/i, "").toLowerCase().replaceAll(/[-. ]+/g, "_");
  const turned = stem.replace(/^(.*?)_tests?$/, "test_$1").replace(/^tests_/, "test_");
  return [stem, turned].flatMap((each) => [`${each}.py`, `${each}_x.py`]);
}

/**
 * Whether the name begins with what the pattern has before its first wildcard, except for a typo: `test_swich_x.py`.
 */
function isSlip(name: string, pattern: string): boolean {
  const [head = ""] = pattern.toLowerCase().split(/[*?[{]/, 1);
  const own = head.replace(/^test_/, "");
  // Too little would be left of a very short name to recognize it.
  if (own.length < 4) return false;
  const most = Math.max(1, Math.floor(own.length / 5));
  for (let length = head.length - most; length <= head.length + most; length++) {
    const start = name.slice(0, length);
    // A longer word is another word: test_switchboard_x.py is no typo.
    if (start.endsWith("_") === head.endsWith("_") && editDistance(start, head) <= most) return true;
  }
  return false;
}
