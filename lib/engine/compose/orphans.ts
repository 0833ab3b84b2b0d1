/**
 * Commands that a killed program has left running: `docker compose up` goes on creating containers. They are found by a
 * mark in their environment, on a host that shows it.
 */

import type { Host } from "../../host/host.ts";

/** Given to every command that creates something. */
export const ORPHAN_VARIABLE = "VX11_STABILITY_COMMAND_OF";

/** The mark of the commands that a program runs for a project. */
export function orphanMark(project: string, pid: number): string {
  return `${project}/${pid}`;
}

/** How long a killed command may take to end. */
const GONE_LIMIT_MS = 5000;
const LOOK_MS = 20;

/** Kills those that carry the mark, and waits until they are gone. Never this program itself. */
export async function endOrphans(host: Host, mark: string): Promise<void> {
  const { clock, kernel, pid: self } = host;
  const wanted = `${ORPHAN_VARIABLE}=${mark}`;
  const isMarked = (pid: number) => (kernel.read(`/proc/${pid}/environ`) ?? "").split("\0").includes(wanted);
  const pids = kernel.list("/proc").map(Number).filter((pid) => pid > 1 && pid !== self && isMarked(pid));
  for (const pid of pids) host.kill(pid, "SIGKILL");
  const end = clock.mono() + GONE_LIMIT_MS;
  while (pids.some(isMarked) && clock.mono() < end) await clock.sleep(LOOK_MS);
}
