/** What the engine says of a command that it runs in a container. */

import { amountOf, recordOf } from "../../values/json.ts";
import type { DockerLine } from "./docker_line.ts";
import { stateAt } from "./until_seen.ts";

export interface ExecCommand {
  isRunning: boolean;
  /** null until it has ended. */
  code: number | null;
  /** On the engine's host; 0 if it was never started. */
  pid: number;
}

/** `gone`: its container was removed, or it ended and the engine has forgotten it. */
export type ExecState = ExecCommand | "gone";

/** null if the engine gives no answer. */
export function execState(line: DockerLine, execId: string): Promise<ExecState | null> {
  return stateAt(line, `/exec/${execId}/json`, /no such exec|no such container/i, execStateIn);
}

/** null if the text is no such state. Throws a SyntaxError if it is no JSON. */
export function execStateIn(text: string): ExecCommand | null {
  const { ExitCode: code, Pid: pid, Running: isRunning } = recordOf(JSON.parse(text));
  if (typeof isRunning !== "boolean") return null;
  return { isRunning, code: isRunning ? null : amountOf(code), pid: amountOf(pid) ?? 0 };
}
