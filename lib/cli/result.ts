/** How a run, or a verdict given again, ends: what is told on stdout and stderr, and the exit code. */

import type { Host } from "../host/host.ts";
import type { FailureData } from "../model/failure.ts";
import { EXIT_CODES } from "../model/failure.ts";
import type { JudgedRun } from "../model/record.ts";
import { unjudgedText } from "../report/comparison_words.ts";
import { plain } from "../report/escape.ts";
import { jsonPieces, reportOf } from "../report/json/json.ts";
import { runOutcome } from "../judge/run_outcome.ts";
import { failureText } from "./failure_text.ts";

export interface Telling {
  color: boolean;
  json: boolean;
  quiet: boolean;
  exitZero: boolean;
}

export interface Result {
  judged: JudgedRun;
  /** Where the reports are, as it is to be shown. */
  auditDir: string;
  /** What ended the run before its time; null where nothing did. */
  failure: FailureData | null;
}

/** Returns the exit code. */
export async function tellResult(
  host: Pick<Host, "out" | "err" | "env" | "files">,
  how: Telling,
  { auditDir, failure, judged }: Result,
): Promise<number> {
  const color = how.color && host.out.isTerminal;
  if (how.json) { for (const piece of jsonPieces(judged)) host.out.write(piece); }
  else if (!how.quiet || failure === null) {
    // Only here, since what measures text takes a while to load, and most commands need none of it.
    const { summaryText } = await import("../report/text/summary.ts");
    host.out.write(summaryText(judged, { auditDir, color, width: host.out.size()?.columns ?? 80 }));
  }
  // Without --quiet the progress and the reports say it.
  const comparison = how.quiet ? reportOf(judged).comparison : null;
  const unjudged = comparison === null ? null : unjudgedText(comparison);
  if (unjudged !== null) host.err.write(`${plain(unjudged)}\n`);
  if (failure !== null) host.err.write(failureText(failure));
  if (isOnGithub(host)) await (await import("./github.ts")).tellGithub(host, { auditDir, judged });
  const { code } = EXIT_CODES[runOutcome(judged, failure).exit];
  if (!how.exitZero || code !== EXIT_CODES.failed.code) return code;
  // Whoever reads the end of a log alone must not take it for a success.
  host.err.write("Failed; the exit code is 0 all the same, as --exit-zero asks\n");
  return EXIT_CODES.ok.code;
}

/** Whether this is a step of a GitHub Actions job. */
export function isOnGithub({ env }: Pick<Host, "env">): boolean {
  return env("GITHUB_ACTIONS") === "true";
}
