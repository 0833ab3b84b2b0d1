/** What stands at the end of an output: there, most programs say why they failed. Pure. */

/** What is looked through of an output, at its end. */
const LOOKED_THROUGH = 64 * 1024;

/** What a first failure says at most. */
export const LONGEST_SAID = 300;

/** Many programs colour their lines if FORCE_COLOR is set, as some CI services do. */
// deno-lint-ignore no-control-regex -- they are control codes
const COLORS = /\x1b\[[0-9;]*m/g;

export function uncolored(text: string): string {
  return text.replaceAll(COLORS, "");
}

/** The last lines that are not blank, without colours. */
export function lastLines(output: string): string[] {
  return uncolored(output.slice(-LOOKED_THROUGH)).split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** The last line, cut if it is long; null if there is none. */
export function lastLine(output: string): string | null {
  return lastLines(output).at(-1)?.trim().slice(0, LONGEST_SAID) ?? null;
}
