/** The reports of a run, written as often as needed while it goes on. */

import type { FileData } from "../host/host.ts";
import type { JudgedRun } from "../model/record.ts";
import { roomMaker, writeReports } from "../report/write.ts";
import { writeEvidence } from "../audit/audit_dir.ts";
import type { RunContext } from "./context.ts";
import { judge } from "../judge/verdict.ts";

/** Judges what is known by now and writes the reports; throws a Failure if they or the evidence cannot be written. */
export async function report(context: Pick<RunContext, "auditDir" | "host" | "journal">): Promise<JudgedRun> {
  const { host, journal } = context;
  const makeRoom = roomMaker(host);
  makeRoom();
  const judged = judge(await journal.whole());
  const writeAtomic = (path: string, text: FileData) => writeEvidence(context, path, text);
  await writeReports({ ...host.files, writeAtomic }, ".", judged, { dir: context.auditDir }, makeRoom);
  return judged;
}
