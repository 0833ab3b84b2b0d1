/** Which valid name a misspelt one was probably meant to be. Shared by options, modules and keys of a config file. */

/** The candidate with the fewest edits to `name`, if that is close enough to be a typo; the first of equals. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    // A name that has nothing left of the candidate is no typo.
    const limit = Math.min(candidate.length - 1, Math.max(1, Math.floor(candidate.length / 3)));
    // Edits are at least the difference in length: an absurdly long name costs nothing.
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= limit && edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** What to do about an unknown name: the nearest one if there is one, then all, under their `heading`. */
export function nameHint(name: string, candidates: Iterable<string>, heading: string): string {
  const all = [...candidates];
  const near = nearest(name, all);
  return `${near === undefined ? "" : `Did you mean "${near}"? `}${heading}: ${all.join(", ")}`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let edits = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) edits = Math.min(edits, at(beforeLast, j - 2) + 1);
      row.push(edits);
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
