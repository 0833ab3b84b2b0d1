/** Writes the reports of a judged run into its audit dir, each beside its place and then renamed into it. */

import { join } from "@std/path";
import type { Files } from "../host/host.ts";
import type { JudgedRun } from "../model/record.ts";
import { htmlText } from "./html/html.ts";
import { jsonText, reportOf } from "./json.ts";
import { markdownText } from "./markdown.ts";

/** The audit dir must exist. Returns the paths written; throws what `files` throws when there is no place to write. */
export async function writeReports(
  files: Pick<Files, "writeAtomic">,
  auditDir: string,
  judged: JudgedRun,
): Promise<string[]> {
  // Each is written before the next is made: whatever comes between, the first ones are there.
  const reports = {
    "REPORT.json": () => jsonText(reportOf(judged)),
    "REPORT.md": () => markdownText(judged),
    "REPORT.html": () => htmlText(judged),
  };
  const written: string[] = [];
  for (const [name, text] of Object.entries(reports)) {
    const path = join(auditDir, name);
    await files.writeAtomic(path, text());
    written.push(path);
  }
  return written;
}
