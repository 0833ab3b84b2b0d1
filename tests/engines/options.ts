/** The command line of `scripts/deno task engines`. Pure. */

import { parseArgs } from "@std/cli";
import { FAMILIES, type Family } from "../../lib/selftest/defect.ts";
import { ENGINES, type EngineToTry } from "./registry.ts";

export class UsageError extends Error {}

export interface Options {
  engines: readonly EngineToTry[];
  /** Instead of each engine's own; empty: all. */
  families: readonly Family[] | undefined;
  repeat: number;
  jobs: number | undefined;
  /** The program to be tried; undefined: it is built first. */
  binary: string | undefined;
  /** Whether the results are written into the repository. */
  isKept: boolean;
  /** Whether engines are left out that this very program was already tried on. */
  resumes: boolean;
  /** Where the tables and the evidence of wrong verdicts go. */
  out: string;
  /** Whether the page is written from the rows that are there, and nothing is tried. */
  isPageOnly: boolean;
  help: boolean;
}

export const USAGE =
  `Carries out the self-test on container engines beside this machine's own, and puts the results into docs/engines.md.
As root, on Debian, with nothing but Debian's mirror: what is missing is made below $ENGINES_DIR (/var/tmp/vx11-engines), once.

scripts/deno task engines [--only ENGINES] [--families FAMILIES|all] [--repeat 1] [--jobs N] [--binary PATH] [--check] [--resume] [--out DIR] [--page]

  --only      ${ENGINES.map(({ name }) => name).join(", ")}; all unless given
  --families  families of the self-test; unless given, all, and in user-mode Linux ${
    ENGINES.find(({ place }) => place.kind === "uml")?.families.join(" and ")
  }
  --repeat    trials of each defect
  --jobs      trials at a time; unless given, as many as the cores allow, and in user-mode Linux one
  --binary    a program that was built before; unless given, it is built
  --check     changes nothing in the repository
  --resume    leaves out engines on which this very program was already tried that much
  --out       tables and evidence; dist/engines unless given
  --page      tries nothing: writes docs/engines.md again, such as after a change of causes in tried/known.ts

Ends with 0 if nothing was judged wrong, with 1 if something was or could not be tried, with 2 for wrong usage.`;

/** Throws UsageError for what it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const parsed: Record<string, unknown> = parseArgs([...args], {
    string: ["only", "families", "repeat", "jobs", "binary", "out"],
    boolean: ["check", "resume", "page", "help"],
    default: { repeat: "1", out: "dist/engines" },
    unknown: (option) => {
      throw new UsageError(`Unknown argument "${option}". ${ASK}`);
    },
  });
  const text = (name: string) => parsed[name] === undefined ? undefined : String(parsed[name]);
  const [only, families, jobs] = [text("only"), text("families"), text("jobs")];
  return {
    engines: only === undefined ? ENGINES : named("only", only, ENGINES.map(({ name }) => name))
      .flatMap((name) => ENGINES.filter((each) => each.name === name)),
    families: families === undefined ? undefined : families === "all" ? [] : named("families", families, FAMILIES),
    repeat: countOf("repeat", text("repeat") ?? ""),
    jobs: jobs === undefined ? undefined : countOf("jobs", jobs),
    binary: text("binary"),
    isKept: parsed["check"] !== true,
    resumes: parsed["resume"] === true,
    out: text("out") ?? "",
    isPageOnly: parsed["page"] === true,
    help: parsed["help"] === true,
  };
}

const ASK = "See `scripts/deno task engines --help`";

function named<Name extends string>(option: string, text: string, names: readonly Name[]): readonly Name[] {
  return text.split(",").map((word) => {
    const name = names.find((each) => each === word);
    if (name !== undefined) return name;
    throw new UsageError(`--${option} is "${text}", and "${word}" is none of ${names.join(", ")}. ${ASK}`);
  });
}

function countOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw new UsageError(`--${option} is "${text}", it must be a whole number from 1 to 1000. ${ASK}`);
}
