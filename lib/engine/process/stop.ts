/**
 * Ends the processes of a service: sends the stop signal, waits for the grace period, sends SIGKILL, and verifies that
 * none is left, including those in a session of their own.
 */

import { signalNumber } from "../../text/units.ts";
import type { Host, KillOutcome } from "../../host/host.ts";
import type { StopSignal } from "../../model/process.ts";
import type { StopResult } from "../engine.ts";
import type { MarkReader } from "./marks.ts";
import type { Supervisor } from "./supervisor.ts";
import { endAll as end, KILL_LIMIT_MS, LONGEST_PAUSE_MS } from "../../proc/end.ts";
import { orphansOf } from "../../proc/orphans.ts";
import type { Proc, Tree } from "../../proc/tree.ts";
import { isAlive, membersOf } from "../../proc/tree.ts";

export interface Ending {
  host: Host;
  marks: MarkReader;
}

/**
 * Identifies processes: by the mark in their environment, by the known tree, and by the family that they were spawned
 * as.
 */
export interface Target {
  id: string;
  tree: Tree | null;
}

/** The target's processes that are alive. */
export function survivors({ host, marks }: Ending, { id, tree }: Target): Proc[] {
  const processes = marks.processes(tree?.root.start);
  const members = tree === null ? [] : membersOf(processes, tree).filter(isAlive);
  const strays = marks.marked(processes, tree?.root.start).filter(({ mark }) => mark.id === id);
  const found = [...members, ...strays.map(({ proc }) => proc), ...orphansOf(host, id)];
  return [...new Map(found.map((proc) => [proc.pid, proc])).values()];
}

/** Kills all of the target's processes. Returns why some are left at the deadline, or null if none is. */
export async function endAll(ending: Ending, target: Target, deadlineMs?: number): Promise<string | null> {
  const left = await end(ending.host, () => survivors(ending, target), { isTold: target.tree !== null, deadlineMs });
  if (left === "unseen") return "whether a process of it is left could not be seen: /proc cannot be read";
  return left?.map(leftText).join("; ") ?? null;
}

function leftText({ outcome, proc: { name, pid, state } }: { proc: Proc; outcome: KillOutcome }): string {
  const who = `process ${pid} (${name})`;
  if (outcome === "not permitted") return `${who} belongs to another user, and this user may not kill it`;
  if (state === "D") return `${who} is in uninterruptible sleep, and no signal ends it before that is over`;
  return `${who} was still there ${KILL_LIMIT_MS / 1000} s after SIGKILL`;
}

/** Ends what the main process left when it ended, as in a container. */
export async function sweep(ending: Ending, supervisor: Supervisor): Promise<void> {
  await endAll(ending, supervisor);
  // Without /proc only the group can be reached.
  if (supervisor.tree === null) supervisor.latest?.killGroup("SIGKILL");
}

/** If the service has ended already, this only verifies that nothing of it is left. */
export async function stopSupervised(
  ending: Ending,
  supervisor: Supervisor,
  graceSec: number,
): Promise<StopResult> {
  const { host } = ending;
  const began = host.clock.mono();
  const { child, isUp } = supervisor;
  supervisor.giveUp();
  if (child !== null) {
    const { stopSignal } = supervisor.spec;
    supervisor.emit("kill", { signal: signalNumber(stopSignal) ?? null });
    child.killGroup(stopSignal);
    if (!await within(host, graceSec * 1000, child.exit)) {
      supervisor.emit("kill", { signal: signalNumber("SIGKILL") ?? null });
      child.killGroup("SIGKILL");
    }
  }
  const deadline = host.clock.mono() + KILL_LIMIT_MS;
  const ended = await within(host, KILL_LIMIT_MS, supervisor.ended);
  const error = await endAll(ending, supervisor, deadline) ?? (ended ? null : "it did not end on SIGKILL");
  if (isUp) supervisor.emit("stop");
  return {
    containerId: supervisor.id,
    durationMs: host.clock.mono() - began,
    exitCode: supervisor.state.exitCode,
    stopped: error === null,
    error,
  };
}

/** Stops the processes of a program that is gone. They are no children of ours, so their exit code is unknown. */
export async function stopStray(
  ending: Ending,
  target: Target & { tree: Tree },
  { graceSec, signal }: { graceSec: number; signal: StopSignal },
): Promise<StopResult> {
  const { clock, kill } = ending.host;
  const began = clock.mono();
  const isLeft = () => survivors(ending, target).length > 0;
  if (isLeft()) kill(-target.tree.root.pid, signal);
  for (let pauseMs = 5; isLeft() && clock.mono() - began < graceSec * 1000;) {
    await clock.sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  const error = await endAll(ending, target);
  return {
    containerId: target.id,
    durationMs: clock.mono() - began,
    exitCode: null,
    stopped: error === null,
    error,
  };
}

/** Whether `ended` settles within the limit, which is never cut short. */
async function within({ clock }: Host, limitMs: number, ended: Promise<unknown>): Promise<boolean> {
  const deadline = clock.mono() + limitMs;
  const timer = new AbortController();
  const limit = (async () => {
    // A timer may go off a moment before its time by the other clock.
    for (let left = limitMs; left > 0; left = deadline - clock.mono()) await clock.sleep(left, timer.signal);
    return false;
  })().catch(() => false);
  try {
    return await Promise.race([ended.then(() => true), limit]);
  } finally {
    timer.abort();
    await limit;
  }
}
