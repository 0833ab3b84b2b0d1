/** `compare`: what changed from one run to another. */

import { usageFailure } from "../../model/failure.ts";
import type { Command, Parsed } from "../command.ts";
import { readSettings } from "../config_text.ts";
import type { CompareConfig, CompareFormat } from "../doing/compare.ts";
import { BUG } from "../shared_exits.ts";
import { shared, sharedAll } from "../shared_options.ts";
import { readName, readOne, wantsColor } from "../values.ts";

interface Compare extends Parsed {
  kind: "compare";
  config: CompareConfig;
}

const FORMATS: readonly CompareFormat[] = ["text", "json", "md"];

export const compare: Command<Compare> = {
  summary: "Show what changed from one run to another, and whether it is more than chance",
  arguments: {
    placeholder: "OLD NEW",
    wanted: "two runs, the earlier one first: their folders, or their REPORT.json",
    values: "file",
    least: 2,
    most: 2,
  },
  options: [
    shared("config", { help: "file with the thresholds named regressed_*", shownDefault: "the built-in ones" }),
    ...sharedAll("across-hosts"),
    {
      name: "all",
      kind: "flag",
      help: "show every figure of every module, and not only what changed; JSON has all of them anyway",
    },
    {
      name: "format",
      kind: "list",
      placeholder: "FORMAT",
      wanted: "the name of a form",
      values: FORMATS,
      shownDefault: "text",
      help: `format of the output: ${FORMATS.join(", ")}`,
    },
    shared("strict", { help: "any verdict that is worse than before also gives exit code 1" }),
    ...sharedAll("json", "no-color", "help"),
  ],
  exits: {
    ok: "nothing got worse, as far as the cycles show",
    failed: "something got worse",
    usage: "wrong usage, or not judged: the hosts or engines differ, no figure is in both runs, or NEW " +
      "was interrupted, failed or killed",
    environment: "a record cannot be read",
    bug: BUG,
  },
  examples: [["vx11-stability compare docs/audit/OLD docs/audit/NEW", "what got worse"]],
  async parse(argv, host) {
    const [before = "", after = ""] = argv.arguments;
    const { thresholds } = await readSettings(host, readOne(argv, "config"));
    const [format = "text", more] = argv.values("format").map((name) => readName(argv, "format", name, FORMATS));
    if (more !== undefined) {
      throw usageFailure("--format may be given once to `compare`", "Compare again for another form");
    }
    if (argv.flag("json") && argv.values("format").length > 0 && format !== "json") {
      throw usageFailure(`--json and --format ${format} contradict each other`, "Give one of the two");
    }
    return {
      kind: "compare",
      config: {
        before,
        after,
        acrossHosts: argv.flag("across-hosts"),
        all: argv.flag("all"),
        format: argv.flag("json") ? "json" : format,
        strict: argv.flag("strict"),
        color: wantsColor(argv, host),
        thresholds,
      },
    };
  },
  async execute(host, { config }) {
    const { compareCommand } = await import("../doing/compare.ts");
    return await compareCommand(host, config);
  },
};
