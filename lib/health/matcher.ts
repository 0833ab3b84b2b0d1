/** Whether a line matches a pattern. Some patterns would take years for some lines: none takes longer than a second here. */

const LIMIT_MS = 1000;

export class TooSlow extends Error {}

/** Throws TooSlow. */
export type Matcher = (lines: readonly string[]) => boolean;

/** Loads what it needs when it is needed first. */
export async function newMatcher(pattern: RegExp): Promise<Matcher> {
  const { createContext, Script } = await import("../std/vm.ts");
  const script = new Script("lines.some((line) => pattern.test(line))");
  return (lines) => {
    try {
      return script.runInContext(createContext({ pattern, lines }), { timeout: LIMIT_MS }) === true;
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw new TooSlow(
        `${pattern} takes over ${LIMIT_MS / 1000} s for its lines: write it so that it can match in one way only`,
      );
    }
  };
}

/** It is an Error of the context that the pattern was run in, and none of this program's. */
function isTimeout(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
