/** `history`: lists the runs of a folder on stdout, and writes an index.html of them beside their folders. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { environmentFailure, EXIT_CODES, type Failure, messageOf, usageFailure } from "../../model/failure.ts";
import { shown } from "../../text/shown.ts";
import { readableJson } from "../../report/json/compact.ts";
import { type History, historyOf, historyRun } from "../../history/history.ts";
import type { HistoryRun } from "../../history/shape.ts";
import { GENERATOR, historyHtml } from "../../history/html.ts";
import { historyText } from "../../history/text.ts";
import { readAnyReport, type Unreadable } from "../../report/read/report.ts";

export interface HistoryConfig {
  /** Absolute. */
  dir: string;
  json: boolean;
  color: boolean;
}

const INDEX = "index.html";
/** In the order in which people want to open them. */
const REPORTS = ["REPORT.html", "REPORT.md", "REPORT.json"];

/** Resolves to the exit code: a failed run does not fail the history. */
export async function historyCommand(host: Host, { color, dir, json }: HistoryConfig): Promise<number> {
  const history = await readHistory(host, dir);
  if (json) host.out.write(readableJson(history));
  else host.out.write(historyText(history, color && host.out.isTerminal));
  if (history.runs.length === 0) return EXIT_CODES.ok.code;
  const path = join(dir, INDEX);
  await writePage(host, path, historyHtml(history));
  if (!json) host.out.write(`\nPage: ${path}\n`);
  return EXIT_CODES.ok.code;
}

/** The user may name any folder: a page there that this program did not write must not be overwritten. */
async function writePage({ files }: Pick<Host, "files">, path: string, text: string): Promise<void> {
  const refused = (why: string, next: string) =>
    environmentFailure(`Cannot write "${path}": ${why}`, `The list above is whole; ${next}`);
  let isOurs: boolean;
  try {
    isOurs = await files.kind(path) === "missing" || (await files.readText(path)).includes(GENERATOR);
    if (isOurs) await files.writeAtomic(path, text);
  } catch (error) {
    throw refused(messageOf(error), "give the folder write access");
  }
  if (!isOurs) throw refused("it is there already, and not written by this program", "move it away for a page of runs");
}

async function readHistory({ files }: Pick<Host, "files">, dir: string): Promise<History> {
  const kind = await files.kind(dir).catch((error) => {
    throw refusal(dir, messageOf(error));
  });
  if (kind !== "directory") throw refusal(dir, kind === "file" ? "it is a file" : "there is no such folder");
  if (await isOneRun(files, dir)) {
    throw refusal(dir, "it is the folder of one run; name the folder above it");
  }
  const runs: HistoryRun[] = [];
  const leftOut: History["left_out"] = [];
  for (const folder of (await files.list(dir)).toSorted()) {
    if (folder.startsWith(".")) continue;
    const run = await readOne(files, dir, folder);
    if (run === null) continue;
    if ("why" in run) leftOut.push({ folder, why: run.why, is_run: run.isRun });
    else runs.push(run);
  }
  return historyOf(dir, runs, leftOut);
}

/** A run of the Python harness has no journal. */
async function isOneRun(files: Host["files"], dir: string): Promise<boolean> {
  if (await files.kind(join(dir, "journal.ndjson")) === "file") return true;
  const report = join(dir, "REPORT.json");
  return await files.kind(report) === "file" && !("why" in readAnyReport(await files.readText(report)));
}

/** null if it is not a folder. A folder that cannot be read is reported, and does not stop the list. */
async function readOne(
  files: Host["files"],
  dir: string,
  folder: string,
): Promise<HistoryRun | Unreadable | null> {
  const place = join(dir, folder);
  try {
    if (await files.kind(place) !== "directory") return null;
    const reports: string[] = [];
    for (const name of REPORTS) if (await files.kind(join(place, name)) === "file") reports.push(name);
    if (!reports.includes("REPORT.json")) return await withoutReport(files, place);
    return historyRun(folder, await files.readText(join(place, "REPORT.json")), reports);
  } catch (error) {
    return { why: messageOf(error), isRun: true };
  }
}

async function withoutReport(files: Host["files"], place: string): Promise<Unreadable> {
  const isRun = await files.kind(join(place, "journal.ndjson")) === "file";
  const why = isRun
    ? `it has a journal but no REPORT.json: write it with vx11-stability judge "${place}"`
    : "it is not the folder of a run: it has no REPORT.json";
  return { why, isRun };
}

function refusal(dir: string, why: string): Failure {
  return usageFailure(`Cannot list the runs of ${shown(dir)}: ${why}`, "Name a folder of runs, such as docs/audit");
}
