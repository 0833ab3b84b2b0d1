/** A span of time as a user writes it: `90s`, `30m`, `24h`, `1h30m`. Pure. */

const UNITS = [["h", 3600], ["m", 60], ["s", 1]] as const;

const WRITTEN = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/** Whole seconds; undefined if it is not written so. Hours come before minutes, and minutes before seconds. */
export function spanSec(text: string): number | undefined {
  const parts = WRITTEN.exec(text)?.slice(1);
  if (parts === undefined || parts.every((part) => part === undefined)) return undefined;
  return UNITS.reduce((sum, [, seconds], at) => sum + Number(parts[at] ?? 0) * seconds, 0);
}

/** Whole seconds in the shortest form that `spanSec` reads back: `24h`, `1h30m`, `90s` as `1m30s`. */
export function spanText(seconds: number): string {
  let left = seconds;
  const parts = UNITS.map(([unit, size]) => {
    const many = Math.floor(left / size);
    left -= many * size;
    return many === 0 ? "" : `${many}${unit}`;
  });
  return parts.join("") || "0s";
}
