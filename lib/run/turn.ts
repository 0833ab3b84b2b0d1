/** A module's wait for its turn: what it needs, and the message about a wait that was not for a slot. */

import { duration, mib } from "../text/units.ts";
import type { RunContext } from "./context.ts";
import { notify, specOf } from "./context.ts";
import type { Claim, Gate, Turn } from "./gate.ts";
import { memoryOf } from "./gate.ts";
import { LOOK_MS } from "./start_pressure.ts";
import type { Unit } from "./units.ts";

/**
 * Resolves when the module may go on; it has to call `rest` or `leave` afterwards. With one job, it is always the
 * module's turn.
 */
export async function awaitTurn(context: RunContext, gate: Gate, unit: Unit): Promise<void> {
  const { jobs, journal } = context;
  if (jobs === 1) return;
  const claim = claimOf(context, unit.module);
  const began = journal.elapsedMs();
  const turn = await unit.window.wait("slot", () => entered(context, gate, claim));
  const text = waitText(context, claim, turn, journal.elapsedMs() - began);
  if (text !== null) notify(context, text);
}

/** With `auto`, the load of the host's cores is read again during the wait: running starts may keep them busy. */
async function entered({ config, host }: RunContext, gate: Gate, claim: Claim): Promise<Turn> {
  const turn = gate.enter(claim);
  if (config.jobs !== "auto") return await turn;
  const done = new AbortController();
  const looking = (async () => {
    while (!done.signal.aborted) {
      await host.clock.sleep(LOOK_MS, done.signal).catch(() => {});
      if (!done.signal.aborted) gate.retry();
    }
  })();
  try {
    return await turn;
  } finally {
    done.abort();
    await looking;
  }
}

/** A service that was up before the run needs nothing more. */
function claimOf({ engine, fleet, modules, plan }: RunContext, module: string): Claim {
  const { services } = specOf({ modules }, module);
  const specs = [...fleet.closure(services)].filter((name) => fleet.isOwnService(name) || !fleet.isThere(name))
    .flatMap((name) => engine.services.get(name) ?? []);
  return {
    module,
    rank: plan.steps.findIndex((step) => step.module === module),
    needs: specs.map(({ memLimitBytes, name, published }) => ({
      service: name,
      memBytes: memLimitBytes ?? 0,
      ports: published.map(({ hostPort }) => hostPort),
    })),
  };
}

function waitText({ memFreeBytes }: RunContext, claim: Claim, turn: Turn, waitedMs: number): string | null {
  const { forced, waitedFor } = turn;
  const limit = `its memory limit of ${mib(memoryOf(claim.needs))}`;
  const free = `the ${mib(memFreeBytes ?? 0)} that the host had free`;
  if (forced && waitedFor !== "port") {
    return `"${claim.module}" was started though ${limit} does not fit into ${free} beside the modules that have to stay up`;
  }
  const waited = `"${claim.module}" waited ${duration(waitedMs)}`;
  if (waitedFor === "memory") {
    return `${waited}, since ${limit} did not fit into ${free} beside the modules that were up`;
  }
  return waitedFor === "port" ? `${waited}, since a module that was up held one of its ports` : null;
}
