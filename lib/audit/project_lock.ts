/**
 * One run at a time on one project of one engine, wherever its checkout is: two of them would take each other's containers.
 * The lock is a file among the system's temporary ones, which a run that is killed lets go of.
 */

import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { anotherRun, type Mark } from "./marks.ts";

/** Where every user of this host may put one. */
const LOCK_DIR = "/tmp";

/** Resolves to how to let go of it, or to null if it cannot be had at all. Failure if another run has it. */
export async function lockProject(host: Host, engine: Engine, mark: Mark): Promise<(() => Promise<void>) | null> {
  if (engine.identity === undefined) return () => Promise.resolve();
  const path = `${LOCK_DIR}/vx11-stability-${engine.identity.replaceAll(/[^\w-]/g, "-").slice(0, 200)}.lock`;
  let lock;
  try {
    lock = await host.files.lock(path, JSON.stringify(mark));
  } catch {
    return null;
  }
  if ("release" in lock) return lock.release;
  throw anotherRun(parse(lock.holder) ?? { project: engine.project.name });
}

/** null for what is not written yet. */
function parse(text: string): Mark | null {
  try {
    return JSON.parse(text) as Mark;
  } catch {
    return null;
  }
}
