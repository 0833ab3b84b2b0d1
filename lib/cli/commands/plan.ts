/** `plan`: what a run would do. */

import { resolve } from "@std/path";
import { EXIT_CODES } from "../../model/failure.ts";
import type { Command, Parsed } from "../command.ts";
import type { PlanRequest } from "../doing/plan.ts";
import { runConfig } from "../run_config.ts";
import { BUG } from "../shared_exits.ts";
import { OF_PROJECT_RUN, shared, sharedAll } from "../shared_options.ts";
import { readOne } from "../values.ts";

interface Plan extends Parsed, PlanRequest {
  kind: "plan";
}

export const plan: Command<Plan> = {
  summary: "Show what a run would do, and in which order; touch nothing",
  options: [
    ...sharedAll(...OF_PROJECT_RUN),
    {
      name: "from",
      kind: "value",
      placeholder: "PATH",
      wanted: "the folder of a run, or its REPORT.json",
      values: "file",
      shownDefault: "none",
      help: "earlier run whose times predict the critical path",
    },
    ...sharedAll("jobs", "strict", "exit-zero"),
    shared("quiet", { help: "print only the order, and what is wrong" }),
    ...sharedAll("json", "no-color", "help", "version"),
  ],
  exits: {
    ok: "the plan was printed",
    usage: "wrong usage or configuration, or no run to predict from",
    environment: "a file cannot be read",
    bug: BUG,
  },
  examples: [
    ["vx11-stability plan --modules hormiguero,switch", "which modules, in which order"],
    ["vx11-stability plan --from docs/audit/RUN", "how long, judging by an earlier run"],
  ],
  async parse(argv, host) {
    const config = await runConfig(argv, host);
    const from = readOne(argv, "from");
    return { kind: "plan", config, ...(from === undefined ? {} : { from: resolve(host.cwd(), from) }) };
  },
  async execute(host, request) {
    const { showPlan } = await import("../doing/plan.ts");
    host.out.write(await showPlan(host, request));
    return EXIT_CODES.ok.code;
  },
  isPrinter: () => true,
};
