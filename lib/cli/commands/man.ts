/** `man`: the manual page. */

import { EXIT_CODES } from "../../model/failure.ts";
import type { Command, Parsed } from "../command.ts";
import { BUG } from "../shared_exits.ts";
import { sharedAll } from "../shared_options.ts";

interface Man extends Parsed {
  kind: "man";
}

export const man: Command<Man> = {
  summary: "Print the manual page, for `man` or a file",
  options: sharedAll("help"),
  exits: { ok: "the page was printed", usage: "wrong usage", environment: "it could not be printed", bug: BUG },
  examples: [
    ["vx11-stability man | man -l -", "read it"],
    ["vx11-stability man > vx11-stability.1", "keep it"],
  ],
  parse: () => ({ kind: "man" }),
  async execute(host, _, { tool }) {
    const { manPage } = await import("../doing/man.ts");
    host.out.write(manPage(tool));
    return EXIT_CODES.ok.code;
  },
  isPrinter: () => true,
};
