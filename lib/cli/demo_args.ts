/** What the command line asks of `demo`: the faults to plant, and which options the user gave. Pure. */

import { chooseFaults, PREFERRED } from "../demo/fault_choice.ts";
import { faultRows } from "../demo/fault_rows.ts";
import type { DemoRequest } from "../demo/stage.ts";
import type { RunConfig } from "../model/config.ts";
import type { Argv } from "./argv.ts";
import { columns, wrap } from "./help.ts";

/** Usage Failure on a fault that does not exist or cannot be planted. */
export function demoRequest(argv: Argv, config: Omit<RunConfig, "engine">): DemoRequest {
  const { mode, modules: selected, settings: { modules, services } } = config;
  const unused = services.size === 0
    ? []
    : ["The config's services are not used: a demonstration brings services of its own"];
  return {
    config: { ...config, engine: "process", keepCore: false, notices: [...config.notices, ...unused] },
    faults: chooseFaults(argv.values("fault"), { modules, selected, mode }),
    given: { cycles: argv.values("cycles").length > 0, timeoutSec: argv.values("timeout-sec").length > 0 },
  };
}

/** The answer to `--list-faults`. Ends with a line break. */
export function faultsText(): string {
  const rows = faultRows().map(({ name, does, status, codes }) => [name, `${does}: ${status} ${codes}`] as const);
  return [
    ...wrap("Faults for --fault KIND[:MODULE], with the verdict and the reasons that each gives:", 0),
    "",
    ...columns(rows),
    "",
    ...wrap(`Without MODULE it goes to the first of ${PREFERRED.join(", ")} that has none yet.`, 0),
  ].join("\n") + "\n";
}
