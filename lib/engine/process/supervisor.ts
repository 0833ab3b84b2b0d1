/**
 * One service of the process engine, from its first start to its removal: its main process, its restarts by policy, its
 * state as the engine shows it, and its events. It plays the part of a container.
 */

import { SIGTERM } from "../../figures/stops.ts";
import { signalNumber } from "../../text/units.ts";
import type { Child, ChildExit, Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import type { ContainerState, EngineEvent } from "../../model/evidence.ts";
import type { ProcessSpec } from "../../model/process.ts";
import { orphanOf } from "../../proc/orphans.ts";
import { identify } from "../../proc/proc.ts";
import type { ProcessOutput } from "./output.ts";
import type { Printed } from "./printed.ts";
import type { Tree } from "../../proc/tree.ts";
import { newTree } from "../../proc/tree.ts";

/**
 * As in Docker: the pause doubles from restart to restart, and is short again after a process that stayed for a while.
 */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;
const STEADY_MS = 10_000;

export interface SupervisorSetup {
  host: Host;
  id: string;
  service: string;
  spec: ProcessSpec;
  /** Absolute. */
  cwd: string;
  env: Record<string, string>;
  onEvent: (event: EngineEvent) => void;
  /** Ends what the main process left behind when it ended. */
  sweep: (supervisor: Supervisor) => Promise<void>;
}

export class Supervisor {
  readonly id: string;
  readonly service: string;
  readonly spec: ProcessSpec;
  readonly #setup: SupervisorSetup;
  #child: Child | null = null;
  #latest: Child | null = null;
  #tree: Tree | null = null;
  #output: ProcessOutput | null = null;
  #oomKills = 0;
  #mainKilledForMemory = false;
  #pauseMs = FIRST_PAUSE_MS;
  /** Aborted once a stop was requested: nothing is started again. */
  #unwanted = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #state: Pick<
    ContainerState,
    "status" | "exitCode" | "oomKilled" | "restartCount" | "startedAt" | "finishedAt" | "error"
  > = {
    status: "created",
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    startedAt: null,
    finishedAt: null,
    error: null,
  };

  constructor(setup: SupervisorSetup) {
    this.#setup = setup;
    this.id = setup.id;
    this.service = setup.service;
    this.spec = setup.spec;
  }

  get state(): ContainerState {
    const { command, memLimitBytes, stopGraceSec } = this.spec;
    const stopSignal = signalNumber(this.spec.stopSignal);
    return {
      ...this.#state,
      id: this.id,
      name: this.service,
      service: this.service,
      image: command.join(" "),
      pid: this.#child?.pid ?? null,
      health: null,
      healthOutput: null,
      memLimitBytes,
      stopGraceSec,
      ...(stopSignal === undefined || stopSignal === SIGTERM ? {} : { stopSignal }),
    };
  }

  /** Whether it runs, or is about to be restarted. */
  get isUp(): boolean {
    return this.#state.status === "running" || this.#state.status === "restarting";
  }

  /** The running main process; null if there is none. */
  get child(): Child | null {
    return this.#child;
  }

  /** Its latest main process, also after its end. */
  get latest(): Child | null {
    return this.#latest;
  }

  /** What is known of its processes since its latest start; null before the first one, and without /proc. */
  get tree(): Tree | null {
    return this.#tree;
  }

  /** Path of its output; null before the first start. */
  get outputPath(): string | null {
    return this.#output?.path ?? null;
  }

  /** What it prints since its latest start; null if it does not run. */
  get printed(): Printed | null {
    return this.#child === null ? null : this.#output?.printed ?? null;
  }

  /** Processes killed for memory since it was created. */
  get oomKills(): number {
    return this.#oomKills;
  }

  /** Resolves when it has ended for good, and all its output is written. */
  get ended(): Promise<void> {
    return this.#following;
  }

  /** If it throws SpawnError, nothing has been started. From here on it owns `output`. */
  start(output: ProcessOutput): void {
    this.#output = output;
    this.#unwanted = new AbortController();
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#state = { ...this.#state, restartCount: 0 };
    const child = this.#spawn();
    this.#following = this.#follow(child);
  }

  /** Nothing is started again from here on. */
  giveUp(): void {
    this.#unwanted.abort();
  }

  /** If `pid` is the main process, its next end is due to the memory limit. */
  noteMemoryKill(pid: number): void {
    this.#oomKills++;
    if (pid === this.#child?.pid) this.#mainKilledForMemory = true;
    this.emit("oom");
  }

  emit(
    action: string,
    { exitCode = null, signal = null }: Partial<Pick<EngineEvent, "exitCode" | "signal">> = {},
  ): void {
    const time = this.#now();
    this.#setup.onEvent({
      time,
      action,
      containerId: this.id,
      container: this.service,
      service: this.service,
      exitCode,
      signal,
    });
  }

  #now(): string {
    return new Date(this.#setup.host.clock.wall()).toISOString();
  }

  #spawn(): Child {
    const { cwd, env, host } = this.#setup;
    const child = host.spawn(this.spec.command, { cwd, env, family: this.id });
    const root = identify(host.kernel, child.pid);
    this.#child = this.#latest = child;
    this.#tree = root === null ? null : newTree(root, orphanOf(host, this.id));
    this.#mainKilledForMemory = false;
    this.#output?.take(child);
    this.#state = {
      ...this.#state,
      status: "running",
      exitCode: null,
      oomKilled: false,
      startedAt: this.#now(),
      finishedAt: null,
      error: null,
    };
    this.emit("start");
    return child;
  }

  /** Through all restarts, to the end for good. */
  async #follow(first: Child): Promise<void> {
    for (let child: Child | null = first; child !== null; child = await this.#next()) {
      const { clock } = this.#setup.host;
      const began = clock.mono();
      this.#takeEnd(await child.exit, clock.mono() - began);
      await this.#setup.sweep(this);
    }
    await this.#output?.close();
  }

  #takeEnd(exit: ChildExit, uptimeMs: number): void {
    const exitCode = exitCodeOf(exit);
    const again = !this.#unwanted.signal.aborted && isRestarted(this.spec, exitCode);
    if (uptimeMs >= STEADY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#child = null;
    this.#state = {
      ...this.#state,
      status: again ? "restarting" : "exited",
      exitCode,
      oomKilled: this.#mainKilledForMemory,
      restartCount: this.#state.restartCount + (again ? 1 : 0),
      finishedAt: this.#now(),
    };
    this.emit("die", { exitCode });
  }

  /** Starts it again after the pause, if its policy says so; null if it does not. */
  async #next(): Promise<Child | null> {
    if (this.#state.status !== "restarting") return null;
    try {
      await this.#setup.host.clock.sleep(this.#pauseMs, this.#unwanted.signal);
      this.#unwanted.signal.throwIfAborted();
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      return this.#spawn();
    } catch (error) {
      if (!this.#unwanted.signal.aborted && !(error instanceof SpawnError)) throw error;
      this.#state = {
        ...this.#state,
        status: "exited",
        error: error instanceof SpawnError ? `it could not be started again: ${error.message}` : null,
      };
      return null;
    }
  }
}

/** As in shells and Docker: 128 plus the number of the signal, if a signal ended it. */
export function exitCodeOf({ code, signal }: ChildExit): number | null {
  if (signal === null) return code;
  const number = signalNumber(signal);
  return number === undefined ? null : 128 + number;
}

function isRestarted({ restart }: ProcessSpec, exitCode: number | null): boolean {
  return restart === "always" || (restart === "on-failure" && exitCode !== 0);
}
