/** How messages mention a limit that was extended on a busy host. Pure. */

/** For a limit that ended a wait: that it was extended, and to what; empty if it was not. */
export function extendedText(limitMs: number, starvedMs: number | undefined): string {
  // An extension no larger than the kernel's rounding is not mentioned.
  if (starvedMs === undefined || starvedMs < limitMs / 20) return "";
  const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
  return ` (the host was busy: the limit was extended from ${seconds(limitMs)} to ${seconds(limitMs + starvedMs)})`;
}
