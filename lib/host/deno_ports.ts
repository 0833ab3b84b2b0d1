/**
 * Ports that instances of this program have chosen and do not listen on yet. Between the choice and the first listener,
 * a second instance would find the same port free, and each would then probe the other's service. Each port has a file
 * with the process id; a file whose process is gone does not count.
 */

import { join } from "@std/path";
import { signalProcess } from "./deno_children.ts";

const mine = new Set<number>();

/**
 * A folder of this user alone, since one that others can write to cannot be trusted. Among the temporary files, another
 * user may have taken its name, to make two runs choose one port; then it is in a folder that only this user has.
 */
function folder(tmp?: string): string | null {
  const env = (name: string) => Deno.env.get(name) || undefined;
  const home = env("HOME");
  const parents = [
    tmp ?? env("TMPDIR") ?? "/tmp",
    env("XDG_RUNTIME_DIR"),
    env("XDG_CACHE_HOME") ?? (home === undefined ? undefined : join(home, ".cache")),
  ];
  for (const parent of parents) {
    const dir = parent === undefined ? null : ownFolder(join(parent, `vx11-stability-ports-${Deno.uid() ?? 0}`));
    if (dir !== null) return dir;
  }
  return null;
}

function ownFolder(dir: string): string | null {
  try {
    Deno.mkdirSync(dir, { mode: 0o700, recursive: true });
    const { isDirectory, mode, uid } = Deno.lstatSync(dir);
    const isClosed = mode === null || (mode & 0o022) === 0;
    return isDirectory && isClosed && (uid === null || uid === Deno.uid()) ? dir : null;
  } catch {
    return null;
  }
}

/** Whether the port is this program's now. If no file can be written anywhere, every port is. */
export function reservePort(port: number): boolean {
  const dir = folder();
  if (dir === null) return true;
  const path = join(dir, String(port));
  // Twice, since the port of a dead process is taken over.
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      Deno.writeTextFileSync(path, String(Deno.pid), { createNew: true });
      keep(port);
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) return true;
    }
    if (isHeld(path)) return false;
    remove(path);
  }
  return false;
}

/** Does nothing for a port that is not this program's. */
export function releasePort(port: number): void {
  const dir = mine.delete(port) ? folder() : null;
  if (dir === null) return;
  remove(join(dir, String(port)));
  // The folder is removed with the last of all ports; until then the system refuses.
  remove(dir);
}

/** Removes the files of instances that were killed, and so never released their ports. */
export function sweepPorts(tmp?: string): void {
  const dir = folder(tmp);
  if (dir === null) return;
  for (const { name } of Deno.readDirSync(dir)) if (!isHeld(join(dir, name))) remove(join(dir, name));
  remove(dir);
}

function keep(port: number): void {
  if (mine.size === 0) addEventListener("unload", releaseAll, { once: true });
  mine.add(port);
}

function releaseAll(): void {
  for (const port of mine) releasePort(port);
}

function isHeld(path: string): boolean {
  try {
    const pid = Number(Deno.readTextFileSync(path));
    // 0: just made, and not written yet.
    return pid === 0 || signalProcess(pid, 0) !== "gone";
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or not empty, or not ours to remove.
  }
}
