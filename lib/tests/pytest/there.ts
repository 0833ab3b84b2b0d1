/**
 * Whether there is a pytest to run. The tests show what else is wrong with it: a broken setting is no missing pytest.
 */

import { capture } from "../../host/capture.ts";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";

const VERSION_TIMEOUT_MS = 30_000;

/** The last line of Python, or of a script that it runs: only this means that there is no pytest. */
const MISSING = /\bNo module named '?_?pytest(?!\w)/;

export interface PytestAnswer {
  /** Why there is no pytest; null if there may be one. */
  problem: string | null;
  /** How it names itself and its version, such as `pytest 9.0.3`; null if it does not. */
  version: string | null;
}

/** Why there is no pytest here; null if there may be one. */
export async function pytestProblem(
  host: Host,
  command: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<string | null> {
  return (await askPytest(host, command, cwd, signal)).problem;
}

export async function askPytest(
  host: Host,
  command: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<PytestAnswer> {
  const shown = `\`${command.join(" ")} --version\``;
  try {
    const { code, stderr, stdout } = await capture(host, [...command, "--version"], {
      cwd,
      timeoutMs: VERSION_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    const said = (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "";
    if (code !== 0 && MISSING.test(said)) {
      return { problem: `${shown} ended with ${code ?? "a signal"}: ${said}`, version: null };
    }
    // An old one says it on stderr.
    const [version = null] = /^pytest (?:version )?\d[\w.+-]*/m.exec(`${stdout}\n${stderr.replace("This is ", "")}`) ??
      [];
    return { problem: null, version };
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const why = error.kind === "not found" ? "command not found" : error.message;
    return { problem: `${shown} cannot be run: ${why}`, version: null };
  }
}
