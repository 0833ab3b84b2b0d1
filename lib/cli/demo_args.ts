/** What `demo` reads from the command line: the faults to plant, and which options the user gave. Pure. */

import { chooseFaults, PREFERRED } from "../demo/fault_choice.ts";
import { faultRows } from "../demo/fault_rows.ts";
import type { DemoRequest } from "../demo/stage.ts";
import { FAULT_NAMES } from "../demo/faults.ts";
import type { RunConfig } from "../model/config.ts";
import type { ModuleMap } from "../model/module.ts";
import { moduleNamed } from "../plan/module_name.ts";
import type { Argv } from "./command.ts";
import { columns, wrap } from "../text/layout.ts";
import { takenFor } from "./module_names.ts";

/** Usage Failure on a fault that does not exist or cannot be planted. */
export function demoRequest(argv: Argv, config: Omit<RunConfig, "engine">): DemoRequest {
  const { mode, selected, settings: { core, modules, services } } = config;
  const { notices, texts } = readFaults(argv, modules);
  const unused = services.size === 0
    ? []
    : ["The config's services are not used: a demonstration brings services of its own"];
  return {
    config: {
      ...config,
      engine: "process",
      keepCore: false,
      notices: [...new Set([...config.notices, ...notices]), ...unused],
    },
    faults: chooseFaults(texts, { core, modules, selected, mode }),
    given: { cycles: argv.values("cycles").length > 0, timeoutSec: argv.values("timeout-sec").length > 0 },
  };
}

/** The values of `--fault`, each with the module's own name, and a sentence if the user gave another name for it. */
function readFaults(argv: Argv, modules: ModuleMap): { texts: string[]; notices: string[] } {
  const read = argv.values("fault").map((text) => {
    const [kind = "", ...rest] = text.split(":").map((part) => part.trim());
    // chooseFaults checks unknown kinds, and chooses the module if none is given.
    if (rest.length === 0 || !(FAULT_NAMES as readonly string[]).includes(kind)) return { text, notices: [] };
    const given = rest.join(":");
    const name = moduleNamed(modules, given);
    return { text: `${kind}:${name}`, notices: takenFor(given, name) };
  });
  return { texts: read.map(({ text }) => text), notices: [...new Set(read.flatMap(({ notices }) => notices))] };
}

/** The answer to `--list-faults`. Ends with a line break. */
export function faultsText(): string {
  const rows = faultRows().map(({ name, does, status, codes }) => [name, `${does}: ${status} ${codes}`] as const);
  return [
    ...wrap("Faults for --fault KIND[:MODULE], with the verdict and the reasons that each gives:", 0),
    "",
    ...columns(rows),
    "",
    ...wrap(`Without MODULE, the fault is planted in the first of ${PREFERRED.join(", ")} that has none yet.`, 0),
  ].join("\n") + "\n";
}
