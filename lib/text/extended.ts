/** What is said of a limit that was extended on a busy host. Pure. */

/** Of a limit that ended a wait: nothing, or that it was extended, and to what. */
export function extendedText(limitMs: number, starvedMs: number | undefined): string {
  // What is no more than the kernel's rounding is not worth a word.
  if (starvedMs === undefined || starvedMs < limitMs / 20) return "";
  const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
  return ` (the host was busy: the limit was extended from ${seconds(limitMs)} to ${seconds(limitMs + starvedMs)})`;
}
