/**
 * All processes of a test's command in a container: known by the mark in their environment, by the session that the engine
 * gives to the command, and by their descent as long as its parents live. Ended from this host if that is the engine's and may
 * end them, else from within the container; seen by the engine, so that nothing counts as gone that is not.
 */

import type { Host } from "../../../host/host.ts";
import type { Survivors } from "../../../model/service_run.ts";
import { KILL_LIMIT_MS, LONGEST_PAUSE_MS } from "../../../proc/end.ts";
import { Descendants, endStrays, markEnv } from "../../../proc/strays.ts";
import { docker } from "../docker.ts";
import type { InContainer } from "./get.ts";
import type { ExecState } from "./state.ts";
import { isDown } from "./text.ts";

export interface FamilyTools {
  host: Host;
  cwd: string;
  inside: Pick<InContainer, "endMarked">;
}

/** How often the engine is asked for the command's process until it has one. */
const BEGIN_MS = 50;

export class ExecFamily {
  readonly #tools: FamilyTools;
  readonly #containerId: string;
  readonly #family: string;
  readonly #state: () => Promise<ExecState | null>;
  readonly #over = new AbortController();
  /** Of the command's own process, on the engine's host. */
  #pid: number | null = null;
  #descendants: Descendants | undefined = undefined;
  #watching: Promise<void> = Promise.resolve();
  #hasBegun = false;

  /** `state`: what the engine says of the command now. */
  constructor(tools: FamilyTools, containerId: string, family: string, state: () => Promise<ExecState | null>) {
    this.#tools = tools;
    this.#containerId = containerId;
    this.#family = family;
    this.#state = state;
  }

  /** Called right before the command is started. */
  begin(): void {
    this.#hasBegun = true;
    this.#watching = this.#watch();
  }

  /** The engine refused to start it. */
  withdraw(): void {
    this.#hasBegun = false;
    this.#over.abort();
  }

  async #watch(): Promise<void> {
    const { host } = this.#tools;
    const { signal } = this.#over;
    while (this.#pid === null && !signal.aborted) {
      const state = await this.#state();
      if (state === "gone") return;
      if (state !== null && state.pid > 0) this.#pid = state.pid;
      else if (state !== null && state.code !== null) return;
      else await host.clock.sleep(BEGIN_MS, signal).catch(() => {});
    }
    if (this.#pid === null || !this.#isHere(this.#pid)) return;
    this.#descendants = new Descendants(host, this.#pid, this.#family);
    await this.#descendants.watch(host.clock, signal);
  }

  /** The engine may have another host than this one, where the number is another process's. */
  #isHere(pid: number): boolean {
    return this.#tools.host.kernel.read(`/proc/${pid}/cgroup`)?.includes(this.#containerId) === true;
  }

  async endAll(): Promise<Survivors | null> {
    if (!this.#hasBegun) return null;
    const { clock } = this.#tools.host;
    this.#descendants?.look();
    this.#over.abort();
    await this.#watching;
    const deadline = clock.mono() + KILL_LIMIT_MS;
    for (let pauseMs = 1;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const here = await endStrays(this.#tools.host, this.#family, this.#descendants);
      const seen = await this.#seen();
      const isStill = await this.#isRunning();
      if (seen !== "unseen" && seen.length === 0 && !isStill) return here;
      if (seen !== "unseen" && seen.length > 0) await this.#kill(seen);
      if (clock.mono() > deadline) {
        return seen === "unseen" || seen.length === 0 ? "unseen" : { pids: seen };
      }
      // A host that shows its containers' processes has shown that none is left.
      if (seen === "unseen" && here === null && !isStill && this.#descendants?.isKnown === true) return null;
      await clock.sleep(pauseMs);
    }
  }

  async #kill(pids: readonly number[]): Promise<void> {
    const { host, inside } = this.#tools;
    const here = pids.filter((pid) => this.#isHere(pid) && host.kill(pid, "SIGKILL") !== "not permitted");
    if (here.length < pids.length) await inside.endMarked(this.#containerId, this.#family);
  }

  /** Whether it still runs, or may be about to begin. */
  async #isRunning(): Promise<boolean> {
    const state = await this.#state();
    return state !== null && state !== "gone" && (state.isRunning || state.code === null);
  }

  /** Process ids of what is left, on the engine's host, by the engine's own look at the container. */
  async #seen(): Promise<number[] | "unseen"> {
    const { cwd, host } = this.#tools;
    const args = ["top", this.#containerId, "axeww", "-o", "pid,sid,stat,args"];
    const { code, stderr, stdout, timedOut } = await docker(host, args, { cwd });
    if (code !== 0) return !timedOut && isDown(stderr) ? [] : "unseen";
    return leftIn(stdout, { mark: markOf(this.#family), session: this.#pid });
  }
}

/** As a process's environment has it. */
function markOf(family: string): string {
  return Object.entries(markEnv(family)).map(([name, value]) => `${name}=${value}`).join();
}

/**
 * Which processes of a table, with the columns pid, session, state, and command with environment, carry the mark or belong to the
 * session. A dead one that nobody waits for is gone.
 */
export function leftIn(table: string, { mark, session }: { mark: string; session: number | null }): number[] {
  const rows = [...table.matchAll(/^ *(\d{1,10}) +(\d{1,10}) +(\S+) +(.*)$/gm)];
  return rows.filter(([, , sid, state = "", words = ""]) =>
    !state.startsWith("Z") && (Number(sid) === session || words.split(" ").includes(mark))
  ).map(([, pid]) => Number(pid));
}
