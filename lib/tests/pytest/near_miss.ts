/** Which file was probably meant for a module that has no tests. Pure. */

import { basename } from "@std/path";
import { editDistance } from "../../text/nearest.ts";

/**
 * The distance of a file that has the module's name in it, but not in the place of the pattern: nearer than any typo.
 */
const NAMED = 0.5;

/**
 * The file whose base name comes nearest to one of the patterns without matching it, such as `test_swich_api.py` for
 * `test_switch_*.py`, or `switch_test.py`; undefined if none is near. `files`: those that belong to no module.
 */
export function nearMiss(patterns: readonly string[], files: readonly string[]): string | undefined {
  // The pattern up to its first wildcard: the rest fits anything.
  const heads = patterns.map((pattern) =>
    (/^[^*?[{]*/.exec(pattern)?.[0] ?? "").replace(/(_|\.py)$/, "").toLowerCase()
  );
  let best: string | undefined;
  let least = Infinity;
  for (const file of files) {
    const name = basename(file).toLowerCase();
    if (!name.endsWith(".py")) continue;
    for (const head of heads) {
      const edits = distance(name.slice(0, -".py".length), head);
      if (edits <= Math.max(1, Math.floor(head.length / 4)) && edits < least) [best, least] = [file, edits];
    }
  }
  return best;
}

function distance(name: string, head: string): number {
  const word = head.replace(/^tests?_/, "");
  if (word.length > 2 && name.includes(word)) return NAMED;
  const lengths = [head.length - 1, head.length, head.length + 1];
  return Math.min(...lengths.map((length) => editDistance(name.slice(0, Math.max(0, length)), head)));
}
