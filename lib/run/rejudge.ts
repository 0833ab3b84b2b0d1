/**
 * The verdict once more from a run's journal, without the system that it was about: the same rules give the same reports,
 * byte for byte; other rules give another verdict on the same evidence.
 */

import { join } from "@std/path";
import type { Host } from "../host/host.ts";
import { type JournalLine, type RunStarted, SCHEMA_VERSION } from "../model/evidence.ts";
import { environmentFailure, usageFailure } from "../model/failure.ts";
import type { JudgedRun, RunEvidence } from "../model/record.ts";
import type { RuleLevels, Thresholds } from "../model/settings.ts";
import { newFold } from "./fold.ts";
import { judge } from "./verdict.ts";

/** What the verdict rests on besides the evidence. */
export interface Yardstick {
  rules: RuleLevels;
  thresholds: Thresholds;
}

/** What the evidence is wanted for, as a failure says it. */
export type Purpose = "judge" | "report" | "review" | "compare with";

/** What the run in an audit dir found out. Throws a Failure where there is no journal, or none that can be read. */
export async function readEvidence(
  { files }: Pick<Host, "files">,
  auditDir: string,
  purpose: Purpose,
): Promise<RunEvidence> {
  const path = join(auditDir, "journal.ndjson");
  const kind = await files.kind(auditDir);
  if (kind !== "directory" || await files.kind(path) !== "file") {
    const why = {
      missing: "there is no such folder",
      file: "it is a file, and no folder",
      directory: "it has no journal.ndjson",
    };
    throw usageFailure(
      `Cannot ${purpose} "${auditDir}": ${why[kind]}`,
      "Name the folder of a run, such as docs/audit/vx11_stability_20251222T215059Z",
    );
  }
  return await foldFile(files, path, purpose);
}

/** Line by line, so that of a long run no more is held than is told in it. A last line that a kill cut short is left out. */
async function foldFile(files: Host["files"], path: string, purpose: Purpose): Promise<RunEvidence> {
  const unreadable = (why: string) =>
    environmentFailure(`Cannot read "${path}": ${why}`, "It must be the journal as the run wrote it");
  const fold = newFold();
  let broken: SyntaxError | null = null;
  let count = 0;
  for await (const text of files.readLines(path)) {
    if (broken !== null) throw unreadable(broken.message);
    count++;
    try {
      const line = JSON.parse(text) as JournalLine;
      if (typeof line?.type !== "string" || typeof line.at !== "string") {
        throw unreadable(`line ${count} is not a line of a journal`);
      }
      if (line.type === "run_started") refuseOtherVersion(line, path, purpose);
      fold.add(line);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      broken = error;
    }
  }
  if (fold.evidence.run !== null) return fold.evidence;
  throw environmentFailure(
    `Cannot ${purpose} "${path}": no line of it says what was run`,
    "Is it of a run that ended at once?",
  );
}

function refuseOtherVersion({ schemaVersion, tool }: RunStarted, path: string, purpose: Purpose): void {
  if (schemaVersion === SCHEMA_VERSION) return;
  const why = `it has schema version ${schemaVersion}, and this program reads ${SCHEMA_VERSION}`;
  throw usageFailure(`Cannot ${purpose} "${path}": ${why}`, `Use the version that wrote it, ${tool.version}`);
}

/** Judges by other rules and thresholds than the run recorded, which the record then says; by its own without any. */
export function judgeBy(evidence: RunEvidence, other: { yardstick: Yardstick; name: string } | null): JudgedRun {
  if (other === null || evidence.run === null) return judge(evidence);
  const run = { ...evidence.run, ...other.yardstick };
  return judge({ ...evidence, run, notices: [...evidence.notices, `Judged again by the rules of ${other.name}`] });
}
