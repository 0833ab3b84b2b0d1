/** `demo`: a run on services of its own. */

import { FAULT_NAMES } from "../../demo/faults.ts";
import type { DemoRequest } from "../../demo/stage.ts";
import type { RunConfig } from "../../model/config.ts";
import type { Command, Parsed } from "../command.ts";
import { demoRequest, faultsText } from "../demo_args.ts";
import type { OnResult } from "../doing/run.ts";
import { interruptible } from "../interrupt.ts";
import { baseConfig } from "../run_config.ts";
import { RUN_EXITS } from "../shared_exits.ts";
import { shared, sharedAll } from "../shared_options.ts";

interface Demo extends Parsed {
  kind: "demo";
  request: DemoRequest;
}

export const demo: Command<Demo> = {
  summary: "Try the program without Docker or VX11: a run on services of its own, in which faults can be planted",
  options: [
    {
      name: "fault",
      kind: "list",
      placeholder: "KIND[:MODULE]",
      wanted: "a kind of fault, and after a colon the module that is to have it",
      values: FAULT_NAMES,
      shownDefault: "none",
      help: "fault to plant; may be given more than once, each time for another module",
    },
    { name: "list-faults", kind: "flag", help: "list the kinds of fault, with the verdict that each gives" },
    ...sharedAll("mode", "cycles", "for", "modules", "audit-dir", "umask", "timeout-sec", "config"),
    shared("project-dir", { help: "folder below which the reports are written" }),
    ...sharedAll("pytest", "tests-per", "soak-sec", "baseline", "across-hosts", "jobs"),
    ...sharedAll("flaky-allowed", "strict", "exit-zero", "quiet", "json"),
    ...sharedAll("no-color", "help"),
  ],
  exits: { ...RUN_EXITS, environment: "something is missing, such as a place to write" },
  examples: [
    ["vx11-stability demo", "nine healthy modules"],
    ["vx11-stability demo --fault oom:switch", "one of them with a fault"],
    ["vx11-stability demo --list-faults", "the faults to choose from"],
  ],
  async parse(argv, host) {
    if (argv.flag("list-faults")) return { kind: "help", text: faultsText() };
    return { kind: "demo", request: demoRequest(argv, await baseConfig(argv, host)) };
  },
  async execute(host, { request }, { tool }) {
    const [{ demoCommand }, { runCommand }] = await Promise.all([
      import("../doing/demo.ts"),
      import("../doing/run.ts"),
    ]);
    return await interruptible(host, (interrupt) => {
      const run = (config: RunConfig, onResult: OnResult) => runCommand(host, tool, config, { interrupt, onResult });
      return demoCommand(host, request, { interrupt, run });
    });
  },
  isForPeople: ({ request }) => !request.config.json,
};
