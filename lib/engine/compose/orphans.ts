/**
 * Commands that a killed program has left running: `docker compose up` goes on creating containers. They are found by a
 * mark in their environment, on a host that shows it.
 */

import type { Host } from "../../host/host.ts";
import { endMarked } from "../../proc/marked.ts";

/** Given to every command that creates something. */
export const ORPHAN_VARIABLE = "VX11_STABILITY_COMMAND_OF";

/** The mark of the commands that a program runs for a project. */
export function orphanMark(project: string, pid: number): string {
  return `${project}/${pid}`;
}

/** Kills those that carry the mark, and waits until they are gone. Never this program itself. */
export async function endOrphans(host: Host, mark: string): Promise<void> {
  await endMarked(host, `${ORPHAN_VARIABLE}=${mark}`);
}
