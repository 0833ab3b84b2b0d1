/**
 * The verdict once more from a run's journal, without the system that it was about: the same rules give the same reports,
 * byte for byte; other rules give another verdict on the same evidence.
 */

import { join } from "@std/path";
import { count } from "../text/units.ts";
import type { Host } from "../host/host.ts";
import { environmentFailure, usageFailure } from "../model/failure.ts";
import type { JudgedRun, RunEvidence } from "../model/record.ts";
import type { RuleLevels, Thresholds } from "../model/settings.ts";
import { shown } from "../text/shown.ts";
import { readAnyReport } from "../report/read/report.ts";
import { isComplete } from "../figures/complete.ts";
import { newFold } from "../record/fold.ts";
import { AS_WRITTEN, readJournal } from "../record/read_journal.ts";
import { judge } from "../judge/verdict.ts";

/** What the verdict rests on besides the evidence. */
export interface Yardstick {
  rules: RuleLevels;
  thresholds: Thresholds;
}

/** What the evidence is wanted for, as a failure says it. */
export type Purpose = "judge" | "report" | "review" | "resume" | "compare with";

/** What the run in an audit dir found out. Throws a Failure where there is no journal, or none that can be read. */
export async function readEvidence(
  { files }: Pick<Host, "files">,
  auditDir: string,
  purpose: Purpose,
): Promise<RunEvidence> {
  const path = join(auditDir, "journal.ndjson");
  const kind = await files.kind(auditDir);
  if (kind !== "directory" || await files.kind(path) !== "file") {
    if (kind === "directory" && await isOfPythonHarness(files, auditDir)) {
      throw usageFailure(
        `Cannot ${purpose} "${auditDir}": it is a run of the Python harness, which kept no journal`,
        "vx11-stability history lists its verdicts; its own REPORT.md has the rest",
      );
    }
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

async function isOfPythonHarness(files: Host["files"], auditDir: string): Promise<boolean> {
  const path = join(auditDir, "REPORT.json");
  if (await files.kind(path) !== "file") return false;
  const read = readAnyReport(await files.readText(path));
  return "harness" in read && read.harness === "python";
}

async function foldFile(files: Host["files"], path: string, purpose: Purpose): Promise<RunEvidence> {
  const { add, evidence } = newFold();
  const wanted = { path, what: `Cannot ${purpose}`, next: AS_WRITTEN };
  await readJournal(files, wanted, add);
  if (evidence.run === null) {
    throw environmentFailure(
      `Cannot ${purpose} "${path}": no line of it says what was run`,
      "Is it of a run that ended at once?",
    );
  }
  const hole = holeIn(evidence);
  if (hole !== null) throw usageFailure(`Cannot ${purpose} "${path}": ${hole}`, AS_WRITTEN);
  return evidence;
}

/** What a run that came to its end in order must have seen, and lines do not tell; null where they do. */
function holeIn({ failure, finished, interrupted, modules, run }: RunEvidence): string | null {
  if (run === null || !finished || interrupted !== null || failure !== null) return null;
  if (run.selected.length === 0) return "by its first line, nothing was to be tested";
  for (const { cycles, name, skipped } of modules) {
    if (skipped !== null || !run.selected.includes(name)) continue;
    const seen = cycles.filter(isComplete).length;
    if (run.cycles === null) return "it says that the run came to its end, and not which cycle was the last one";
    if (seen < run.cycles) {
      return `it says that the run came to its end, and of module ${shown(name)} lines of ${
        count(run.cycles - seen, "cycle")
      } are missing`;
    }
  }
  return null;
}

/** Judges by other rules and thresholds than the run recorded, which the record then says; by its own without any. */
export function judgeBy(
  evidence: RunEvidence,
  other: { yardstick: Yardstick; name: string } | null,
  between?: () => void,
): JudgedRun {
  if (other === null || evidence.run === null) return judge(evidence, between);
  const run = { ...evidence.run, ...other.yardstick };
  return judge(
    { ...evidence, run, notices: [...evidence.notices, `Judged again by the rules of ${other.name}`] },
    between,
  );
}
