/**
 * Services that a killed program has left running, found by the marks in their environment. They are shown as
 * containers of the project, so that they can be stopped and removed like those.
 */

import type { Host } from "../../host/host.ts";
import type { ContainerState } from "../../model/evidence.ts";
import { commandOf, readProcess, startedAtMs } from "../../proc/proc.ts";
import { ownerOf } from "./env.ts";
import type { MarkReader } from "./marks.ts";
import type { Proc, Tree } from "../../proc/tree.ts";
import { isAlive, newTree, variableOf } from "../../proc/tree.ts";

export interface Leftover {
  id: string;
  service: string;
  /** Its main process, or the oldest if that is gone. */
  main: Proc;
  /** As computed when it was found: computed again it would differ by some milliseconds, as after a restart. */
  startedAt: string | null;
  tree: Tree;
  /** The port that its variable PORT names; null if there is none. */
  port: number | null;
}

/** Those of the project whose program has ended; a program that still runs keeps its own. */
export function findLeftovers(host: Host, marks: MarkReader, project: string): Leftover[] {
  const marked = marks.marked(marks.processes()).filter(({ mark }) => mark.project === project);
  const byId = Map.groupBy(marked, ({ mark }) => mark.id);
  return [...byId].flatMap(([id, each]): Leftover[] => {
    const service = each[0]?.mark.service;
    const main = mainOf(each.map(({ proc }) => proc));
    if (service === undefined || main === undefined || isOwnerAlive(host, id)) return [];
    const port = Number(variableOf(host.kernel.read(`/proc/${main.pid}/environ`) ?? "", "PORT"));
    const startedMs = startedAtMs(host.kernel, host.clock.wall(), main.start);
    const startedAt = startedMs === null ? null : new Date(startedMs).toISOString();
    const tree = newTree({ pid: main.pid, start: main.start });
    return [{ id, service, main, startedAt, tree, port: port > 0 ? port : null }];
  });
}

function isOwnerAlive({ kernel }: Host, id: string): boolean {
  const owner = ownerOf(id);
  const now = owner === null ? null : readProcess(kernel, owner.pid);
  return now !== null && now.start === owner?.start && isAlive(now);
}

function mainOf(processes: readonly Proc[]): Proc | undefined {
  const byAge = [...processes].sort((a, b) => a.start - b.start);
  return byAge.find(({ pid, session }) => pid === session) ?? byAge[0];
}

export function leftoverState(
  { kernel }: Host,
  { id, main, service, startedAt }: Leftover,
  limits: Pick<ContainerState, "memLimitBytes" | "stopGraceSec">,
): ContainerState {
  return {
    id,
    name: service,
    service,
    image: commandOf(kernel, main),
    status: "running",
    pid: main.pid,
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    startedAt,
    finishedAt: null,
    health: null,
    healthOutput: null,
    error: null,
    ...limits,
  };
}
