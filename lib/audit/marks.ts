/**
 * Marks of runs that have not ended, in docs/audit/.running/ below the project dir: a file per run, written before anything
 * is started and removed at its end. With them, the next run and `clean` find a killed run wherever it wrote its evidence,
 * and two runs on one project do not take each other's containers.
 */

import { dirname, join } from "@std/path";
import type { Host } from "../host/host.ts";
import { isWrittenBy, placeOf } from "../host/temporary.ts";
import { environmentFailure, type Failure } from "../model/failure.ts";
import { AUDIT_ROOT } from "./audit_dir.ts";
import { isGoingOn, type RunIdentity } from "./run_identity.ts";

export interface RunMark extends RunIdentity {
  /** Name of the engine: two engines may have projects of the same name. */
  engine: string;
  project: string;
  /** As Engine.identity; absent if that is not known. */
  identity?: string;
  /** The docker context that the user named. */
  context?: string;
  auditDir: string;
}

/** A mark as found: with its own path. */
export type FoundMark = RunMark & { path: string };

function markDir(projectDir: string): string {
  return join(projectDir, AUDIT_ROOT, ".running");
}

/** Writes the mark of this run; returns how to remove it, or null if the project dir is not writable. */
export async function setMark(host: Host, projectDir: string, mark: RunMark): Promise<(() => Promise<void>) | null> {
  const dir = markDir(projectDir);
  const path = join(dir, `${mark.hostname}-${mark.pid}.json`);
  try {
    await host.files.ensureDir(dir);
    await host.files.writeAtomic(path, `${JSON.stringify(mark)}\n`);
  } catch {
    return null;
  }
  return () => removeMark(host, projectDir, path);
}

/** Also removes its folders if they are empty then: a run that could not begin leaves nothing behind. */
export async function removeMark(host: Host, projectDir: string, path: string): Promise<void> {
  if (await host.files.kind(path) === "file") await host.files.remove(path);
  const audits = join(projectDir, AUDIT_ROOT);
  for (const dir of [markDir(projectDir), audits, dirname(audits)]) await host.files.removeIfEmpty(dir);
}

/** Removes half-written marks that a kill left: their runs had begun nothing. */
export async function sweepHalfMarks(host: Host, projectDir: string): Promise<void> {
  const dir = markDir(projectDir);
  for (const name of await host.files.list(dir)) {
    const pid = Number(/-(\d+)\.json$/.exec(placeOf(name) ?? "")?.[1]);
    const isOfThisHost = name.startsWith(`${host.hostname()}-${pid}.json`);
    if (!isOfThisHost || !isWrittenBy(name, pid) || host.processAlive(pid)) continue;
    // A mark of another user is left to that user.
    await removeMark(host, projectDir, join(dir, name)).catch(() => {});
  }
}

/**
 * The marks of other runs in this project dir, without those of other hosts: whether a process there is alive cannot be seen
 * from here.
 */
export async function findMarks(host: Host, projectDir: string): Promise<FoundMark[]> {
  const dir = markDir(projectDir);
  const found: FoundMark[] = [];
  for (const name of (await host.files.list(dir)).filter((file) => file.endsWith(".json"))) {
    const path = join(dir, name);
    const mark = parseMark(await host.files.readText(path));
    if (mark === null || mark.hostname !== host.hostname() || mark.pid === host.pid) continue;
    found.push({ ...mark, path });
  }
  return found;
}

function parseMark(text: string): RunMark | null {
  try {
    // A mark without an engine is from a version that knew only one.
    const { engine = "", project, auditDir, pid, hostname, ...rest } = JSON.parse(text) as Partial<RunMark>;
    const complete = project !== undefined && auditDir !== undefined && pid !== undefined && hostname !== undefined;
    return complete ? { ...rest, engine, project, auditDir, pid, hostname } : null;
  } catch {
    return null;
  }
}

/** Throws a Failure if the run is still running: two runs on one project would stop each other's containers. */
export function refuseIfAlive(
  host: Host,
  run: Omit<RunMark, "engine">,
): void {
  if (isGoingOn(host, run)) throw anotherRun(run);
}

/** The refusal of a second run on the same project; unknown fields of the first run are absent. */
export function anotherRun({ auditDir, pid, project }: Pick<RunMark, "project"> & Partial<RunMark>): Failure {
  const who = pid === undefined ? "" : `: process ${pid}, writing to ${auditDir}`;
  return environmentFailure(
    `Another run is at work on project "${project}"${who}`,
    "Wait for its end, or interrupt it",
  );
}
