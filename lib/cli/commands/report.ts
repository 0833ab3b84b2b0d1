/** `report`: the reports of a run once more. */

import { resolve } from "@std/path";
import { FORMAT_NAMES } from "../../report/formats.ts";
import type { Command, Parsed } from "../command.ts";
import type { ReportConfig } from "../doing/report.ts";
import { BUG } from "../shared_exits.ts";
import { sharedAll } from "../shared_options.ts";
import { readName } from "../values.ts";

interface Report extends Parsed {
  kind: "report";
  config: ReportConfig;
}

export const report: Command<Report> = {
  summary: "Write the reports of a run again from its journal, or print one of them",
  arguments: { placeholder: "AUDIT_DIR", wanted: "the folder of a run", values: "folder" },
  options: [
    {
      name: "format",
      kind: "list",
      placeholder: "FORMAT",
      wanted: "the name of a form",
      values: FORMAT_NAMES,
      shownDefault: "none is printed, all files are written into AUDIT_DIR",
      help: `report to print: ${FORMAT_NAMES.join(", ")}; may be given more than once`,
    },
    ...sharedAll("quiet", "no-color", "help"),
  ],
  exits: {
    ok: "the reports were written or printed, whatever the verdict",
    usage: "wrong usage, no run to report on, or a journal that is not as the run wrote it",
    environment: "the record cannot be read, or there is no place to write",
    bug: BUG,
  },
  examples: [["vx11-stability report docs/audit/RUN --format junit", "print junit.xml"]],
  parse(argv, host) {
    const formats = argv.values("format").map((name) => readName(argv, "format", name, FORMAT_NAMES));
    return {
      kind: "report",
      config: { auditDir: resolve(host.cwd(), argv.argument ?? ""), formats, quiet: argv.flag("quiet") },
    };
  },
  async execute(host, { config }) {
    const { reportCommand } = await import("../doing/report.ts");
    return await reportCommand(host, config);
  },
  isPrinter: () => true,
};
