/** What the engine says of a command that it runs in a container. */

import { amountOf, recordOf } from "../../values/json.ts";
import { EngineError } from "../engine.ts";
import type { DockerLine } from "./docker_line.ts";
import { isGood } from "./docker_line.ts";

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
export async function execState(line: DockerLine, execId: string): Promise<ExecState | null> {
  try {
    const [answer] = await line.get([`/exec/${execId}/json`]) ?? [];
    if (answer?.status === 404 && /no such exec|no such container/i.test(answer.text)) return "gone";
    return answer !== undefined && isGood(answer) ? stateIn(answer.text) : null;
  } catch (error) {
    if (error instanceof EngineError || error instanceof SyntaxError) return null;
    throw error;
  }
}

function stateIn(text: string): ExecCommand | null {
  const { ExitCode: code, Pid: pid, Running: isRunning } = recordOf(JSON.parse(text));
  if (typeof isRunning !== "boolean") return null;
  return { isRunning, code: isRunning ? null : amountOf(code), pid: amountOf(pid) ?? 0 };
}
