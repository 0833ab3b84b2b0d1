/**
 * The command line: argv → command → exit code. stdout gets the result, stderr the messages. It never exits by itself;
 * main.ts does, with the code returned here.
 */

import type { Host } from "../host/host.ts";
import { EXIT_CODES, Failure, type FailureData } from "../model/failure.ts";
import { cleaner, ownRedactor } from "../secrets/redaction.ts";
import { parseCommand } from "./args.ts";
import { type Command, commandNamed } from "./commands.ts";
import { failureText } from "./failure_text.ts";
import { codeAfterOutput } from "./lost_output.ts";
import { isOnGithub } from "./result.ts";
import { type Tool, versionLine } from "./version.ts";

/** Runs the command that the host's arguments name; resolves to the exit code. */
export async function main(host: Host, tool: Tool): Promise<number> {
  try {
    const command = await parseCommand(host);
    return codeAfterOutput(host, command, await dispatch(host, tool, command));
  } catch (error) {
    const found = error instanceof Failure ? error.data : systemFailure(error);
    if (found === null) throw error;
    const failure = cleaner(ownRedactor(host))(found);
    host.err.write(failureText(failure));
    if (isOnGithub(host)) (await import("./github.ts")).tellFailure(host, failure);
    return EXIT_CODES[failure.exit].code;
  }
}

/** The operating system refused something unforeseen: that is due to the state of this host, and not a bug. */
function systemFailure(error: unknown): FailureData | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!/^E[A-Z]+$/.test(code)) return null;
  const what = `The operating system refused: ${(error as Error).message}`;
  return { exit: "environment", what, next: "Check paths, permissions and free space" };
}

async function dispatch(host: Host, tool: Tool, command: Command): Promise<number> {
  if (command.kind !== "help" && command.kind !== "version") {
    return await commandNamed(command.kind).execute(host, command, { tool, parse: parseCommand });
  }
  host.out.write(command.kind === "help" ? command.text : `${versionLine(tool)}\n`);
  return EXIT_CODES.ok.code;
}
