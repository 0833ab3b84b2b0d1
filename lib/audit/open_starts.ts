/** Starts that a killed run left unfinished: finds them, and waits for the containers that the engine still creates for them. */

import { serviceClosure } from "../engine/closure.ts";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { LATE, within } from "../host/within.ts";
import type { JournalLine } from "../model/evidence.ts";
import type { Begun } from "./ended_run.ts";
import { mayBeInFlight, type StartFacts } from "../engine/start_claim.ts";

type Starting = Extract<JournalLine, { type: "starting" }>;

/** The time without a new container after which none is expected: the engine does not say what it is still creating. */
const QUIET_MS = 3000;

/** Begun by the journal, and not fully claimed. Its command may have outlived the run, for at most its time limit. */
export function openStarts(engine: Pick<Engine, "services">, { latest: lines, run }: Begun): StartFacts[] {
  const claimed = new Set(lines.flatMap((line) => line.type === "start_claimed" ? [line.nr] : []));
  const ends = new Map(lines.flatMap((line) => line.type === "start_ended" ? [[line.nr, Date.parse(line.to)]] : []));
  return lines.filter((line): line is JournalLine & Starting => line.type === "starting")
    .filter(({ nr }) => !claimed.has(nr))
    .map(({ existing, from, nr, services, up }) => ({
      services: serviceClosure(engine.services, services),
      before: new Map(existing.map((id) => [id, up.includes(id)])),
      from: Date.parse(from),
      to: ends.get(nr) ?? Date.parse(from) + run.thresholds.up_timeout_sec * 1000,
    }));
}

/**
 * Ends commands of the killed run that still work, and waits until no more containers that it requested appear. Throws
 * EngineError.
 */
export async function waitForStarts(host: Host, engine: Engine, left: Begun): Promise<void> {
  const starts = openStarts(engine, left);
  if (starts.length === 0 || engine.goesOnAlone !== true) return;
  await engine.endOrphans?.(left.run.host.pid);
  // After this time, nothing more can come.
  if (left.lastAt !== null && host.clock.wall() > Date.parse(left.lastAt) + LONG_AGO_MS) return;
  let news = Promise.withResolvers<true>();
  const events = engine.watch(({ action }) => {
    if (action !== "create") return;
    news.resolve(true);
    news = Promise.withResolvers();
  }, () => {});
  try {
    for (let heard = true; heard;) {
      const next = news.promise;
      const looks = await engine.look();
      if (starts.every((start) => mayBeInFlight(engine.services, start, looks).length === 0)) return;
      heard = await within(host.clock, QUIET_MS, next) !== LATE;
    }
  } finally {
    await events.close();
  }
}

/** No command of a start, and nothing that it requested, goes on for so long after the last line of its run. */
const LONG_AGO_MS = 900_000;
