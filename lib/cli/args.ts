/** From the command line to a command with its settings. Touches nothing; any mistake is a usage Failure. */

import type { Host } from "../host/host.ts";
import { readArgv } from "./argv.ts";
import { type Command, commandNamed } from "./commands.ts";
import { helpText } from "./help.ts";

/** What `host.args` asks for. Throws a usage Failure on the first mistake found. */
export async function parseCommand(host: Host): Promise<Command> {
  const argv = readArgv(host.args);
  if (argv.flag("help")) return { kind: "help", text: helpText(argv.named ? argv.command : undefined) };
  if (argv.flag("version")) return { kind: "version" };
  return await commandNamed(argv.command).parse(argv, host);
}
