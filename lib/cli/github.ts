/**
 * A run as a GitHub Actions job shows it: annotations, and a summary on the job's page. Commands go to stderr, where they are
 * read as well: what is on stdout may be JSON.
 */

import type { Host } from "../host/host.ts";
import { type FailureData, messageOf } from "../model/failure.ts";
import type { JudgedRun } from "../model/record.ts";
import { annotation, annotations } from "../report/github/annotations.ts";
import { failureSentence } from "../report/words.ts";
import { stepSummary } from "../report/github/step_summary.ts";

/** GitHub takes 1 MiB a step, and shows nothing of a summary that is longer. */
const MOST_SUMMARY_BYTES = 512 * 1024;

/** Never throws: whether a page can be written says nothing about the modules. */
export async function tellGithub(
  host: Pick<Host, "env" | "err" | "files">,
  run: { auditDir: string; judged: JudgedRun },
): Promise<void> {
  host.err.write(annotations(run.judged));
  const path = host.env("GITHUB_STEP_SUMMARY") ?? "";
  if (path === "") return;
  try {
    await append(host, path, run);
  } catch (error) {
    const why = messageOf(error);
    const text = `Cannot append the summary to "${path}": ${why}. The verdict is not touched by that`;
    host.err.write(annotation("notice", "vx11-stability", text));
  }
}

/** A run that could not begin. */
export function tellFailure({ err }: Pick<Host, "err">, failure: FailureData): void {
  err.write(annotation("error", "vx11-stability", failureSentence(failure)));
}

/** What the step put there before counts. */
async function append(
  { files }: Pick<Host, "files">,
  path: string,
  { auditDir, judged }: { auditDir: string; judged: JudgedRun },
): Promise<void> {
  const used = await files.kind(path) === "file" ? (await files.readBytes(path)).length : 0;
  const text = stepSummary(judged, { auditDir, room: MOST_SUMMARY_BYTES - used });
  if (text === "") throw new Error(`it holds ${used} bytes already`);
  // The path is the job's own, and may be anything that can be written to, such as /dev/stdout.
  const file = await files.openAppend(path, { followLinks: true });
  try {
    await file.append(text);
  } finally {
    await file.close();
  }
}
