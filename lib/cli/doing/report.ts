/** `report`: renders the result of a run once more from its journal; the exit code does not depend on the verdict. */

import type { Host } from "../../host/host.ts";
import { environmentFailure, EXIT_CODES, messageOf } from "../../model/failure.ts";
import type { JudgedRun } from "../../model/record.ts";
import { plain } from "../../report/escape.ts";
import { type FormatName, FORMATS, type Render } from "../../report/formats.ts";
import { rawReader, roomMaker, writeReports } from "../../report/write.ts";
import { judgeBy, readEvidence } from "../../audit/rejudge.ts";

/** The settings of `report`. */
export interface ReportConfig {
  /** Absolute. */
  auditDir: string;
  /** Forms to print, in this order; empty: all files are written anew. */
  formats: FormatName[];
  quiet: boolean;
}

/** Resolves to the exit code: 0 if everything was rendered, whatever the run's verdict. */
export async function reportCommand(host: Host, { auditDir, formats, quiet }: ReportConfig): Promise<number> {
  const judged = judgeBy(await readEvidence(host, auditDir, "report"), null, roomMaker(host));
  if (formats.length === 0) {
    for (const path of await write(host, auditDir, judged)) if (!quiet) host.out.write(`${plain(path)}\n`);
    return EXIT_CODES.ok.code;
  }
  for (const name of formats) {
    const render: Render = await FORMATS[name].load();
    const pieces = await render({ judged, readRaw: rawReader(host.files, auditDir) });
    host.out.write([...pieces].join(""));
  }
  return EXIT_CODES.ok.code;
}

async function write(host: Pick<Host, "collectGarbage" | "files">, dir: string, judged: JudgedRun): Promise<string[]> {
  try {
    return await writeReports(host.files, dir, judged, { dir }, roomMaker(host));
  } catch (error) {
    const why = messageOf(error);
    throw environmentFailure(`Cannot write the reports to "${dir}": ${why}`, "Print one with --format instead");
  }
}
