/**
 * An earlier run in an audit dir, of this program or of the Python harness before it: found by its journal or its REPORT.json,
 * and moved into a folder in it, so that each run can use the same --audit-dir. Files of no run stay.
 */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import { type Clock, type Files, type Host, LinesError } from "../host/host.ts";
import { placeOf } from "../host/temporary.ts";
import { type Failure, messageOf, usageFailure } from "../model/failure.ts";
import { WRITTEN } from "../report/formats.ts";
import { isRecord, recordOf } from "../values/json.ts";
import { REVIEW_FILE } from "../review/file.ts";
import { stampOf } from "./audit_dir.ts";
import { isOn, readOpen } from "./ended_run.ts";
import { refuseIfAlive } from "./marks.ts";

const JOURNAL = "journal.ndjson";
const REPORT = "REPORT.json";
const OWN = new Set([
  JOURNAL,
  "samples.ndjson",
  "events.ndjson",
  "raw",
  "rejudged",
  REVIEW_FILE,
  ".writable",
  ...WRITTEN.map(({ file }) => file),
]);

interface Earlier {
  /** Files and folders of the run; the last one is the file that identifies it. */
  names: string[];
  /** When it began, in the form of folder names. */
  stamp: string;
}

type Access = { files: Files; clock: Pick<Clock, "wall"> };

/** null if the folder holds no run. Usage Failure if a run would overwrite a file there that is of no run. */
export async function findEarlier(host: Access, dir: string): Promise<Earlier | null> {
  const names: string[] = [];
  for (const name of (await host.files.list(dir)).filter(isOwn)) {
    if (await isThere(host.files, dir, name)) names.push(name);
  }
  const [first] = names;
  if (first === undefined) return null;
  for (const [known, read] of [[JOURNAL, journalStart], [REPORT, reportStart]] as const) {
    if (!names.includes(known)) continue;
    const stamp = await read(host.files, join(dir, known), stampOf(host.clock));
    if (stamp === null) throw strange(dir, known);
    return { names: [...names.filter((name) => name !== known), known], stamp };
  }
  throw strange(dir, first);
}

/** Includes temporary files of such files, which a kill may leave. */
function isOwn(name: string): boolean {
  return OWN.has(placeOf(name) ?? name);
}

/** An empty raw/ does not count, and neither does the file of a check that a kill cut short. */
async function isThere(files: Files, dir: string, name: string): Promise<boolean> {
  if (name === ".writable") return false;
  if (await files.kind(join(dir, name)) !== "directory") return true;
  return (await files.list(join(dir, name))).length > 0;
}

function strange(dir: string, name: string): Failure {
  return usageFailure(
    `Cannot write to --audit-dir "${dir}": "${name}" is there, does not belong to a run, and would be overwritten`,
    "Name another folder, or move it away",
  );
}

/**
 * null if it is not a journal. A journal that a kill left empty, or with half a line, is of a run that had begun nothing. Only
 * the first line is read, which says what was run: whatever follows, the file is of a run.
 */
async function journalStart(files: Files, path: string, now: string): Promise<string | null> {
  let half = "";
  try {
    for await (const text of files.readLines(path)) {
      if (half !== "") return null;
      const line = recordOf(parsed(text));
      if (line["type"] === "run_started") return stampIn(line["at"]) ?? now;
      half = text;
    }
  } catch (error) {
    if (error instanceof LinesError) return null;
    throw error;
  }
  return half === "" || half.startsWith('{"at":') && parsed(half) === null ? now : null;
}

/** null if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** null if it is not the report of a run, by either of the two programs. */
async function reportStart(files: Files, path: string, now: string): Promise<string | null> {
  const report = parsed(await files.readText(path));
  if (!isRecord(report) || !("modules_tested" in report) || !("summary" in report)) return null;
  return stampIn("started_at" in report ? report["started_at"] : report["timestamp"]) ?? now;
}

function stampIn(at: unknown): string | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(String(at));
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}${month}${day}T${hour}${minute}${second}Z`;
}

/**
 * The folder, if its run was killed and must be finished before its journal is moved: the journal is needed to find its
 * containers. Failure if the run is still running, or may be, or if a run on this project cannot finish it.
 */
export async function toFinishFirst(host: Host, engine: Engine, dir: string | undefined): Promise<string[]> {
  const left = dir === undefined ? null : await readOpen(host, dir);
  if (left === null) return [];
  const { engine: { name }, host: { hostname }, project } = left.run;
  refuseIfAlive(host, { ...left.run.host, auditDir: left.dir, project: project.name });
  const why = hostname !== host.hostname()
    ? `on host "${hostname}", where it may still be going on`
    : project.name !== engine.project.name || name !== engine.info.name
    ? `on project "${project.name}" with the engine ${name}, whose containers a run on project "${engine.project.name}" cannot remove`
    : !isOn(engine, left)
    ? "on another engine, where its containers may still be"
    : null;
  if (why === null) return [left.dir];
  throw usageFailure(
    `Cannot write to --audit-dir "${left.dir}": it holds a run that has not ended, ${why}`,
    `Name another folder, or finish it first: vx11-stability clean --project-dir ${project.dir} --audit-dir ${left.dir}`,
  );
}

/**
 * Moves the run in `dir` into previous_<UTC of its start>/ there. Returns a sentence that says so, or null if there is no run.
 * The file that identifies the run is moved last: after a kill in between, the next run continues with the same folder.
 */
export async function moveAside(host: Access, dir: string): Promise<string | null> {
  const earlier = await findEarlier(host, dir);
  if (earlier === null) return null;
  const { files } = host;
  const base = `previous_${earlier.stamp}`;
  let name = base;
  for (let count = 2; !await hasRoom(files, join(dir, name), earlier.names); count++) name = `${base}-${count}`;
  try {
    await files.ensureDir(join(dir, name));
    for (const each of earlier.names) await files.rename(join(dir, each), join(dir, name, each));
  } catch (error) {
    throw usageFailure(
      `Cannot move the earlier run in --audit-dir "${dir}" aside: ${messageOf(error)}`,
      "Name another folder",
    );
  }
  return `The audit dir held an earlier run: it is in ${join(dir, name)} now`;
}

/** A folder with a complete run has one of the two files; a folder that a kill left half filled has neither. */
async function hasRoom(files: Files, place: string, names: readonly string[]): Promise<boolean> {
  const there = await files.list(place);
  if (there.includes(JOURNAL) || there.includes(REPORT) && !names.includes(JOURNAL)) return false;
  return !names.some((name) => there.includes(name)) && await files.kind(place) !== "file";
}
