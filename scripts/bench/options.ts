/** The command line of the benchmark. Pure. */

import { parseArgs } from "@std/cli";
import { BenchError } from "./measure.ts";

export const PARTS = ["docker", "process", "startup", "soak", "judge", "tests"] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  parts: readonly Part[];
  /** Rounds; in each, everything that is compared runs once, one after the other. */
  runs: number;
  /** The largest number of modules, with one cycle. */
  modules: number;
  /** The largest number of cycles, with nine modules; whether memory grows is asked of the second half. */
  cycles: number;
  soakSec: number;
  /** The program to be measured; undefined: it is built first. */
  binary: string | undefined;
  /** Where the results are written. */
  markdown: string;
  /** Whether they go into docs/performance.md as well. */
  docs: boolean;
  /** Whether a promise that is not kept ends with 1. */
  check: boolean;
}

const NUMBERS = { runs: [1, 100], modules: [9, 1000], cycles: [10, 10_000], "soak-sec": [5, 3600] } as const;
const DEFAULTS = { runs: "3", modules: "200", cycles: "200", "soak-sec": "60", markdown: "dist/bench.md" };

export const USAGE = `scripts/deno task bench [--only ${PARTS.join(",")}] [--runs 3] [--modules 200] [--cycles 200] ` +
  "[--soak-sec 60] [--binary PATH] [--markdown dist/bench.md] [--docs] [--check]";

/** Throws BenchError for what it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const parsed: Record<string, unknown> = parseArgs([...args], {
    string: [...Object.keys(NUMBERS), "only", "binary", "markdown"],
    boolean: ["docs", "check"],
    default: DEFAULTS,
    unknown: (option) => {
      throw new BenchError(`Unknown argument "${option}". Usage: ${USAGE}`);
    },
  });
  const number = (name: keyof typeof NUMBERS): number => {
    const [least, most] = NUMBERS[name];
    const value = Number(parsed[name]);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new BenchError(`--${name} is "${parsed[name]}", it must be a whole number from ${least} to ${most}`);
  };
  return {
    parts: partsOf(parsed["only"]),
    runs: number("runs"),
    modules: number("modules"),
    cycles: number("cycles"),
    soakSec: number("soak-sec"),
    binary: parsed["binary"] === undefined ? undefined : String(parsed["binary"]),
    markdown: String(parsed["markdown"]),
    docs: parsed["docs"] === true,
    check: parsed["check"] === true,
  };
}

function partsOf(only: unknown): readonly Part[] {
  if (only === undefined) return PARTS;
  const names = String(only).split(",");
  const wrong = names.find((name) => !(PARTS as readonly string[]).includes(name));
  if (wrong === undefined) return PARTS.filter((part) => names.includes(part));
  throw new BenchError(`--only is "${only}", and "${wrong}" is none of ${PARTS.join(", ")}`);
}
