/** `clean`: removes what killed runs left. */

import { closed } from "../closed.ts";
import type { Command, Parsed } from "../command.ts";
import type { ProjectConfig } from "../engines.ts";
import { readProject } from "../run_config.ts";
import { BUG, USAGE } from "../shared_exits.ts";
import { shared, sharedAll } from "../shared_options.ts";
import { readContext } from "../values.ts";

interface Clean extends Parsed {
  kind: "clean";
  config: ProjectConfig;
}

export const clean: Command<Clean> = {
  summary: "Remove what a killed run left behind",
  options: [
    shared("audit-dir", {
      help: "folder of a killed run that could not write to the project dir",
      shownDefault: "none",
    }),
    shared("project-dir", { help: "folder of the Compose project" }),
    ...sharedAll("compose-file"),
    shared("context", { shownDefault: "that of each killed run" }),
    ...sharedAll("quiet", "no-color", "help"),
  ],
  exits: {
    ok: "nothing is left",
    usage: USAGE,
    environment: "the engine is missing, or something could not be removed",
    bug: BUG,
  },
  examples: [["vx11-stability clean --project-dir /srv/vx11", "after a run was killed"]],
  parse(argv, host) {
    const context = readContext(argv);
    return { kind: "clean", config: { ...readProject(argv, host), ...(context === undefined ? {} : { context }) } };
  },
  async execute(host, { config }) {
    const { cleanCommand } = await import("../doing/clean.ts");
    return await cleanCommand(closed(host), config);
  },
};
