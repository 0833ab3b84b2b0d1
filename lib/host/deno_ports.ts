/**
 * Ports that programs like this one have chosen and do not listen on yet. Between the choice and the first listener a second
 * one would find the same port free, and each would then probe the other's service. A file a port, with the process id; one
 * of a process that is gone counts for nothing.
 */

import { join } from "@std/path";
import { signalProcess } from "./deno_children.ts";

/** A user's own: what others could write into is not to be trusted, and they cannot write here. */
function folder(): string | null {
  const dir = join(Deno.env.get("TMPDIR") || "/tmp", `vx11-stability-ports-${Deno.uid() ?? 0}`);
  try {
    Deno.mkdirSync(dir, { mode: 0o700, recursive: true });
    const { isDirectory, uid } = Deno.lstatSync(dir);
    return isDirectory && (uid === null || uid === Deno.uid()) ? dir : null;
  } catch {
    return null;
  }
}

/** Whether the port is this program's now. Where nothing can be written down, every port is. */
export function reservePort(port: number): boolean {
  const dir = folder();
  if (dir === null) return true;
  const path = join(dir, String(port));
  // Twice, since what a dead process left is taken over.
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      Deno.writeTextFileSync(path, String(Deno.pid), { createNew: true });
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) return true;
    }
    if (isHeld(path)) return false;
    remove(path);
  }
  return false;
}

/** Also of a port that was never reserved. */
export function releasePort(port: number): void {
  const dir = folder();
  if (dir !== null) remove(join(dir, String(port)));
}

function isHeld(path: string): boolean {
  try {
    const pid = Number(Deno.readTextFileSync(path));
    // Just made, and not written yet.
    return pid === 0 || signalProcess(pid, 0) !== "gone";
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or not ours to remove.
  }
}
