/**
 * Whether there is a pytest to run. The tests show what else is wrong with it: a broken setting is no missing pytest.
 */

import { capture } from "../../host/capture.ts";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";

const VERSION_TIMEOUT_MS = 30_000;

/** The last line of Python, or of a script that it runs: only this means that there is no pytest. */
const MISSING = /\bNo module named '?_?pytest(?!\w)/;

/** Why there is no pytest here; null if there may be one. */
export async function pytestProblem(
  host: Host,
  command: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const shown = `\`${command.join(" ")} --version\``;
  try {
    const { code, stderr, stdout } = await capture(host, [...command, "--version"], {
      cwd,
      timeoutMs: VERSION_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    const said = (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "";
    return code !== 0 && MISSING.test(said) ? `${shown} ended with ${code ?? "a signal"}: ${said}` : null;
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    return `${shown} cannot be run: ${error.kind === "not found" ? "command not found" : error.message}`;
  }
}
