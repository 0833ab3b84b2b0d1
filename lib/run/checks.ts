/**
 * Docker's own health checks in one window. Of a service without a page, the check is its readiness: its command is run by this
 * program until it passes, since Docker may first do so after 30 s. Whatever check Docker has not come to run by the window's
 * end is run once. What it means, the verdict says.
 */

import type { Look } from "../engine/engine.ts";
import type { ProbeHost } from "../health/probe.ts";
import { isUp } from "../model/evidence.ts";
import type { RunContext } from "./context.ts";
import { attemptLimitMs, probingHost } from "./context.ts";
import { becomesReady } from "./readiness.ts";

/** A check may cost much, and does more than a page. */
const PAUSE_MS = 500;

interface Where {
  cycle: number;
  module: string;
}

export class Checks {
  readonly #context: RunContext;
  readonly #where: Where;
  /** Services that have no page, and so are ready when their check passes. */
  readonly #pageless: ReadonlySet<string>;

  constructor(context: RunContext, where: Where, pageless: readonly string[]) {
    this.#context = context;
    this.#where = where;
    this.#pageless = new Set(pageless);
  }

  /** Whether the check of every service without a page, of those that have one, passed within the timeout. */
  async ready(looks: ReadonlyMap<string, Look>, hopeless: AbortSignal): Promise<boolean> {
    const waited = [...looks.values()].filter((look) => this.#pageless.has(look.state.service) && this.#canRun(look));
    return (await Promise.all(waited.map((look) => this.#isReady(look, hopeless)))).every((ready) => ready);
  }

  #canRun({ state }: Look): boolean {
    return isUp(state) && state.health !== null && this.#context.engine.runCheck !== undefined;
  }

  async #isReady(look: Look, hopeless: AbortSignal): Promise<boolean> {
    const { service, startPeriodMs = 0 } = look.state;
    const where = { ...this.#where, service };
    this.#context.journal.add({ type: "endpoint", ...where, url: null, way: null, source: "health check", why: null });
    return await becomesReady(this.#context, this.#asking(look), { where, url: "", startPeriodMs }, hopeless);
  }

  /** The check in the place of a page: 200 where it passes. */
  #asking(look: Look): ProbeHost {
    let isFirst = true;
    return {
      ...probingHost(this.#context),
      get: async (_, signal) => {
        if (!isFirst) await this.#context.host.clock.sleep(PAUSE_MS, signal);
        isFirst = false;
        const now = (await this.#context.fleet.look(signal)).get(look.state.service) ?? look;
        const why = now.state.health === "healthy" ? null : await this.#run(now, signal);
        if (why !== null) throw new Error(why);
        return { status: 200 };
      },
    };
  }

  async #run(look: Look, signal: AbortSignal): Promise<string | null> {
    return await this.#context.engine.runCheck?.(look, { limitMs: attemptLimitMs(this.#context), signal }) ?? null;
  }

  /** Runs once what Docker has not seen pass; of a service with a page, only what it has not run at all. */
  async runDue(looks: readonly Look[]): Promise<void> {
    const { journal, signal } = this.#context;
    if (signal.aborted) return;
    await Promise.all(
      looks.filter((look) => this.#isDue(look)).map(async (look) => {
        const why = await this.#run(look, signal);
        // An interrupt is no failure of the check.
        if (!signal.aborted) journal.add({ type: "check_run", ...this.#where, service: look.state.service, why });
      }),
    );
  }

  #isDue(look: Look): boolean {
    const { checks, health, service, status } = look.state;
    if (status !== "running" || health !== "starting" || checks === undefined || !this.#canRun(look)) return false;
    return checks.passed === 0 && (checks.failed === 0 || this.#pageless.has(service));
  }
}
