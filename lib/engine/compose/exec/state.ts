/** What the engine says of a command that it runs in a container. */

import { amountOf, recordOf } from "../../../values/json.ts";
import type { DockerLine } from "../api/docker_line.ts";
import { stateAt } from "../api/until_seen.ts";

export interface ExecCommand {
  isRunning: boolean;
  /** null until it has ended. */
  code: number | null;
  /** On the engine's host; 0 if the engine does not say, or not any more. */
  pid: number;
  /** Whether its process has ever run; null if the engine says the same of both. */
  wasStarted: boolean | null;
}

/** `gone`: its container was removed, or it ended and the engine has forgotten it. */
export type ExecState = ExecCommand | "gone";

/** null if the engine gives no answer. */
export function execState(line: DockerLine, execId: string): Promise<ExecState | null> {
  return stateAt(line, `/exec/${execId}/json`, /no such exec|no such container/i, execStateIn);
}

/**
 * null if the text is no such state. Throws a SyntaxError if it is no JSON. Docker keeps the process id after the end, and gives no exit
 * code before. Podman forgets the id at the end, when it calls the command removable, and gives the code 0 before the start.
 */
export function execStateIn(text: string): ExecCommand | null {
  const { CanRemove: isOver, ExitCode, Pid, Running: isRunning } = recordOf(JSON.parse(text));
  if (typeof isRunning !== "boolean") return null;
  const pid = amountOf(Pid) ?? 0;
  const code = amountOf(ExitCode);
  const isBefore = code === 0 && pid === 0 && isOver !== true;
  return {
    isRunning,
    code: isRunning || isBefore ? null : code,
    pid,
    wasStarted: pid > 0 ? true : isOver === true ? null : false,
  };
}
