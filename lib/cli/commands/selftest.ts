/** `selftest`: planted defects on this host's engine. */

import { resolve } from "@std/path";
import { AUDIT_ROOT, stampOf } from "../../audit/audit_dir.ts";
import { jobsOf } from "../../run/jobs.ts";
import { DEFAULT_TESTS_PER } from "../../model/settings.ts";
import { FAMILIES } from "../../selftest/defect.ts";
import { RIG_NAMES, type RigName } from "../../selftest/rig_name.ts";
import type { Command, Parsed } from "../command.ts";
import type { SelftestConfig } from "../doing/selftest.ts";
import { interruptible } from "../interrupt.ts";
import { readEngine, readTestsPer } from "../run_config.ts";
import { BUG, INTERRUPTED, USAGE } from "../shared_exits.ts";
import { shared, sharedAll } from "../shared_options.ts";
import { readCount, readDefaulted, readJobs, readName, readNames, readOne } from "../values.ts";

interface Selftest extends Parsed {
  kind: "selftest";
  config: SelftestConfig;
}

/** Trials mostly wait; a container takes more of the machine to start. */
const TRIALS_A_CORE: Readonly<Record<RigName, number>> = { process: 3, compose: 2 };

export const selftest: Command<Selftest> = {
  summary: "Plant defects on this host's engine, and count the wrong judgements",
  options: [
    shared("engine", {
      help: "compose: stand-ins run in containers. process: they run as processes of this host",
      values: RIG_NAMES,
      shownDefault: "compose",
    }),
    {
      name: "repeat",
      kind: "value",
      placeholder: "N",
      wanted: "a whole number from 1 to 10000",
      fallback: "1",
      help: "trials of each defect",
    },
    {
      name: "only",
      kind: "value",
      placeholder: "FAMILIES",
      wanted: "names of families, separated by commas",
      values: FAMILIES,
      commas: true,
      shownDefault: "all",
      help: `families of defects: ${FAMILIES.join(", ")}`,
    },
    shared("jobs", {
      help: "trials to run at the same time; auto: as many as this host's cores allow",
      shownDefault: "auto",
    }),
    {
      name: "side-by-side",
      kind: "flag",
      help: "test each defect beside a healthy module, as runs with several --jobs do",
    },
    shared("tests-per", { shownDefault: DEFAULT_TESTS_PER }),
    {
      name: "out",
      kind: "value",
      placeholder: "PATH",
      wanted: "a path",
      values: "folder",
      shownDefault: "docs/audit/vx11_selftest_<UTC>/",
      help: "folder for the table and the evidence",
    },
    ...sharedAll("quiet", "json", "no-color", "help"),
  ],
  exits: {
    ok: "every defect was judged right",
    failed: "a defect was judged wrong",
    usage: USAGE,
    environment: "something is missing: engine, image, a place to write",
    bug: BUG,
    interrupted: INTERRUPTED,
  },
  examples: [["vx11-stability selftest --engine process --only memory", "one family of defects"]],
  parse(argv, host) {
    const engine = readEngine(argv, RIG_NAMES) ?? "compose";
    const families = readOne(argv, "only");
    const only = families === undefined
      ? []
      : readNames(argv, "only", families).map((name) => readName(argv, "only", name, FAMILIES));
    return {
      kind: "selftest",
      config: {
        engine,
        only: [...new Set(only)],
        repeat: readCount(argv, "repeat", readDefaulted(argv, "repeat")),
        sideBySide: argv.flag("side-by-side"),
        testsPer: readTestsPer(argv) ?? DEFAULT_TESTS_PER,
        jobs: jobsOf({ jobs: readJobs(argv, "auto") }, host, TRIALS_A_CORE[engine]),
        out: resolve(host.cwd(), readOne(argv, "out") ?? `${AUDIT_ROOT}/vx11_selftest_${stampOf(host.clock)}`),
        quiet: argv.flag("quiet"),
        json: argv.flag("json"),
      },
    };
  },
  async execute(host, { config }, { tool }) {
    const { selftestCommand } = await import("../doing/selftest.ts");
    return await interruptible(host, (interrupt) => selftestCommand(host, tool, config, interrupt));
  },
};
