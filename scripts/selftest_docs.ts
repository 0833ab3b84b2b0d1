/**
 * Puts the results of self-tests into docs/accuracy.md: `scripts/deno run -A scripts/selftest_docs.ts COMMIT SELFTEST.json …`,
 * each by a program that was built from the COMMIT before it. Of several files for one engine, such as for new families, the trials
 * are added up.
 */

import { markdown } from "../lib/report/escape.ts";
import { table } from "../lib/report/words.ts";
import { verdictText } from "../lib/selftest/table.ts";
import { MEASURED, withBlock } from "./docs_block.ts";
import { complain, say } from "./say.ts";

/** The parts of a SELFTEST.json that are read. */
export interface Counted {
  engine: string;
  versions: Record<string, string>;
  started_at: string;
  duration_ms: number;
  jobs: number;
  repeat: number;
  /** Families that were asked for; empty or missing: all. */
  only?: string[];
  summary: { trials: number; wrong: number; counts: Record<string, number>; wrong_bound_95_pct: number };
  defects: {
    id: string;
    what: string;
    expected: { status: string; codes: string[] };
    trials: { outcome: string }[];
  }[];
}

/** Counts with the commit that the program was built from. */
export type CountedOf = Counted & { commit: string };

/** The block's text. Pure. */
export function selftestText(results: readonly CountedOf[]): string {
  const ids = new Map(results.flatMap(({ defects }) => defects.map((defect) => [defect.id, defect])));
  const engines = [...new Set(results.map(({ engine }) => engine))];
  const trialsOf = (engine: string, id: string) =>
    results.filter((result) => result.engine === engine)
      .flatMap(({ defects }) => defects.find((each) => each.id === id)?.trials ?? []);
  const rows = [...ids.values()].map(({ id, what, expected }) => [
    id,
    markdown(what),
    verdictText(expected.status, expected.codes),
    ...engines.map((engine) => tally(trialsOf(engine, id))),
  ]);
  const heads = engines.map((engine) => `Wrong, ${engine}`);
  return [
    ...results.map(resultText),
    `<details><summary>The ${ids.size} entries of the catalogue, and how often each was judged wrong</summary>`,
    table(["Defect", "What is planted", "Expected", ...heads], rows),
    "</details>",
    "",
  ].join("\n\n");
}

/** "0 of 43"; a dash if the defect cannot be planted on that engine. */
function tally(trials: Counted["defects"][number]["trials"]): string {
  if (trials.length === 0) return "–";
  return `${trials.filter(({ outcome }) => outcome !== "right").length} of ${trials.length}`;
}

function resultText(result: CountedOf): string {
  const { commit, duration_ms, engine, jobs, only = [], repeat, started_at, summary, versions } = result;
  const on = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  const counts = Object.entries(summary.counts).filter(([name]) => name !== "right");
  const minutes = (duration_ms / 60_000).toFixed(0);
  const families = only.length === 0 ? "" : ` --only ${only.join(",")}`;
  return [
    `${started_at.slice(0, 10)}, ${on}, commit ${commit}, ${jobs} trials at a time, ${minutes} minutes:`,
    "",
    "```text",
    `$ vx11-stability selftest --engine ${engine}${families} --repeat ${repeat}`,
    `${summary.trials} trials on the ${engine} engine: ${summary.wrong} wrong ` +
    `(${counts.map(([name, count]) => `${count} ${name}`).join(", ")}); ` +
    `with 95 % confidence wrong in at most ${summary.wrong_bound_95_pct.toPrecision(2)} % of such cases`,
    "```",
  ].join("\n");
}

/** null if no commit is named before a file. */
function filesOf(args: readonly string[]): { commit: string; path: string }[] | null {
  let commit: string | null = null;
  const files: { commit: string; path: string }[] = [];
  for (const arg of args) {
    if (!arg.endsWith(".json")) commit = arg;
    else if (commit === null) return null;
    else files.push({ commit, path: arg });
  }
  return files.length === 0 ? null : files;
}

async function main(args: readonly string[]): Promise<number> {
  const files = filesOf(args);
  if (files === null) {
    complain("Usage: scripts/deno run -A scripts/selftest_docs.ts COMMIT SELFTEST.json …");
    return 2;
  }
  const results = await Promise.all(files.map(async ({ commit, path }): Promise<CountedOf> => (
    { ...JSON.parse(await Deno.readTextFile(path)), commit }
  )));
  const place = new URL(`../${MEASURED.selftest}`, import.meta.url);
  const filled = withBlock(await Deno.readTextFile(place), "selftest", selftestText(results));
  if (filled === null) {
    complain("docs/accuracy.md has no `<!-- measured: selftest -->` for the results");
    return 1;
  }
  await Deno.writeTextFile(place, filled);
  say("docs/accuracy.md has the results");
  return 0;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
