/** The first of many, and how many more there are. Pure. */

/** At most `most` of them, followed by `3 more` if there are more. */
export function firstOf(items: readonly string[], most: number): string[] {
  const more = items.length - most;
  return [...items.slice(0, most), ...(more > 0 ? [`${more} more`] : [])];
}
