/** `init`: drafts the config file of a Compose project. */

import { closed } from "../closed.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import type { Command, Parsed } from "../command.ts";
import type { InitRequest } from "../doing/init.ts";
import { readProject, readTestsDir } from "../run_config.ts";
import { BUG } from "../shared_exits.ts";
import { shared, sharedAll } from "../shared_options.ts";

interface Init extends Parsed, InitRequest {
  kind: "init";
}

export const init: Command<Init> = {
  summary: "Draft the config file of a Compose project; no daemon is asked",
  options: [
    shared("project-dir", { help: "folder of the Compose project; the file is written there, and its JSON Schema" }),
    ...sharedAll("compose-file", "tests-dir"),
    { name: "force", kind: "flag", help: "overwrite the project's config file, and any file in the schema's place" },
    { name: "stdout", kind: "flag", help: "print the file and write nothing" },
    ...sharedAll("no-color", "help"),
  ],
  exits: {
    ok: "the file was written or printed",
    usage: "wrong usage, or there is a file already that would be overwritten",
    environment: "Compose is missing or refuses the project, or the file cannot be written",
    bug: BUG,
  },
  examples: [
    ["vx11-stability init", "write vx11-stability.yaml; read it before a run"],
    ["vx11-stability init --stdout --project-dir /srv/shop", "only look"],
  ],
  async parse(argv, host) {
    const { composeFiles, projectDir } = readProject(argv, host);
    return {
      kind: "init",
      projectDir,
      composeFiles,
      testsDir: await readTestsDir(argv, host, projectDir),
      isForced: argv.flag("force"),
      isPrinted: argv.flag("stdout"),
      where: ["project-dir", "compose-file", "tests-dir"].flatMap((name) =>
        argv.values(name).flatMap((value) => [`--${name}`, value])
      ),
    };
  },
  async execute(host, request) {
    const { draftConfig } = await import("../doing/init.ts");
    host.out.write(await draftConfig(closed(host), request));
    return EXIT_CODES.ok.code;
  },
  isPrinter: ({ isPrinted }) => isPrinted,
  isForPeople: ({ isPrinted }) => !isPrinted,
};
