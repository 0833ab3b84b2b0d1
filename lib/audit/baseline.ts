/** An earlier run's figures: found in its folder, its REPORT.json or its journal. */

import { join } from "@std/path";
import { againstBaseline } from "../figures/against_baseline.ts";
import { comparableRemedy } from "../figures/comparable.ts";
import { runFigures } from "../figures/run_figures.ts";
import type { Host } from "../host/host.ts";
import type { Baseline, RunFigures } from "../model/baseline.ts";
import type { RunConfig } from "../model/config.ts";
import { Failure, messageOf, usageFailure } from "../model/failure.ts";
import type { RunEvidence } from "../model/record.ts";
import { shown } from "../text/shown.ts";
import { readFigures } from "../report/read/figures.ts";
import { readEvidence } from "./rejudge.ts";
import { judge } from "../judge/verdict.ts";

/** null if no baseline is given; throws a usage Failure if the given one cannot be read. */
export async function readBaseline(
  host: Pick<Host, "files">,
  { baseline }: Pick<RunConfig, "baseline">,
): Promise<Baseline | null> {
  if (baseline === undefined) return null;
  const { acrossHosts, given, path } = baseline;
  return { from: given, acrossHosts, figures: await readRun(host, path) };
}

/** A sentence if the run that has begun will not be compared with its baseline. */
export function uncomparedText(evidence: RunEvidence): string[] {
  const comparison = againstBaseline(evidence);
  if (comparison === null || comparison.notJudged === null) return [];
  const remedy = comparableRemedy(comparison.before, comparison.after);
  const next = remedy === "" ? "" : `. ${remedy}`;
  return [`The run is not judged against the baseline: ${comparison.notJudged}${next}`];
}

/** `path` is absolute: the folder of a run, or its REPORT.json. Usage Failure if neither is there. */
export async function readRun(host: Pick<Host, "files">, path: string): Promise<RunFigures> {
  const { files } = host;
  try {
    const kind = await files.kind(path);
    if (kind === "missing") throw refusal(path, "there is no such file or folder");
    const file = kind === "directory" ? join(path, "REPORT.json") : path;
    if (kind === "directory" && await files.kind(file) !== "file") return await fromJournal(host, path);
    const figures = readFigures(await files.readText(file));
    if ("why" in figures) throw refusal(file, figures.why);
    return figures;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw refusal(path, messageOf(error));
  }
}

async function fromJournal(host: Pick<Host, "files">, dir: string): Promise<RunFigures> {
  if (await host.files.kind(join(dir, "journal.ndjson")) !== "file") {
    throw refusal(dir, "it has neither REPORT.json nor journal.ndjson");
  }
  const judged = judge(await readEvidence(host, dir, "compare with"));
  return runFigures(judged.evidence, (name) => judged.modules.find((module) => module.name === name)?.status ?? null);
}

function refusal(path: string, why: string): Failure {
  return usageFailure(
    `Cannot compare with ${shown(path)}: ${why}`,
    "Name the folder of a run, such as docs/audit/vx11_stability_20251222T215059Z, or its REPORT.json",
  );
}
