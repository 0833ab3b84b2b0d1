/** What pytest collected and what of that ran, as recorded by the plugin beside this file. Pure. */

import { count } from "../../text/units.ts";

/** What is known of one run of pytest. */
export interface Witness {
  /** Whether the collected tests are known. */
  isKnown: boolean;
  /** Whether the project's own settings keep the file from being collected. */
  leftOut: boolean;
  /** Why not everything that the file holds ran to its end; null if everything did, or if that is unknown. */
  unfinished: string | null;
}

/** The variables that load the plugin from `dir`, added to what they hold already. */
export function pluginEnv(
  plugin: string,
  dir: string,
  env: (name: string) => string | undefined,
): Record<string, string> {
  const joined = (name: string, separator: string, own: string) => {
    const before = env(name) ?? "";
    return before === "" ? own : `${before}${separator}${own}`;
  };
  return {
    PYTHONPATH: joined("PYTHONPATH", ":", dir),
    PYTEST_PLUGINS: joined("PYTEST_PLUGINS", ",", plugin),
  };
}

/** Whether pytest could not start since the plugin was not found, as with a Python that ignores PYTHONPATH. */
export function isPluginRefused(plugin: string, output: string): boolean {
  return output.includes(`Error importing plugin "${plugin}"`);
}

interface Ended {
  kind: "ended";
  pid: number;
  /** Number of tests; null if pytest did not finish collecting. */
  collected: number | null;
  ran: number | null;
  /** Some of those that did not run. */
  left: string[];
  /** Whether any of them is of the file that was to be run; null if that is unknown. */
  own: boolean | null;
  failed: number;
  /** The exit code with which pytest itself would have ended. */
  status: number;
}

type Line = Ended | { kind: "begun" | "left_out" | "went_on"; pid: number };

/** `text`: what the plugin wrote; empty if it wrote nothing. */
export function readWitness(text: string): Witness {
  // A line that is no object is not the plugin's; to find that out by a parse error takes long.
  const lines = text.split("\n").filter((line) => line.startsWith("{")).flatMap(parsed);
  const begun = lines.find(({ kind }) => kind === "begun");
  if (begun === undefined) return { isKnown: false, leftOut: false, unfinished: null };
  const leftOut = lines.some(({ kind }) => kind === "left_out");
  const ended = lines.filter((line) => line.kind === "ended");
  const main = ended.find(({ pid }) => pid === begun.pid);
  return { isKnown: true, leftOut, unfinished: mainWhy(main) ?? childWhy(lines, ended, begun.pid) };
}

/** pytest's own exit codes that mean no failure: all passed, and nothing collected. */
const WELL = [0, 5];

function mainWhy(ended: Ended | undefined): string | null {
  if (ended === undefined) return "pytest did not come to its own end";
  const { collected, left, own, ran, status } = ended;
  if (collected === null || ran === null) {
    return status === 5 ? null : "pytest did not come to the end of collecting its tests";
  }
  if (own === false) return "pytest collected tests of other files only";
  if (ran < collected) {
    return `${fewerText(ran, collected)} (not ${names(left, collected - ran)})`;
  }
  return WELL.includes(status) ? null : `pytest itself ended with exit code ${status}`;
}

export function fewerText(ran: number, collected: number): string {
  return `only ${ran} of ${count(collected, "test")} that pytest collected ran to the end`;
}

/** A process of `os.fork()` that came back into pytest's loop is a second pytest, which no exit code reports. */
function childWhy(lines: readonly Line[], ended: readonly Ended[], main: number): string | null {
  const ends = new Map(ended.toReversed().map((each) => [each.pid, each]));
  for (const { kind, pid } of lines) {
    if (kind !== "went_on" || pid === main) continue;
    const own = ends.get(pid);
    if (own === undefined) return "a forked child went on with the tests and did not come to its end";
    if (own.failed > 0) return `${count(own.failed, "test")} failed in a forked child that went on with the tests`;
  }
  return null;
}

function names(left: readonly string[], all: number): string {
  const shown = left.map((id) => id.slice(id.indexOf("::") + 2));
  return [...shown, ...(all > left.length ? [`${all - left.length} more`] : [])].join(", ");
}

/** Tolerant: a line that was cut short is ignored. */
function parsed(line: string): Line[] {
  try {
    const value: unknown = JSON.parse(line);
    return isLine(value) ? [value] : [];
  } catch {
    return [];
  }
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

function isLine(value: unknown): value is Line {
  if (typeof value !== "object" || value === null || !("kind" in value && "pid" in value)) return false;
  if (["begun", "left_out", "went_on"].includes(String(value.kind))) return isCount(value.pid);
  if (value.kind !== "ended" || !("collected" in value && "ran" in value && "left" in value)) return false;
  if (!("own" in value && "failed" in value && "status" in value) || !Array.isArray(value.left)) return false;
  return [value.collected, value.ran].every((each) => each === null || isCount(each)) &&
    isCount(value.failed) && Number.isSafeInteger(value.status) && value.left.every((each) => typeof each === "string");
}
