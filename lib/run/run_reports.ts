/** The reports of a run, as often as they are wanted while it goes on. */

import type { FileData } from "../host/host.ts";
import type { JudgedRun } from "../model/record.ts";
import { writeReports } from "../report/write.ts";
import { writeEvidence } from "../audit/audit_dir.ts";
import type { RunContext } from "./context.ts";
import { judge } from "../judge/verdict.ts";

/** In use before each report is made, which takes much for a moment. */
const REPORT_HEAP_MIB = 18;

/** Judges what is known by now and writes the reports; throws a Failure where they or the evidence cannot be written. */
export async function report(context: Pick<RunContext, "auditDir" | "host" | "journal">): Promise<JudgedRun> {
  const { host, journal } = context;
  const makeRoom = () => host.collectGarbage(REPORT_HEAP_MIB);
  makeRoom();
  const judged = judge(await journal.whole());
  const writeAtomic = (path: string, text: FileData) => writeEvidence(context, path, text);
  await writeReports({ ...host.files, writeAtomic }, ".", judged, { dir: context.auditDir }, makeRoom);
  return judged;
}
