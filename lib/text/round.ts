/** Figures as people read them: rounded, in MiB. Pure. */

const MIB = 1024 * 1024;

/** To one decimal. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function roundOrNull(value: number | null): number | null {
  return value === null ? null : round(value);
}

/** Bytes to MiB, to one decimal. */
export function toMib(bytes: number | null): number | null {
  return bytes === null ? null : round(bytes / MIB);
}

/** Like `toMib`, but to two decimals: a leak may be small. */
export function toSmallMib(bytes: number | null): number | null {
  return bytes === null ? null : Math.round(bytes / MIB * 100) / 100;
}
