/** `run`, the default: brings the modules up, watches and tests them. */

import type { RunConfig } from "../../model/config.ts";
import type { Command, Parsed } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { runConfig } from "../run_config.ts";
import { RUN_EXITS } from "../shared_exits.ts";
import { OF_PROJECT_RUN, sharedAll } from "../shared_options.ts";

interface Run extends Parsed {
  kind: "run";
  config: RunConfig;
}

export const run: Command<Run> = {
  summary: "Bring the modules up, watch and test them, and write the reports (the default)",
  options: sharedAll(
    ...OF_PROJECT_RUN,
    ...["baseline", "across-hosts", "jobs", "flaky-allowed", "strict", "exit-zero", "quiet", "json"] as const,
    ...["no-color", "help", "version"] as const,
  ),
  exits: RUN_EXITS,
  examples: [
    ["vx11-stability", "all modules, once"],
    ["vx11-stability --modules switch,hermes", "two modules"],
    ["vx11-stability --cycles 5 --strict", "five times; a WARN counts as a failure"],
    ["vx11-stability --for 24h", "cycle after cycle for a day"],
  ],
  async parse(argv, host) {
    return { kind: "run", config: await runConfig(argv, host) };
  },
  async execute(host, { config }, { tool }) {
    const { runCommand } = await import("../doing/run.ts");
    return await interruptible(host, (interrupt) => runCommand(host, tool, config, { interrupt }));
  },
  isForPeople: ({ config }) => !config.json,
};
