/**
 * Finds what a killed run left by its mark (marks.ts) and its journal, which says what the run was about to create before it
 * did. Stops and removes its containers, closes its journal, and renders its reports.
 */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/engine.ts";
import { stopOne } from "../engine/stop_one.ts";
import type { FileData, Host } from "../host/host.ts";
import { isWrittenBy, placeOf } from "../host/temporary.ts";
import { environmentFailure, Failure } from "../model/failure.ts";
import { roomMaker, writeReports } from "../report/write.ts";
import { WRITABLE, writeEvidence } from "./audit_dir.ts";
import { isUp } from "../model/evidence.ts";
import type { ApartContainer } from "../engine/apart.ts";
import { leftApart } from "./left_apart.ts";
import { endJournal } from "../record/end_journal.ts";
import { findMarks, refuseIfAlive, removeMark, sweepHalfMarks } from "./marks.ts";
import { type Begun, isOn, isSame, isUnfinished, readEarlier, readUnfinished } from "./ended_run.ts";
import { waitForStarts } from "./open_starts.ts";
import { coreOf, isEndedBy, type Own, ownContainers, servicesKept } from "./own_containers.ts";
import { readBefore } from "../record/reopen_journal.ts";
import { sweepTempDirs } from "./temp_dirs.ts";
import { judge } from "../judge/verdict.ts";

/** How a run that had left something was finished. */
export interface Swept {
  dir: string;
  removed: string[];
  /** Whether it had been killed; else it had ended, but could not remove everything. */
  killed: boolean;
  /** Why what it had left still exists; null if it does not. */
  trouble: Failure | null;
}

/**
 * Finishes the runs that are marked as not ended and are not running, and those in `dirs`. Throws a Failure if one is still
 * running, or cannot be finished. `keepCore`: a core that was to stay stays.
 */
export async function sweep(
  host: Host,
  engine: Engine,
  { projectDir, dirs, keepCore }: { projectDir: string; dirs: readonly string[]; keepCore: boolean },
): Promise<Swept[]> {
  const swept: Swept[] = [];
  await sweepTempDirs(host);
  host.sweepPorts();
  await sweepHalfMarks(host, projectDir);
  // Before networks are removed, which they are on.
  const apart = await removeApart(host, engine);
  for (const mark of await findMarks(host, projectDir)) {
    if (!isSame(engine, mark)) continue;
    refuseIfAlive(host, mark);
    const earlier = await readEarlier(host, mark.auditDir);
    if (isEndedBy(mark, earlier)) {
      // It was killed after the end of its journal, or could not remove what it had made, for example since the engine was gone.
      await renderIn(host, earlier.dir);
      const own = isOn(engine, earlier) ? await removeLeft(host, engine, earlier) : [];
      if (own instanceof Failure) {
        // Its record is complete, so other runs need not wait for it.
        swept.push({ dir: earlier.dir, removed: [], killed: false, trouble: own });
        continue;
      }
      if (own.length > 0) swept.push({ dir: earlier.dir, removed: own, killed: false, trouble: null });
    } else if (isUnfinished(earlier) && isOn(engine, earlier)) {
      swept.push({
        dir: earlier.dir,
        removed: await finish(host, engine, earlier, keepCore),
        killed: true,
        trouble: null,
      });
    }
    // The folder may hold another, complete run by now: only files with the process number of this one are its own.
    await removeFrom(host, mark.auditDir, (name) => name === WRITABLE || isWrittenBy(name, mark.pid));
    await removeMark(host, projectDir, mark.path);
  }
  for (const dir of dirs) {
    const left = await readUnfinished(host, engine, dir);
    if (left === null) continue;
    refuseIfAlive(host, { ...left.run.host, auditDir: dir, project: left.run.project.name });
    swept.push({ dir, removed: await finish(host, engine, left, keepCore), killed: true, trouble: null });
  }
  return withApart(swept, apart);
}

/** Removes the containers of tests whose run is gone. */
async function removeApart(host: Host, engine: Engine): Promise<ApartContainer[]> {
  try {
    const left = await leftApart(host, engine);
    await engine.apart?.remove(left);
    return left;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw environmentFailure(`Cannot remove what the tests of an earlier run left: ${error.message}`, "Run it again");
  }
}

/** They are told as the killed run's, if there is one; its folder may have been removed. */
function withApart(swept: Swept[], apart: readonly ApartContainer[]): Swept[] {
  if (apart.length === 0) return swept;
  const names = apart.map(({ name }) => name);
  const index = swept.findIndex(({ killed }) => killed);
  if (index >= 0) {
    return swept.map((each, at) => at === index ? { ...each, removed: [...each.removed, ...names] } : each);
  }
  return [
    ...swept,
    ...apart.map(({ family, name }) => ({ dir: family, removed: [name], killed: true, trouble: null })),
  ];
}

/**
 * Ends what the run left undone. `keepCore`: its core stays if it was to be kept, as at a regular end. Returns the names of the
 * containers that were stopped. Throws a Failure if one could not be stopped, or if the engine does not answer: then the
 * journal stays open, and the next start tries again.
 */
async function finish(host: Host, engine: Engine, left: Begun, keepCore: boolean): Promise<string[]> {
  const own = await removeOwn(host, engine, left, coreOf(engine, left, keepCore && left.run.keepCore));
  await closeJournal(host, left, own.map(({ look }) => look.state.id));
  return own.map(({ look }) => look.state.name);
}

/** For a run that had ended: the names of the containers that it had left, or why they still exist. */
async function removeLeft(host: Host, engine: Engine, left: Begun): Promise<string[] | Failure> {
  try {
    return (await removeOwn(host, engine, left, servicesKept(engine, left))).map(({ look }) => look.state.name);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Removes containers and networks of the run, except those of the services in `stays`. */
async function removeOwn(host: Host, engine: Engine, left: Begun, stays: ReadonlySet<string>): Promise<Own[]> {
  try {
    await waitForStarts(host, engine, left);
    const own = await takeAway(engine, left, stays);
    const networks = left.latest.find((line) => line.type === "networks_before")?.ids;
    if (stays.size === 0 && networks !== undefined) {
      await engine.removeNetworks((await engine.networks()).filter((id) => !networks.includes(id)));
    }
    return own;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw environmentFailure(`Cannot finish the earlier run in ${left.dir}: ${error.message}`, "Run it again");
  }
}

/** Stops and removes the run's containers, and verifies that they are gone. */
async function takeAway(engine: Engine, left: Begun, kept: ReadonlySet<string>): Promise<Own[]> {
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
    `Cannot remove what the earlier run in ${left.dir} left, ${still.map(({ name }) => name).join(", ")}: ` +
      (whys.find((why) => why !== undefined && why !== null) ?? "still there afterwards"),
    removable.length === 0 ? "Stop it by hand" : `Remove with: ${engine.removalCommand(removable)}`,
  );
}

async function closeJournal(host: Host, left: Begun, removed: readonly string[]): Promise<void> {
  await endJournal(host, left, [
    ...removed.map((containerId) => ({ type: "released" as const, containerId })),
    { type: "interrupted", by: "a kill" },
    { type: "run_finished" },
  ]);
  await renderIn(host, left.dir);
}

/** Renews the extracts, whose lines a kill may have cut, and the reports; removes half-written files. */
async function renderIn(host: Host, dir: string): Promise<void> {
  const writeAtomic = (path: string, data: FileData) => writeEvidence({ auditDir: dir, host }, path, data);
  const { fold } = await readBefore(host.files, dir, "Cannot finish");
  const makeRoom = roomMaker(host);
  await writeReports({ ...host.files, writeAtomic }, ".", judge(fold.evidence, makeRoom), { dir }, makeRoom);
  await removeFrom(host, dir, (name) => placeOf(name) !== null);
}

/** Removes files from an audit dir and its raw/. */
async function removeFrom({ files }: Host, dir: string, isLeft: (name: string) => boolean): Promise<void> {
  for (const place of [dir, join(dir, "raw")]) {
    for (const name of (await files.list(place)).filter(isLeft)) await files.remove(join(place, name));
  }
}
