/** `completions`: a script with which a shell completes this program's command lines. */

import { EXIT_CODES } from "../../model/failure.ts";
import { oneOf } from "../../text/one_of.ts";
import type { Command, Parsed } from "../command.ts";
import { BUG } from "../shared_exits.ts";
import { sharedAll } from "../shared_options.ts";
import { readArgument } from "../values.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

interface Completions extends Parsed {
  kind: "completions";
  shell: Shell;
}

export const completions: Command<Completions> = {
  summary: "Print a script with which a shell completes commands, options, and this project's module names",
  arguments: { placeholder: "SHELL", wanted: oneOf(SHELLS), values: SHELLS },
  options: sharedAll("help"),
  exits: { ok: "the script was printed", usage: "wrong usage", environment: "it could not be printed", bug: BUG },
  examples: [["source <(vx11-stability completions bash)", "for this shell"]],
  parse: (argv) => ({ kind: "completions", shell: readArgument(argv, "completions", SHELLS) }),
  async execute(host, { shell }) {
    const { SCRIPTS } = await import("../doing/completions.ts");
    host.out.write(SCRIPTS[shell]);
    return EXIT_CODES.ok.code;
  },
  isPrinter: () => true,
};
