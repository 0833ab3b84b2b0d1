/**
 * One run at a time on one project of one engine, wherever its checkout is: two runs would take each other's containers. The
 * lock is a file in the system's temporary folder; a kill releases it.
 */

import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { anotherRun, type RunMark } from "./marks.ts";
import { isGoingOn } from "./run_identity.ts";

/** Every user of this host can create a lock file here. */
const LOCK_DIR = "/tmp";

/** Resolves to a function that releases the lock, or to null if no lock is possible at all. Failure if another run holds it. */
export async function lockProject(host: Host, engine: Engine, mark: RunMark): Promise<(() => Promise<void>) | null> {
  if (engine.identity === undefined) return () => Promise.resolve();
  const path = pathOf(engine.identity);
  let lock;
  try {
    lock = await host.files.lock(path, JSON.stringify(mark));
  } catch {
    return null;
  }
  if ("release" in lock) return lock.release;
  throw anotherRun(parse(lock.holder) ?? { project: engine.project.name });
}

/**
 * The run that holds the lock, as the file says and if its process is there: the file alone may be left of a kill. null if
 * there is none. Takes no lock.
 */
export async function lockHolder(host: Host, { identity }: Pick<Engine, "identity">): Promise<RunMark | null> {
  if (identity === undefined) return null;
  const text = await host.files.readText(pathOf(identity)).catch(() => "");
  const mark = parse(text);
  return mark !== null && isGoingOn(host, mark) ? mark : null;
}

function pathOf(identity: string): string {
  return `${LOCK_DIR}/vx11-stability-${identity.replaceAll(/[^\w-]/g, "-").slice(0, 200)}.lock`;
}

/** null if the holder has not finished writing it. */
function parse(text: string): RunMark | null {
  try {
    return JSON.parse(text) as RunMark;
  } catch {
    return null;
  }
}
