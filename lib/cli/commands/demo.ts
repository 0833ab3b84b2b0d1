/** `demo`: a run on services of its own. */

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
  summary: "Try it without Docker and without VX11: a run on services of its own, in which faults can be planted",
  options: [
    {
      name: "fault",
      kind: "list",
      placeholder: "KIND[:MODULE]",
      wanted: "a kind of fault, and after a colon the module that is to have it",
      shownDefault: "none",
      help: "trouble to plant; may be given more than once, for a module each",
    },
    { name: "list-faults", kind: "flag", help: "tell the kinds of fault, and what each gives" },
    ...sharedAll("mode", "cycles", "modules", "audit-dir", "umask", "timeout-sec", "config"),
    shared("project-dir", { help: "folder that the reports go below" }),
    ...sharedAll("pytest", "soak-sec", "baseline", "across-hosts", "jobs", "strict", "exit-zero", "quiet", "json"),
    ...sharedAll("no-color", "help"),
  ],
  exits: { ...RUN_EXITS, environment: "something is missing, such as a place to write" },
  examples: [
    ["vx11-stability demo", "nine modules that are well"],
    ["vx11-stability demo --fault oom:switch", "one that is not"],
    ["vx11-stability demo --list-faults", "what else can be planted"],
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
