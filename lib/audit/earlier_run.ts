/**
 * A run that an audit dir holds already, of this program or of the Python harness before it: found by its journal or its
 * REPORT.json, and moved aside into a folder in it, so that the same --audit-dir serves each run. What is of no run stays.
 */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import { type Clock, type Files, type Host, LinesError } from "../host/host.ts";
import { placeOf } from "../host/temporary.ts";
import { type Failure, messageOf, usageFailure } from "../model/failure.ts";
import { type Format, FORMATS } from "../report/formats.ts";
import { isRecord, recordOf } from "../report/read/value.ts";
import { REVIEW_FILE } from "../review/file.ts";
import { stampOf } from "./audit_dir.ts";
import { readOpen } from "./ended_run.ts";
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
  ...Object.values<Format>(FORMATS).flatMap(({ file }) => file ?? []),
]);

interface Earlier {
  /** Files and folders of the run; the last one is what it is known by. */
  names: string[];
  /** When it began, as folders are named after it. */
  stamp: string;
}

type Access = { files: Files; clock: Pick<Clock, "wall"> };

/** null where the folder holds no run. Usage Failure where a file stands there that a run would write over, and is of none. */
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

/** Also what a kill left while such a file was being written. */
function isOwn(name: string): boolean {
  return OWN.has(placeOf(name) ?? name);
}

/** An empty raw/ is as good as none, and so is a file that was never finished. */
async function isThere(files: Files, dir: string, name: string): Promise<boolean> {
  if (name === ".writable") return false;
  if (await files.kind(join(dir, name)) !== "directory") return true;
  return (await files.list(join(dir, name))).length > 0;
}

function strange(dir: string, name: string): Failure {
  return usageFailure(
    `Cannot write to --audit-dir "${dir}": "${name}" is there, which a run would write over, and it is of no run`,
    "Name another folder, or move it away",
  );
}

/**
 * null for what is no journal. One that a kill left empty, or with half a line, is of a run that had begun nothing. What stands
 * behind the first line, which says what was run, is not looked at: whatever became of it, it is of a run.
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

/** null for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** null for what is no report of a run, whichever of the two programs wrote it. */
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
 * The folder, where its run was killed and is to be finished before its journal goes away: that journal is how its
 * containers are found. Failure where the run is still going on, or may be, or cannot be finished by a run on this project.
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
    : null;
  if (why === null) return [left.dir];
  throw usageFailure(
    `Cannot write to --audit-dir "${left.dir}": it holds a run that has not ended, ${why}`,
    `Name another folder, or finish it first: vx11-stability clean --project-dir ${project.dir} --audit-dir ${left.dir}`,
  );
}

/**
 * Moves the run that `dir` holds into previous_<UTC of its start>/ there; a sentence that says so, or null where there is
 * none. What it is known by goes last: after a kill in between, the next run goes on with the same folder.
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

/** A run that is whole has one of the two; one of which a part was moved has neither. */
async function hasRoom(files: Files, place: string, names: readonly string[]): Promise<boolean> {
  const there = await files.list(place);
  if (there.includes(JOURNAL) || there.includes(REPORT) && !names.includes(JOURNAL)) return false;
  return !names.some((name) => there.includes(name)) && await files.kind(place) !== "file";
}
