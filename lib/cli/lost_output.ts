/** Reports output that could not be written to stdout or stderr, on the other of the two. It changes no verdict. */

import type { Host } from "../host/host.ts";
import { EXIT_CODES } from "../model/failure.ts";
import { type Command, commandNamed } from "./commands.ts";
import { failureText } from "./failure_text.ts";

/** The final exit code: a command that only prints has failed if it could not print. */
export function codeAfterOutput({ err, out }: Pick<Host, "err" | "out">, command: Command, code: number): number {
  if (out.trouble !== null) {
    err.write(failureText({
      exit: "environment",
      what: `Cannot write to standard output: ${out.trouble}`,
      next: "Free space there, or redirect it elsewhere",
    }));
  }
  if (err.trouble !== null && isForPeople(command)) {
    out.write(`Cannot write to standard error: ${err.trouble}. The messages for it are missing\n`);
  }
  const isLost = out.trouble !== null && code === EXIT_CODES.ok.code && isPrinter(command);
  return isLost ? EXIT_CODES.environment.code : code;
}

function isPrinter(command: Command): boolean {
  const { kind } = command;
  return kind === "help" || kind === "version" || commandNamed(kind).isPrinter?.(command) === true;
}

function isForPeople(command: Command): boolean {
  if (command.kind === "help" || command.kind === "version") return false;
  return commandNamed(command.kind).isForPeople?.(command) === true;
}
