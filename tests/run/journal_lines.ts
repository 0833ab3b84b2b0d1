/** Journals as lines: the one of a real run on Docker (tests/fixtures), and random ones by seed. */

import type { JournalEntry, JournalLine, RunStarted } from "../../lib/model/evidence.ts";
import { parseJournal } from "../fakes/journal.ts";
import {
  answers,
  askedAt,
  look,
  MIB,
  noAnswer,
  runStarted,
  sample,
  stopped,
  testRun,
  told,
} from "../fakes/evidence.ts";
import { random } from "../fakes/random.ts";
import { fixture } from "../fixtures/read.ts";

/** One cycle of "switch", all well, with the core taken down at the end. */
export function realJournal(): JournalLine[] {
  return parseJournal(fixture("journal_switch.ndjson"));
}

const MODULES = ["api", "db"];

/** A run of one to three cycles over two modules, in which things are missing, wrong, and cut short. */
export function randomJournal(seed: number): JournalLine[] {
  const next = random(seed);
  const cycles = 1 + Math.floor(next() * 3);
  const oneShot = next() < 0.1 ? ["api"] : [];
  const started: RunStarted = runStarted({
    cycles,
    oneShot,
    selected: MODULES,
    services: Object.fromEntries(MODULES.map((name) => [name, [name]])),
  });
  const { type: _, ...rest } = started;
  const entries: JournalEntry[] = [{ type: "run_started", ...rest }];
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const lists = MODULES.map((module) => moduleLines(next, cycle, module));
    entries.push({ type: "cycle_started", cycle }, ...mixed(next, lists), {
      type: "cycle_finished",
      cycle,
      waitPct: null,
    });
  }
  entries.push({ type: "run_finished" });
  if (next() < 0.3) entries.splice(Math.floor(next() * entries.length) + 1, 0, ending(next));
  return entries.map((entry, index) => ({ at: `2025-12-22T21:50:${pad(index % 60)}.000Z`, ms: index * 10, ...entry }));
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}

function ending(next: () => number): JournalEntry {
  if (next() < 0.5) return { type: "interrupted", by: "SIGINT" };
  return { type: "run_failed", failure: { exit: "environment", what: "The disk is full", next: "" } };
}

/** All lists in one, each in its own order. */
function mixed(next: () => number, lists: JournalEntry[][]): JournalEntry[] {
  const rest = lists.map((list) => [...list]);
  const all: JournalEntry[] = [];
  while (rest.some((list) => list.length > 0)) {
    const list = rest[Math.floor(next() * rest.length)];
    const entry = list?.shift();
    if (entry !== undefined) all.push(entry);
  }
  return all;
}

function moduleLines(next: () => number, cycle: number, module: string): JournalEntry[] {
  const where = { cycle, module };
  const service = module;
  const maybe = (share: number, ...entries: JournalEntry[]) => next() < share ? entries : [];
  const { ms: _, ...sampled } = sample(module, 0, {
    memBytes: (20 + next() * 45) * MIB,
    oomKills: next() < 0.02 ? 1 : 0,
  });
  const probes = Array.from({ length: Math.floor(next() * 30) }, (): JournalEntry => {
    const [good] = answers(next() < 0.05 ? 900 : 5);
    const { ms: _, ...outcome } = next() < 0.03 || good === undefined ? noAnswer("refused") : good;
    return { type: "probe", ...where, service, ...outcome };
  });
  const during = [
    ...maybe(0.05, { type: "event", ...told(module, "oom") }),
    ...maybe(0.05, { type: "event", ...told(module, "die", { exitCode: 1 }) }, {
      type: "event",
      ...told(module, "start"),
    }),
    ...maybe(0.05, { type: "event", ...told(module, "unhealthy") }),
    ...maybe(0.05, { type: "gap", why: "docker events ended" }),
  ];
  const code = next() < 0.1 ? 1 : 0;
  const last = next() < 0.1 ? look(module, { status: "exited", exitCode: 3, pid: null }) : look(module);
  const found = maybe(0.9, { type: "tests_found", ...where, files: [`test_${module}.py`], unavailable: null });
  const missing = { type: "container_missing" as const, ...where, service };
  const timeout = { afterMs: 20_000, attempts: 9, last: "answered 503", limit: "timeout" as const };
  return [
    ...maybe(0.05, { type: "dependency_failed", ...where, dependency: "redis", why: "it exited" }),
    ...maybe(0.9, { type: "window_opened", ...where, inPlace: next() < 0.2 ? [module] : [] }),
    ...maybe(0.05, { type: "start_failed", ...where, service, why: "port taken", next: "", output: null }),
    ...maybe(0.9, { type: "event", ...told(module, "start") }),
    ...maybe(0.9, { type: "look", ...where, when: "first", state: look(module) }),
    ...maybe(0.03, { ...missing, when: "first" }),
    ...maybe(0.9, { type: "endpoint", ...where, service, ...askedAt("http://127.0.0.1:1/"), why: null }),
    ...maybe(0.95, { type: "sample", ...where, service, ...sampled }, {
      type: "sample",
      ...where,
      service,
      ...sampled,
    }),
    ...maybe(0.9, { type: "ready", ...where, service, afterMs: 3, attempts: 1 }),
    ...maybe(0.05, { type: "not_ready", ...where, service, ...timeout }),
    ...found,
    ...mixed(next, [probes, during]),
    ...maybe(found.length > 0 ? 0.9 : 0, {
      type: "test",
      ...where,
      ...testRun(`test_${module}.py`, { returnCode: code }),
    }),
    ...maybe(0.9, { type: "look", ...where, when: "last", state: last }),
    ...maybe(0.03, { ...missing, when: "last" }),
    ...maybe(0.9, { type: "window_closed", ...where }),
    ...maybe(0.9, { type: "released", containerId: `${module}-1` }),
    ...maybe(0.9, { type: "stop", ...where, ...stopped(module, next() < 0.05 ? { error: "busy" } : {}) }),
  ];
}
