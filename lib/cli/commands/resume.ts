/** `resume`: goes on with a run that was cut short. */

import { resolve } from "@std/path";
import type { Command, Parsed } from "../command.ts";
import type { ResumeConfig } from "../doing/resume.ts";
import { interruptible } from "../interrupt.ts";
import { RUN_EXITS } from "../shared_exits.ts";
import { sharedAll } from "../shared_options.ts";
import { wantsColor } from "../values.ts";

interface Resume extends Parsed {
  kind: "resume";
  config: ResumeConfig;
}

export const resume: Command<Resume> = {
  summary: "Continue a run that was killed or interrupted, without repeating finished work",
  arguments: { placeholder: "AUDIT_DIR", wanted: "the folder of a run", values: "folder" },
  options: sharedAll("quiet", "json", "no-color", "help"),
  exits: {
    ...RUN_EXITS,
    failed: "a module is FAIL (or WARN, if the run was begun with --strict), or something was left behind",
    usage: "wrong usage, no run to continue, or something has changed since it began; nothing was touched",
    environment: "engine, compose file or a place to write is missing, the core does not start, or the run is " +
      "still going on",
  },
  examples: [["vx11-stability resume docs/audit/RUN", "after it was killed"]],
  parse(argv, host) {
    return {
      kind: "resume",
      config: {
        auditDir: resolve(host.cwd(), argv.argument ?? ""),
        quiet: argv.flag("quiet"),
        json: argv.flag("json"),
        color: wantsColor(argv, host),
      },
    };
  },
  async execute(host, own, { parse, tool }) {
    const [{ resumedRun }, { runCommand }] = await Promise.all([
      import("../doing/resume.ts"),
      import("../doing/run.ts"),
    ]);
    return await interruptible(host, async (interrupt) => {
      const { config, resume } = await resumedRun(host, { tool, parse }, own.config);
      return await runCommand(host, tool, config, { interrupt, resume });
    });
  },
  isForPeople: ({ config }) => !config.json,
};
