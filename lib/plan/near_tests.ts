/** Test files that no module's pattern takes, and which module they were probably meant for. Pure. */

import { basename, globToRegExp } from "@std/path";
import { editDistance } from "../text/nearest.ts";

export interface NearMiss {
  /** Relative to the tests dir. */
  file: string;
  module: string;
  pattern: string;
}

/** Whether it has a test file's name, and not that of what stands beside them. */
export function looksLikeTest(file: string): boolean {
  const name = basename(file).toLowerCase();
  return name.endsWith(".py") && name !== "conftest.py" && /(^|[^a-z])tests?([^a-z]|$)/.test(name.slice(0, -3));
}

/** `patterns`: module → its own. The module whose pattern the name comes nearest to; null where it comes near to none. */
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

/** The name as it would be with `_` and small letters, with `test_` at its beginning, and with something behind it. */
function repairs(name: string): string[] {
  const stem = name.replace(/\.py$/i, "").toLowerCase().replaceAll(/[-. ]+/g, "_");
  const turned = stem.replace(/^(.*?)_tests?$/, "test_$1").replace(/^tests_/, "test_");
  return [stem, turned].flatMap((each) => [`${each}.py`, `${each}_x.py`]);
}

/** Whether what the pattern has before its first wildcard is there but for a slip: `test_swich_x.py`. */
function isSlip(name: string, pattern: string): boolean {
  const [head = ""] = pattern.toLowerCase().split(/[*?[{]/, 1);
  const own = head.replace(/^test_/, "");
  // Of a very short name, too little would be left to know it by.
  if (own.length < 4) return false;
  const most = Math.max(1, Math.floor(own.length / 5));
  for (let length = head.length - most; length <= head.length + most; length++) {
    const start = name.slice(0, length);
    // A word that goes on is another word: test_switchboard_x.py is nobody's slip.
    if (start.endsWith("_") === head.endsWith("_") && editDistance(start, head) <= most) return true;
  }
  return false;
}
