/** Sizes in bytes as Compose files write them: "64m", "1g", "512 KiB", or plain bytes. Pure. */

const POWERS: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/** Every unit is a power of 1024, as for `mem_limit`. Undefined if the text is no size, or is not over 0. */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim());
  const power = POWERS[match?.[2]?.toLowerCase() ?? ""];
  if (match === null || power === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * 1024 ** power);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
