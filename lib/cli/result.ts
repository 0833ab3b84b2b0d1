/** The end of `run` and `judge`: what they write to stdout and stderr, and the exit code. */

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
  /** Where the reports are, in the form shown to the user. */
  auditDir: string;
  /** What ended the run early; null if nothing did. */
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
    // Loaded only here: the code that measures text takes a while to load, and most commands do not need it.
    const { summaryText } = await import("../report/text/summary.ts");
    host.out.write(summaryText(judged, { auditDir, color, width: host.out.size()?.columns ?? 80 }));
  }
  // Without --quiet, the progress and the reports say it.
  const comparison = how.quiet ? reportOf(judged).comparison : null;
  const unjudged = comparison === null ? null : unjudgedText(comparison);
  if (unjudged !== null) host.err.write(`${plain(unjudged)}\n`);
  if (failure !== null) host.err.write(failureText(failure));
  if (isOnGithub(host)) await (await import("./github.ts")).tellGithub(host, { auditDir, judged });
  const { code } = EXIT_CODES[runOutcome(judged, failure).exit];
  if (!how.exitZero || code !== EXIT_CODES.failed.code) return code;
  // Someone who reads only the end of a log must not take it for a success.
  host.err.write("Failed; the exit code is 0 all the same, as --exit-zero asks\n");
  return EXIT_CODES.ok.code;
}

/** Whether this is a step of a GitHub Actions job. */
export function isOnGithub({ env }: Pick<Host, "env">): boolean {
  return env("GITHUB_ACTIONS") === "true";
}
