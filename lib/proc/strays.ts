/**
 * Ends the processes that a test started and left in a session of their own, which no signal to the test's group reaches.
 * They are known by a mark in their environment, like a service's processes, and by their descent from the test: a child
 * whose environment was cleared is seen as long as its parents live, and after that as an orphan, if this program gets
 * those (lib/proc/orphans.ts).
 */

import type { Host } from "../host/host.ts";
import type { Survivors } from "../model/service_run.ts";
import { endAll } from "./end.ts";
import { orphanOf, orphansOf } from "./orphans.ts";
import { identify, processIds, readFamilies } from "./proc.ts";
import { isAlive, membersOf, newTree, type Tree } from "./tree.ts";

/** The variable of the mark. */
export const MARK = "VX11_TEST_RUN";

/** How often a test's descendants are looked at while it runs. */
const LOOK_MS = 250;

type StrayHost = Pick<Host, "clock" | "kernel" | "kill" | "orphans" | "pid">;

/** `id`: unique to one run of one test file. */
export function markEnv(id: string): Record<string, string> {
  return { [MARK]: id };
}

/**
 * The descendants of a test, remembered while it runs: when a parent has ended, nothing shows its children any more.
 */
export class Descendants {
  readonly #host: Pick<Host, "kernel" | "orphans">;
  /** null if the system does not show processes. */
  readonly #tree: Tree | null;

  /** `family`: the family that the test was spawned as. */
  constructor(host: Pick<Host, "kernel" | "orphans" | "pid">, pid: number, family: string) {
    const root = identify(host.kernel, pid);
    this.#host = host;
    this.#tree = root === null ? null : newTree(root, orphanOf(host, family));
  }

  /** Whether the system shows processes. */
  get isKnown(): boolean {
    return this.#tree !== null;
  }

  look(): void {
    if (this.#tree !== null) membersOf(this.#processes(this.#tree), this.#tree);
  }

  /** Looks again and again until the signal aborts. */
  async watch(clock: Host["clock"], signal: AbortSignal): Promise<void> {
    while (this.#tree !== null && !signal.aborted) {
      this.look();
      await clock.sleep(LOOK_MS, signal).catch(() => {});
    }
  }

  /** Process ids of the remembered descendants that still exist. */
  get left(): number[] {
    if (this.#tree === null) return [];
    return membersOf(this.#processes(this.#tree), this.#tree).filter(isAlive).map(({ pid }) => pid);
  }

  #processes({ root, seen }: Tree) {
    const { kernel, orphans } = this.#host;
    return readFamilies(kernel, [root.pid, ...seen.keys(), ...orphans.list()]);
  }
}

/**
 * Kills all processes with the mark, all orphans of the family of this name, and these descendants. null if nothing is
 * left.
 */
export async function endStrays(host: StrayHost, id: string, descendants?: Descendants): Promise<Survivors | null> {
  const { kernel, pid: self } = host;
  const entry = `${MARK}=${id}\0`;
  const isMarked = (pid: string) => `${kernel.read(`/proc/${pid}/environ`) ?? ""}`.includes(entry);
  const strays = () => {
    const marked = processIds(kernel).filter(isMarked).map(Number);
    const orphans = orphansOf(host, id).map(({ pid }) => pid);
    // Their children, too: after a parent is ended, nothing would show them.
    const families = [...readFamilies(kernel, [...marked, ...orphans]).values()].filter(isAlive).map(({ pid }) => pid);
    const all = new Set([...marked, ...orphans, ...families, ...descendants?.left ?? []]);
    return [...all].filter((pid) => pid !== self).map((pid) => ({ pid }));
  };
  const left = await endAll(host, strays, { isTold: descendants?.isKnown === true });
  return left === null || left === "unseen" ? left : { pids: left.map(({ proc: { pid } }) => pid) };
}
