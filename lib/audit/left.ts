/** What killed runs left, for a command that only looks: as leftovers.ts finds it, and nothing is removed. */

import type { Engine, Look } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { isOn, isSame, isUnfinished, readEarlier, readUnfinished } from "./ended_run.ts";
import { findMarks, type FoundMark, type RunMark } from "./marks.ts";
import { leftApart } from "./left_apart.ts";
import { coreOf, isEndedBy, ownContainers, servicesKept } from "./own_containers.ts";
import { isGoingOn } from "./run_identity.ts";

export interface Left {
  dir: string;
  /** Whether it was killed; else it had ended, but could not remove everything. */
  killed: boolean;
  /** Names of its containers that a new run, or `clean`, would stop. */
  containers: string[];
}

export interface EarlierRuns {
  /** Runs on this project that are still at work. */
  alive: RunMark[];
  left: Left[];
}

/** `looks`: the project's containers now. `dirs`: folders that may hold a killed run without a mark. Throws a usage Failure. */
export async function findLeft(
  host: Host,
  engine: Engine,
  { dirs, looks, projectDir }: { dirs: readonly string[]; looks: readonly Look[]; projectDir: string },
): Promise<EarlierRuns> {
  const found: EarlierRuns = { alive: [], left: [] };
  for (const mark of await findMarks(host, projectDir)) {
    if (!isSame(engine, mark)) continue;
    if (isGoingOn(host, mark)) {
      found.alive.push(mark);
      continue;
    }
    const earlier = await readEarlier(host, mark.auditDir);
    const killed = isUnfinished(earlier);
    if (!killed && !isEndedBy(mark, earlier) || earlier.run === null) continue;
    const begun = { ...earlier, run: earlier.run };
    if (!isOn(engine, begun)) continue;
    const stays = killed ? coreOf(engine, begun, begun.run.keepCore) : servicesKept(engine, begun);
    const containers = namesOf(ownContainers(engine, begun, looks).map(({ look }) => look), stays);
    if (killed || containers.length > 0) found.left.push({ dir: earlier.dir, killed, containers });
  }
  const marked = found.left.map(({ dir }) => dir);
  for (const dir of dirs.filter((each) => !marked.includes(each))) {
    const begun = await readUnfinished(host, engine, dir);
    if (begun === null) continue;
    const own = ownContainers(engine, begun, looks).map(({ look }) => look);
    found.left.push({ dir, killed: true, containers: namesOf(own, coreOf(engine, begun, begun.run.keepCore)) });
  }
  for (const { family, name } of await leftApart(host, engine)) {
    found.left.push({ dir: family, killed: true, containers: [name] });
  }
  return found;
}

function namesOf(looks: readonly Look[], stays: ReadonlySet<string>): string[] {
  return looks.filter(({ state }) => !stays.has(state.service)).map(({ state }) => state.name);
}

/** Marks of runs in this project dir that are gone, whatever their engine: what they left cannot be seen without it. */
export async function goneMarks(host: Host, projectDir: string): Promise<FoundMark[]> {
  return (await findMarks(host, projectDir)).filter((mark) => !isGoingOn(host, mark));
}
