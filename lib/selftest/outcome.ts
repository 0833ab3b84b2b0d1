/** The result of a trial, compared with what was planted. Pure. */

import { serviceFigures } from "../figures/figures.ts";
import { count } from "../text/units.ts";
import type { JudgedRun, RunEvidence } from "../model/record.ts";
import type { Status } from "../model/outcome.ts";
import type { ReasonCode } from "../model/settings.ts";
import type { CatalogueEntry } from "./defect.ts";
import { SUBJECT } from "./rig.ts";
import { byWorst } from "../model/outcome.ts";

/**
 * `false PASS`: a defect was not seen, or judged too mildly. `false FAIL`: a defect was seen that is none, or judged too
 * severely. `wrong reason`: the right status for other reasons, or a PASS that was not tested to the end. `wrong figure`: the
 * right reasons, but a wrong count of restarts or a wrong victim of a kill for memory. `no verdict`: the trial failed.
 */
export const OUTCOMES = ["right", "false PASS", "false FAIL", "wrong reason", "wrong figure", "no verdict"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the record says of the subject, over all cycles; `killedForMemory` is null if nothing was killed. */
export interface Incidents {
  restarts: number;
  replaced: boolean;
  killedForMemory: "main" | "child" | "unknown" | null;
}

/** The result of a trial, for the comparison with what was planted; null if there was no verdict. */
export interface Found {
  status: Status | null;
  codes: ReasonCode[];
  incidents: Incidents | null;
  /** Modules that were only brought up and are not PASS, with their reasons; empty if the trial harms all modules. */
  also: Record<string, ReasonCode[]>;
  /** Healthy modules beside the subject that were not judged healthy. */
  harmed: string[];
  /** Sentences of the reasons, or why the trial could not finish. */
  why: string[];
}

/** What the run says about the subject and the modules beside it. */
export function foundIn({ alsoRun, evidence, modules }: JudgedRun, entry: CatalogueEntry): Found {
  const subject = modules.find(({ name }) => name === SUBJECT);
  // If evidence is taken from the whole run, or pytest is replaced, all modules lack it.
  const isShared = entry.tamper !== undefined || entry.pytest !== undefined;
  const reasons = subject?.reasons ?? [];
  const isHitToo = (others: readonly { code: ReasonCode }[]) =>
    hitsAll(entry) && areSame(codesOf(others), codesOf(reasons));
  const harmed = isShared
    ? []
    : modules.filter((each) => each.name !== SUBJECT && each.status !== "PASS" && !isHitToo(each.reasons));
  const shaken = isShared ? [] : alsoRun.filter(({ status }) => status !== "PASS");
  return {
    status: subject?.status ?? null,
    codes: codesOf(reasons),
    incidents: incidentsIn(evidence),
    also: Object.fromEntries(shaken.map(({ name, reasons }) => [name, codesOf(reasons)])),
    harmed: harmed.map(({ name }) => name),
    why: [
      ...[subject, ...harmed, ...shaken].flatMap((module) => module?.reasons.map(({ text }) => text) ?? []),
      ...[subject?.skipped ?? []].flat(),
    ],
  };
}

/** Whether the modules beside the subject have the same trouble: it is in the core, or in what all tests are run with. */
function hitsAll({ core, ini, tests = {} }: CatalogueEntry): boolean {
  return core !== undefined || ini !== undefined || Object.keys(tests).some((path) => path.endsWith("conftest.py"));
}

function codesOf(reasons: readonly { code: ReasonCode }[]): ReasonCode[] {
  return [...new Set(reasons.map(({ code }) => code))];
}

function incidentsIn({ modules }: RunEvidence): Incidents {
  const cycles = modules.find(({ name }) => name === SUBJECT)?.cycles ?? [];
  const seen = cycles.flatMap(({ services }) => services.filter(({ service }) => service === SUBJECT));
  const { oom, restarts } = serviceFigures(seen);
  const victim = oom.pid1 === null ? "unknown" : oom.pid1 ? "main" : "child";
  return {
    restarts: restarts.count,
    replaced: restarts.replaced,
    killedForMemory: oom.killed ? victim : null,
  };
}

/** A module that was not tested to the end counts as neither good nor bad. */
function harmOf(status: Status): Status {
  return status === "SKIP" ? "PASS" : status;
}

export function outcomeOf(
  entry: CatalogueEntry,
  { also, status, codes, harmed, incidents }: Omit<Found, "why">,
): Outcome {
  if (status === null) return "no verdict";
  const worse = byWorst(harmOf(status), harmOf(entry.status));
  const planted = entry.also ?? {};
  if (worse > 0 || Object.keys(planted).some((name) => also[name] === undefined)) return "false PASS";
  if (worse < 0 || harmed.length > 0 || Object.keys(also).some((name) => planted[name] === undefined)) {
    return "false FAIL";
  }
  const isReason = status === entry.status && areSame(codes, entry.codes) &&
    Object.entries(planted).every(([name, reasons]) => areSame(also[name] ?? [], reasons));
  if (!isReason) return "wrong reason";
  return incidents !== null && areAsPlanted(entry, incidents) ? "right" : "wrong figure";
}

function areSame(some: readonly ReasonCode[], others: readonly ReasonCode[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

function areAsPlanted(entry: CatalogueEntry, seen: Incidents): boolean {
  const { killedForMemory, replaced, restarts } = plantedIn(entry);
  const isCount = restarts === "many" ? seen.restarts > 0 : seen.restarts === restarts;
  return isCount && seen.replaced === replaced && seen.killedForMemory === killedForMemory;
}

/** What the record must say; `many` restarts are any number of them. */
export interface Planted extends Omit<Incidents, "restarts"> {
  restarts: number | "many";
}

/** Incidents that an entry does not name must not have happened. */
export function plantedIn({ killedForMemory, replaced, restarts }: CatalogueEntry): Planted {
  return { restarts: restarts ?? 0, replaced: replaced ?? false, killedForMemory: killedForMemory ?? null };
}

/** `restarted 2 times, main killed for memory` */
export function incidentsText({ killedForMemory, replaced, restarts }: Incidents): string {
  return [
    `restarted ${count(restarts, "time")}`,
    ...(replaced ? ["replaced"] : []),
    ...(killedForMemory === null ? [] : [`${killedForMemory} killed for memory`]),
  ].join(", ");
}
