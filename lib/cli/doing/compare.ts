/** `compare`: says on stdout what changed from one run to another; the exit code says whether anything got worse. */

import { resolve } from "@std/path";
import { limitsOf } from "../../figures/against_baseline.ts";
import { comparableRemedy, whyNoAnswer } from "../../figures/comparable.ts";
import { compareRuns } from "../../figures/compare.ts";
import { isRegression } from "../../figures/regression.ts";
import type { Host } from "../../host/host.ts";
import { EXIT_CODES, usageFailure } from "../../model/failure.ts";
import { readableJson } from "../../report/json/compact.ts";
import { type ReportComparison, reportComparison } from "../../report/value/comparison.ts";
import { comparisonMarkdown } from "../../report/markdown/comparison.ts";
import { comparisonText } from "../../report/text/comparison.ts";
import { readRun } from "../../audit/baseline.ts";
import type { Thresholds } from "../../model/settings.ts";

export type CompareFormat = "text" | "json" | "md";

/** Paths as given, relative to the current folder. */
export interface CompareConfig {
  before: string;
  after: string;
  acrossHosts: boolean;
  /** Every module and figure, and not only what changed; JSON has all of them anyway. */
  all: boolean;
  format: CompareFormat;
  strict: boolean;
  color: boolean;
  thresholds: Thresholds;
}

/** Resolves to the exit code; throws a usage Failure, after the figures, if they do not answer that question. */
export async function compareCommand(host: Host, config: CompareConfig): Promise<number> {
  const { acrossHosts, after, before, strict, thresholds } = config;
  const [old, now] = [
    await readRun(host, resolve(host.cwd(), before)),
    await readRun(host, resolve(host.cwd(), after)),
  ];
  const comparison = compareRuns(old, now, limitsOf(thresholds), acrossHosts);
  host.out.write(rendered(host, config, reportComparison(comparison, { before, after }, strict)));
  if (comparison.notJudged !== null) {
    throw usageFailure(`Not judged: ${comparison.notJudged}`, comparableRemedy(old, now));
  }
  if (isRegression(comparison, strict)) return EXIT_CODES.failed.code;
  const why = whyNoAnswer(comparison);
  if (why !== null) throw usageFailure(`Cannot judge whether anything got worse: ${why}`, "Compare with a whole run");
  return EXIT_CODES.ok.code;
}

function rendered(host: Host, { all, color, format }: CompareConfig, comparison: ReportComparison): string {
  switch (format) {
    case "json":
      return readableJson(comparison);
    case "md":
      return comparisonMarkdown(comparison, all);
    case "text":
      return comparisonText(comparison, {
        all,
        color: color && host.out.isTerminal,
        width: host.out.size()?.columns ?? null,
      });
  }
}
