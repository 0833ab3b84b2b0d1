/** A command that a check runs: how it ended, and the mark by which it is known until then. */

import type { Host } from "../host/host.ts";

/** How a command ended that was run in a container, or for a process. */
export interface Executed {
  code: number;
  /** What it printed, on both streams. */
  output: string;
  /** How long it took only to reach the engine, in ms. */
  lateMs?: number;
}

/** In ms: a command that a check runs is ended then, or when `signal` aborts. */
export interface ExecLimit {
  limitMs: number;
  signal: AbortSignal;
}

/** What it and all that it starts have in their environment. */
export const EXEC_VARIABLE = "VX11_STABILITY_EXEC";

let marks = 0;

/** Differs for each command of all programs on this host. */
export function execMark({ clock, pid }: Pick<Host, "clock" | "pid">): string {
  return `exec-${pid}-${Math.round(clock.wall())}-${++marks}-`;
}

export function outlived(limitMs: number): Error {
  return new Error(`it had not ended after ${limitMs} ms`);
}

const LONGEST = 200;

/** The last line that says something. */
export function lastLine(output: string): string {
  return (output.trim().split("\n").at(-1) ?? "").trim().slice(0, LONGEST);
}
