/** What could not be written to stdout or stderr, told where something can still be told. It changes no verdict. */

import type { Host } from "../host/host.ts";
import { EXIT_CODES } from "../model/failure.ts";
import type { Command } from "./args.ts";
import { failureText } from "./failure_text.ts";

/** What they print is all they are for; of a run, a file and the exit code tell as well. */
const PRINTERS: ReadonlySet<Command["kind"]> = new Set(["help", "version", "plan", "history", "report"]);

/** The exit code in the end: a command that only prints, and could not, has failed. */
export function codeAfterOutput({ err, out }: Pick<Host, "err" | "out">, command: Command, code: number): number {
  if (out.trouble !== null) {
    err.write(failureText({
      exit: "environment",
      what: `Cannot write to standard output: ${out.trouble}`,
      next: "Free space there, or let it go somewhere else",
    }));
  }
  if (err.trouble !== null && isForPeople(command)) {
    out.write(`Cannot write to standard error: ${err.trouble}. What was to be said there is missing\n`);
  }
  const isLost = out.trouble !== null && code === EXIT_CODES.ok.code && PRINTERS.has(command.kind);
  return isLost ? EXIT_CODES.environment.code : code;
}

/** Whether its stdout is read by people, and not by a program that one more line would confuse. */
function isForPeople(command: Command): boolean {
  if (command.kind === "run" || command.kind === "resume") return !command.config.json;
  if (command.kind === "demo") return !command.request.config.json;
  return false;
}
