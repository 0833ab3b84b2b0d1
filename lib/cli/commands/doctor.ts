/** `doctor`: whether a run could begin, and what would be in its way. */

import type { RunConfig } from "../../model/config.ts";
import type { Command, Parsed } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { runConfig } from "../run_config.ts";
import { BUG, INTERRUPTED, USAGE } from "../shared_exits.ts";
import { OF_PROJECT_RUN, shared, sharedAll } from "../shared_options.ts";

interface Doctor extends Parsed {
  kind: "doctor";
  config: RunConfig;
}

export const doctor: Command<Doctor> = {
  summary: "Ask for everything that a run needs, and read the project critically; touch nothing",
  options: [
    ...sharedAll(...OF_PROJECT_RUN, "baseline", "across-hosts", "jobs"),
    shared("quiet", { help: "print only what is wrong" }),
    ...sharedAll("json", "no-color", "help"),
  ],
  exits: {
    ok: "a run could begin, perhaps with warnings",
    usage: USAGE,
    environment: "no run could begin; each problem says why",
    bug: BUG,
    interrupted: INTERRUPTED,
  },
  examples: [
    ["vx11-stability doctor", "before the first run, and when a run fails to begin"],
    ["vx11-stability doctor --modules switch --json", "of what one module needs, for a program"],
  ],
  async parse(argv, host) {
    return { kind: "doctor", config: await runConfig(argv, host) };
  },
  async execute(host, { config }) {
    const { doctorCommand } = await import("../doing/doctor.ts");
    return await interruptible(host, ({ signal }) => doctorCommand(host, config, signal));
  },
  isPrinter: () => true,
  isForPeople: ({ config }) => !config.json,
};
