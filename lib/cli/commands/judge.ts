/** `judge`: the verdict of a run once more. */

import { resolve } from "@std/path";
import { closed } from "../closed.ts";
import type { Command, Parsed } from "../command.ts";
import { readConfigText } from "../config_text.ts";
import type { JudgeConfig } from "../doing/judge.ts";
import { BUG, RUN_EXITS } from "../shared_exits.ts";
import { shared, sharedAll } from "../shared_options.ts";
import { readOne, wantsColor } from "../values.ts";

interface Judge extends Parsed {
  kind: "judge";
  config: JudgeConfig;
}

export const judge: Command<Judge> = {
  summary: "Give the verdict of a run again, from its journal alone",
  arguments: { placeholder: "AUDIT_DIR", wanted: "the folder of a run", values: "folder" },
  options: [
    shared("config", { help: "file with the thresholds and rule levels to judge by", shownDefault: "the run's own" }),
    {
      name: "out",
      kind: "value",
      placeholder: "PATH",
      wanted: "a path",
      values: "folder",
      shownDefault: "AUDIT_DIR, with --config AUDIT_DIR/rejudged",
      help: "folder for the reports",
    },
    ...sharedAll("strict", "exit-zero", "quiet", "json", "no-color", "help"),
  ],
  exits: {
    ...RUN_EXITS,
    usage: "wrong usage or configuration, no run to judge, or a journal that is not as the run wrote it",
    environment: "the record cannot be read, there is no place to write, or the run itself ended with 3",
    bug: `${BUG}, or the run itself ended with 4`,
    interrupted: "the run was interrupted or killed",
  },
  examples: [["vx11-stability judge docs/audit/RUN --config other.yaml", "judge by other rules"]],
  async parse(argv, host) {
    const out = readOne(argv, "out");
    const path = readOne(argv, "config");
    const rules = path === undefined
      ? undefined
      : { path, text: await readConfigText(host, resolve(host.cwd(), path), path) };
    return {
      kind: "judge",
      config: {
        auditDir: resolve(host.cwd(), argv.argument ?? ""),
        out: out === undefined ? undefined : resolve(host.cwd(), out),
        rules,
        strict: argv.flag("strict"),
        exitZero: argv.flag("exit-zero"),
        quiet: argv.flag("quiet"),
        json: argv.flag("json"),
        color: wantsColor(argv, host),
      },
    };
  },
  async execute(host, { config }) {
    const { judgeCommand } = await import("../doing/judge.ts");
    return await judgeCommand(closed(host), config);
  },
};
