/** `history`: the runs of a folder. */

import { resolve } from "@std/path";
import { AUDIT_ROOT } from "../../audit/audit_dir.ts";
import type { Command, Parsed } from "../command.ts";
import type { HistoryConfig } from "../doing/history.ts";
import { BUG } from "../shared_exits.ts";
import { sharedAll } from "../shared_options.ts";
import { wantsColor } from "../values.ts";

interface History extends Parsed {
  kind: "history";
  config: HistoryConfig;
}

export const history: Command<History> = {
  summary: "List the runs of a folder with their verdicts and trends, and write an index.html of them",
  arguments: { placeholder: "[DIR]", wanted: "a folder that holds the folders of runs", least: 0, values: "folder" },
  options: sharedAll("json", "no-color", "help"),
  exits: {
    ok: "the runs were listed, whatever their verdicts",
    usage: "wrong usage, or no folder of runs",
    environment: "index.html could not be written, or another program wrote the one that exists",
    bug: BUG,
  },
  examples: [["vx11-stability history", "the runs in docs/audit"]],
  parse(argv, host) {
    const dir = resolve(host.cwd(), argv.argument ?? AUDIT_ROOT);
    return { kind: "history", config: { dir, json: argv.flag("json"), color: wantsColor(argv, host) } };
  },
  async execute(host, { config }) {
    const { historyCommand } = await import("../doing/history.ts");
    return await historyCommand(host, config);
  },
  isPrinter: () => true,
};
