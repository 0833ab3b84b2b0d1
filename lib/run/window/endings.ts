/** Whether a container of a module has ended for good while its window is open: one that died may come back by itself. */

import type { Look } from "../../engine/engine.ts";
import { isEngineTrouble } from "../../engine/trouble.ts";
import { isOfJob } from "../../health/registry.ts";
import { hasCompleted } from "../../model/evidence.ts";
import type { ModuleSpec } from "../../model/module.ts";
import type { RunContext } from "../context.ts";
import { COME_BACK_MS, isOver } from "./last_look.ts";

export interface EndingsOf {
  /** Ends a wait: the window closes, or the user interrupts. */
  stop(): AbortSignal;
  /** Whether its services are probed: only then is a container that is gone given time to come back. */
  isProbed(): boolean;
}

export class Endings {
  readonly #context: RunContext;
  readonly #spec: ModuleSpec;
  readonly #of: EndingsOf;
  readonly #ended = new AbortController();
  /** Checks of whether a container that died has ended for good. */
  readonly #checks: Promise<void>[] = [];
  readonly #completed = new Set<string>();

  constructor(context: RunContext, spec: ModuleSpec, of: EndingsOf) {
    this.#context = context;
    this.#spec = spec;
    this.#of = of;
  }

  /** Aborted when a container of the module has ended for good: then waiting for it is useless. */
  get forGood(): AbortSignal {
    return this.#ended.signal;
  }

  /** Jobs that were seen to have done their work: nothing answers for them any more. */
  get completed(): ReadonlySet<string> {
    return this.#completed;
  }

  /** A container has died: finds out, in its own time, whether for good. */
  note(): void {
    const check = this.#check();
    // `settled` passes the error on to the caller that closes the window.
    check.catch(() => {});
    this.#checks.push(check);
  }

  /** One was seen to have ended for good. */
  end(): void {
    this.#ended.abort();
  }

  /** Resolves when it is known, for every container that died so far, whether it has ended for good. */
  async settled(): Promise<void> {
    await Promise.all(this.#checks);
  }

  /** Whether it has ended for good, unless it is a service that ends with 0 when its work is done. */
  isLost(look: Look): boolean {
    const { service } = look.state;
    if (!isOver(look)) return false;
    const isJob = this.#context.engine.services.get(service)?.oneShot === true ||
      this.#spec.health.some((check) => check.service === service && isOfJob(check));
    const completed = isJob && hasCompleted(look.state);
    if (completed) this.#completed.add(service);
    return !completed;
  }

  async #check(): Promise<void> {
    try {
      if (!await this.#isAnyLost()) return;
      if (this.#of.isProbed()) {
        const signal = this.#of.stop();
        await this.#context.host.clock.sleep(COME_BACK_MS, signal).catch(() => {});
        if (signal.aborted || !await this.#isAnyLost()) return;
      }
      this.end();
    } catch (error) {
      // The last look reports an engine that does not answer.
      if (!isEngineTrouble(error)) throw error;
    }
  }

  async #isAnyLost(): Promise<boolean> {
    const looks = await this.#context.fleet.look();
    return this.#spec.services.some((service) => {
      const look = looks.get(service);
      return look !== undefined && this.isLost(look);
    });
  }
}
