/**
 * Shows a run in a GitHub Actions job: annotations, and a summary on the job's page. Commands are written to stderr, which the
 * runner reads as well, since stdout may have JSON.
 */

import type { Host } from "../host/host.ts";
import { type FailureData, messageOf } from "../model/failure.ts";
import type { JudgedRun } from "../model/record.ts";
import { annotation, annotations } from "../report/github/annotations.ts";
import { failureSentence } from "../report/words.ts";
import { stepSummary } from "../report/github/step_summary.ts";

/** GitHub accepts 1 MiB for each step, and does not show a longer summary at all. */
const MOST_SUMMARY_BYTES = 512 * 1024;

/** Never throws: a summary that cannot be written says nothing about the modules. */
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
    const text = `Cannot append the summary to "${path}": ${why}. This does not change the verdict`;
    host.err.write(annotation("notice", "vx11-stability", text));
  }
}

/** For a run that could not begin. */
export function tellFailure({ err }: Pick<Host, "err">, failure: FailureData): void {
  err.write(annotation("error", "vx11-stability", failureSentence(failure)));
}

/** What the step wrote there before counts towards the limit. */
async function append(
  { files }: Pick<Host, "files">,
  path: string,
  { auditDir, judged }: { auditDir: string; judged: JudgedRun },
): Promise<void> {
  const used = await files.kind(path) === "file" ? (await files.readBytes(path)).length : 0;
  const text = stepSummary(judged, { auditDir, room: MOST_SUMMARY_BYTES - used });
  if (text === "") throw new Error(`it holds ${used} bytes already`);
  // The job chooses the path, and it may be anything writable, such as /dev/stdout.
  const file = await files.openAppend(path, { followLinks: true });
  try {
    await file.append(text);
  } finally {
    await file.close();
  }
}
