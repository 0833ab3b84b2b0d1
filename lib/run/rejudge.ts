/**
 * The verdict once more from a run's journal, without the system that it was about: the same rules give the same reports,
 * byte for byte; other rules give another verdict on the same evidence.
 */

import { join } from "@std/path";
import type { Host } from "../host/host.ts";
import { type JournalLine, SCHEMA_VERSION } from "../model/evidence.ts";
import { environmentFailure, usageFailure } from "../model/failure.ts";
import type { JudgedRun, RunEvidence } from "../model/record.ts";
import type { RuleLevels, Thresholds } from "../model/settings.ts";
import { foldJournal } from "./fold.ts";
import { parseJournal } from "./journal.ts";
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
  return foldJournal(readLines(path, await files.readText(path), purpose));
}

function readLines(path: string, text: string, purpose: Purpose): JournalLine[] {
  const lines = parsed(path, text);
  const started = lines.find((line) => line.type === "run_started");
  if (started === undefined) {
    throw environmentFailure(
      `Cannot ${purpose} "${path}": no line of it says what was run`,
      "Is it of a run that ended at once?",
    );
  }
  if (started.schemaVersion === SCHEMA_VERSION) return lines;
  const why = `it has schema version ${started.schemaVersion}, and this program reads ${SCHEMA_VERSION}`;
  throw usageFailure(`Cannot ${purpose} "${path}": ${why}`, `Use the version that wrote it, ${started.tool.version}`);
}

function parsed(path: string, text: string): JournalLine[] {
  const unreadable = (why: string) =>
    environmentFailure(`Cannot read "${path}": ${why}`, "It must be the journal as the run wrote it");
  try {
    const lines = parseJournal(text);
    const odd = lines.findIndex((line) => typeof line?.type !== "string" || typeof line.at !== "string");
    if (odd < 0) return lines;
    throw unreadable(`line ${odd + 1} is not a line of a journal`);
  } catch (error) {
    throw error instanceof SyntaxError ? unreadable(error.message) : error;
  }
}

/** Judges by other rules and thresholds than the run recorded, which the record then says; by its own without any. */
export function judgeBy(evidence: RunEvidence, other: { yardstick: Yardstick; name: string } | null): JudgedRun {
  if (other === null || evidence.run === null) return judge(evidence);
  const run = { ...evidence.run, ...other.yardstick };
  return judge({ ...evidence, run, notices: [...evidence.notices, `Judged again by the rules of ${other.name}`] });
}
