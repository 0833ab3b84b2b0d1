/**
 * What a killed run left: found by its mark (marks.ts) and its journal, which says what it was about to create before it
 * did. Its containers are stopped and removed, its journal is closed and its reports are rendered from it.
 */

import { join } from "@std/path";
import { serviceClosure } from "../engine/closure.ts";
import type { Engine, Look } from "../engine/engine.ts";
import { EngineError } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { JournalEntry, JournalLine, RunStarted } from "../model/evidence.ts";
import { environmentFailure } from "../model/failure.ts";
import { writeReports } from "../report/write.ts";
import { writeEvidence } from "./audit_dir.ts";
import { isUp } from "../model/evidence.ts";
import { foldJournal } from "./fold.ts";
import { parseJournal } from "./journal.ts";
import { findMarks, refuseIfAlive, removeMark } from "./marks.ts";
import { stopOne } from "./takedown.ts";
import { judge } from "./verdict.ts";

export interface Unfinished {
  dir: string;
  run: RunStarted;
  lines: JournalLine[];
}

/** The run that wrote to `dir`, where it was on this project and its journal has no end; null otherwise. */
export async function readUnfinished(host: Host, engine: Engine, dir: string): Promise<Unfinished | null> {
  const left = await readOpen(host, dir);
  const isOurs = left?.run.engine.name === engine.info.name && left.run.project.name === engine.project.name;
  return isOurs ? left : null;
}

/** The run that wrote to `dir`, whatever its project, where its journal has no end; null otherwise. */
export async function readOpen(host: Host, dir: string): Promise<Unfinished | null> {
  const path = join(dir, "journal.ndjson");
  if (await host.files.kind(path) !== "file") return null;
  const lines = await readJournal(host, path);
  const run = lines.find((line): line is JournalLine & RunStarted => line.type === "run_started");
  return run !== undefined && !lines.some(({ type }) => type === "run_finished") ? { dir, run, lines } : null;
}

async function readJournal(host: Host, path: string): Promise<JournalLine[]> {
  try {
    return parseJournal(await host.files.readText(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw environmentFailure(
      `Cannot read the journal of an earlier run, "${path}": ${error.message}`,
      "See there what it may have left running, and move the folder away",
    );
  }
}

/** What was done about a run that had been killed. */
export interface Swept {
  dir: string;
  removed: string[];
}

/**
 * Finishes the runs that are marked as not ended and are not going on, and those in `dirs`. Throws a Failure where one is
 * still going on, or cannot be finished. `keepCore`: a core that was to stay stays.
 */
export async function sweep(
  host: Host,
  engine: Engine,
  { projectDir, dirs, keepCore }: { projectDir: string; dirs: readonly string[]; keepCore: boolean },
): Promise<Swept[]> {
  const swept: Swept[] = [];
  for (const mark of await findMarks(host, projectDir)) {
    if (mark.engine !== engine.info.name || mark.project !== engine.project.name) continue;
    await refuseIfAlive(host, mark);
    const left = await readUnfinished(host, engine, mark.auditDir);
    if (left !== null) swept.push({ dir: left.dir, removed: await finish(host, engine, left, keepCore) });
    await removeMark(host, projectDir, mark.path);
  }
  for (const dir of dirs) {
    const left = await readUnfinished(host, engine, dir);
    if (left === null) continue;
    const { host: { hostname, pid }, project } = left.run;
    await refuseIfAlive(host, { auditDir: dir, hostname, pid, project: project.name });
    swept.push({ dir, removed: await finish(host, engine, left, keepCore) });
  }
  return swept;
}

/**
 * Ends what the run left undone. `keepCore`: its core stays where it was to be kept, as at a regular end. Returns the names
 * of the containers that were stopped. Throws a Failure where one could not be, or the engine does not answer: then the
 * journal stays open, and the next start tries again.
 */
async function finish(host: Host, engine: Engine, left: Unfinished, keepCore: boolean): Promise<string[]> {
  const kept = keepCore && left.run.keepCore ? left.run.core.flatMap((name) => left.run.services[name] ?? []) : [];
  try {
    const own = await takeAway(engine, left, serviceClosure(engine.services, kept));
    const networks = left.lines.find((line) => line.type === "networks_before")?.ids;
    if (kept.length === 0 && networks !== undefined) {
      await engine.removeNetworks((await engine.networks()).filter((id) => !networks.includes(id)));
    }
    await closeJournal(host, left, own.map(({ look }) => look.state.id));
    return own.map(({ look }) => look.state.name);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw environmentFailure(`Cannot finish the killed run in ${left.dir}: ${error.message}`, "Run it again");
  }
}

/** Stops and removes what is the run's, and looks that it is gone. */
async function takeAway(engine: Engine, left: Unfinished, kept: ReadonlySet<string>): Promise<Own[]> {
  const own = ownContainers(engine, left, await engine.look()).filter(({ look }) => !kept.has(look.state.service));
  const results = await Promise.all(own.map(({ look }) => stopOne(engine, look.state, look.state.stopGraceSec)));
  const created = own.filter(({ how }) => how === "created").map(({ look }) => look.state);
  const failed = await engine.remove(created.map(({ id }) => id));
  const now = new Map((await engine.look()).map(({ state }) => [state.id, state]));
  const still = own.flatMap(({ how, look: { state } }) => {
    const seen = now.get(state.id);
    return seen === undefined || (how === "started" && !isUp(seen)) ? [] : [state];
  });
  if (still.length === 0) return own;
  const whys = still.map(({ id }) => failed.get(id) ?? results.find(({ containerId }) => containerId === id)?.error);
  const removable = created.filter((state) => still.includes(state)).map(({ id }) => id);
  throw environmentFailure(
    `Cannot remove what the killed run in ${left.dir} left, ${still.map(({ name }) => name).join(", ")}: ` +
      (whys.find((why) => why !== undefined && why !== null) ?? "still there afterwards"),
    removable.length === 0 ? "Stop it by hand" : `Remove with: ${engine.removalCommand(removable)}`,
  );
}

interface Own {
  look: Look;
  how: "created" | "started";
}

function ownContainers(engine: Engine, { lines, run }: Unfinished, looks: readonly Look[]): Own[] {
  const owned = ownedAtLast(lines);
  const last = lines.findLast((line) => line.type === "starting");
  const asked = serviceClosure(engine.services, last?.services ?? []);
  // What was being started when the kill came was never claimed; a start much later is somebody else's.
  const deadline = last === undefined ? 0 : Date.parse(last.at) + run.thresholds.up_timeout_sec * 1000;
  return looks.flatMap((look): Own[] => {
    const { id, service, startedAt } = look.state;
    const how = owned.get(id);
    if (how !== undefined) return [{ look, how }];
    const inTime = last !== undefined && (startedAt === null ||
      (Date.parse(startedAt) >= Date.parse(last.at) && Date.parse(startedAt) <= deadline));
    if (!inTime || !asked.has(service)) return [];
    if (!last.existing.includes(id)) return [{ look, how: "created" }];
    // It was there and stopped: what is up now, the run had started.
    return isUp(look.state) && !(last.up ?? last.existing).includes(id) ? [{ look, how: "started" }] : [];
  });
}

/** By id: one that was there before the run may be taken over and let go of in each cycle. */
function ownedAtLast(lines: readonly JournalLine[]): Map<string, Own["how"]> {
  const owned = new Map<string, Own["how"]>();
  for (const line of lines) {
    if (line.type === "owned") owned.set(line.containerId, line.how);
    if (line.type === "released") owned.delete(line.containerId);
  }
  return owned;
}

/** Written anew, since a kill may have cut the last line short, and what is added must not stand behind half a line. */
async function closeJournal(host: Host, { dir, lines }: Unfinished, removed: readonly string[]): Promise<void> {
  const ms = lines.at(-1)?.ms ?? 0;
  const at = new Date(host.clock.wall()).toISOString();
  const entries: JournalEntry[] = [
    ...removed.map((containerId) => ({ type: "released" as const, containerId })),
    { type: "interrupted", by: "a kill" },
    { type: "run_finished" },
  ];
  const all = [...lines, ...entries.map((entry): JournalLine => ({ at, ms, ...entry }))];
  const text = all.map((line) => `${JSON.stringify(line)}\n`).join("");
  await writeEvidence({ auditDir: dir, host }, "journal.ndjson", text);
  await writeReports(host.files, dir, judge(foldJournal(all)));
}
