/**
 * What a stand-in service is asked to be, read from its environment: where it listens, what its pages say, and the
 * trouble it plays. The names and their meaning are those of config/sandbox/vx11-service.sh where it has them. Pure.
 */

import { type Env, type Knobs, readKnobs } from "./knobs.ts";

/** Seconds may have a fraction; each is counted from the start of the process, or from the call of `fromPage`. */
export interface StandInSettings {
  /** Where it listens; in a container every address, or nobody outside reaches it. */
  host: string;
  port: number;
  service: string;
  mode: string;
  /** Ends so long after the start (0: before it listens) with this code. */
  exit: { afterSec: number; code: number } | null;
  /** Runs, but never answers. */
  notListening: boolean;
  /** Listens only after so many seconds. */
  startAfterSec: number;
  health: HealthFaults;
  /** Allocates until it is killed: the process itself (`pid1`), a child, or one that has cut itself off from it (`daemon`). */
  memory: { who: "pid1" | "child" | "daemon"; afterSec: number } | null;
  /** Where nobody kills what allocates, it ends by itself here: a machine must survive a demonstration. */
  memoryBoundMib: number;
  /** Holds so much more than it needs. */
  holdMib: number;
  /** Allocates until its own RSS is so much. */
  fillToMib: number;
  leakMibPerSec: number;
  /** Holds so much for each time that it was started. */
  leakMibPerStart: number;
  /** Holds the n-th of these at its n-th start, the last one from there on. */
  holdMibByStart: readonly number[];
  /** Writes and keeps a file of so much, at its n-th start the n-th: page cache, which is no use of memory. */
  writeMibByStart: readonly number[];
  /** Fills so much of /dev/shm, which is memory. */
  tmpfsMib: number;
  ignoreTerm: boolean;
  /** Takes so long to end after SIGTERM. */
  stopSec: number;
  /** What it ends with after SIGTERM. */
  stopCode: number;
  /** Starts a child that ignores SIGTERM and outlives it. */
  stray: boolean;
  /** Docker's health check (`stand-in check`) fails until, or from, so many seconds after the start. */
  checkFails: { untilSec: number; fromSec: number };
  /** Behaves badly only at every n-th start; 1: always. */
  everyNthStart: number;
  /** Behaves badly only at these starts; empty: at all. */
  atStarts: readonly number[];
  /** Folder for what is to be known at the next start; null: nothing is. */
  stateDir: string | null;
  /** The timed faults (exit, memory, lost) begin when this page is asked for; null: at the start. */
  fromPage: string | null;
}

/** What the health page does wrong. */
export interface HealthFaults {
  /** The page that plays them. */
  path: string;
  status: number | null;
  sleepSec: number;
  /** Accepts, and never answers; closes at once; redirects to itself; or has a body without an end. */
  odd: OddHealth | null;
  /** Only every n-th answer takes `sleepSec`; null: all. */
  slowEvery: number | null;
  /** Every n-th answer is a 503. */
  failEvery: number | null;
  /** 503 from then on. */
  lostAfterSec: number | null;
  /** Only callers whose User-Agent has this text meet the faults; null: all. */
  agent: string | null;
}

export const ODD_HEALTH = ["hang", "close", "redirect-loop", "endless"] as const;
export type OddHealth = (typeof ODD_HEALTH)[number];

const MEMORY_BOUND_MIB = 1024;

/** The settings, or the sentence that says which variable is wrong. */
export function readSettings(env: Env): StandInSettings | string {
  const knobs = readKnobs(env);
  const { amount, amounts, flag, text, whole } = knobs;
  const settings: StandInSettings = {
    host: text("HOST") || "127.0.0.1",
    port: whole("PORT", 1, 65_535) ?? 0,
    service: text("VX11_SERVICE") || "unknown",
    mode: text("VX11_MODE"),
    exit: readExit(knobs),
    notListening: flag("FAULT_NOT_LISTENING"),
    startAfterSec: amount("FAULT_START_AFTER") ?? 0,
    health: readHealth(knobs),
    memory: readMemory(knobs),
    memoryBoundMib: amount("FAULT_MEMORY_BOUND_MIB") ?? MEMORY_BOUND_MIB,
    holdMib: amount("FAULT_HOLD_MIB") ?? 0,
    fillToMib: amount("FAULT_FILL_TO_MIB") ?? 0,
    leakMibPerSec: amount("FAULT_LEAK_MIB_PER_S") ?? 0,
    leakMibPerStart: amount("FAULT_LEAK_MIB_PER_START") ?? 0,
    holdMibByStart: amounts("FAULT_HOLD_MIB_BY_START"),
    writeMibByStart: amounts("FAULT_WRITE_MIB_BY_START"),
    tmpfsMib: amount("FAULT_TMPFS_MIB") ?? 0,
    ignoreTerm: flag("FAULT_IGNORE_TERM"),
    stopSec: amount("FAULT_STOP_SLEEP") ?? 0,
    stopCode: whole("FAULT_STOP_CODE", 0, 255) ?? 0,
    stray: flag("FAULT_STRAY"),
    checkFails: {
      untilSec: amount("FAULT_CHECK_FAILS_UNTIL") ?? 0,
      fromSec: amount("FAULT_CHECK_FAILS_AFTER") ?? Infinity,
    },
    everyNthStart: whole("FAULT_EVERY_NTH_START", 1, 1000) ?? 1,
    atStarts: amounts("FAULT_AT_STARTS"),
    stateDir: text("FAULT_STATE_DIR") || null,
    fromPage: text("FAULT_FROM_PAGE") || null,
  };
  const [problem] = [...knobs.problems, ...missing(settings)];
  return problem ?? settings;
}

function missing(settings: StandInSettings): string[] {
  const countless = countsStarts(settings) && settings.stateDir === null;
  return [
    ...(settings.port === 0 ? ["PORT is not set, it must be a port from 1 to 65535"] : []),
    ...(countless ? ["FAULT_STATE_DIR is not set, it must be a folder: the starts are counted there"] : []),
  ];
}

function readExit({ amount, whole }: Knobs): StandInSettings["exit"] {
  const afterSec = amount("FAULT_EXIT_AFTER");
  const code = whole("FAULT_EXIT_CODE", 0, 255);
  return afterSec === null && code === null ? null : { afterSec: afterSec ?? 0, code: code ?? 1 };
}

function readMemory({ amount, word }: Knobs): StandInSettings["memory"] {
  const who = word("FAULT_MEMORY", ["pid1", "child", "daemon"]);
  const afterSec = amount("FAULT_MEMORY_AFTER") ?? 0;
  return who === null ? null : { who, afterSec };
}

function readHealth({ amount, flag, text, whole, word }: Knobs): HealthFaults {
  return {
    path: text("FAULT_HEALTH_PATH") || "/health",
    status: whole("FAULT_HEALTH_STATUS", 200, 599),
    sleepSec: amount("FAULT_HEALTH_SLEEP") ?? 0,
    odd: flag("FAULT_HEALTH_HANG") ? "hang" : word("FAULT_HEALTH_ODD", ODD_HEALTH),
    slowEvery: whole("FAULT_SLOW_EVERY", 1, 1_000_000),
    failEvery: whole("FAULT_FAIL_EVERY", 1, 1_000_000),
    lostAfterSec: amount("FAULT_LOST_AFTER"),
    agent: text("FAULT_HEALTH_AGENT") || null,
  };
}

/** Whether something that was asked for depends on how often the service was started. */
export function countsStarts(
  { atStarts, everyNthStart, holdMibByStart, leakMibPerStart, writeMibByStart }: StandInSettings,
): boolean {
  const lists = [atStarts, holdMibByStart, writeMibByStart];
  return everyNthStart > 1 || leakMibPerStart > 0 || lists.some((list) => list.length > 0);
}

/** Whether it behaves badly at its n-th start. */
export function isBadStart({ atStarts, everyNthStart }: StandInSettings, nth: number): boolean {
  return nth % everyNthStart === 0 && (atStarts.length === 0 || atStarts.includes(nth));
}

/** Of a list of amounts a start: what the n-th start, from 1 on, is to have. */
export function ofStart(amounts: readonly number[], nth: number): number {
  return amounts[Math.min(nth, amounts.length) - 1] ?? 0;
}

/** The same service without its trouble: what it is at the starts that are not the n-th. */
export function withoutFaults(settings: StandInSettings): StandInSettings {
  const { host, port, service, mode } = settings;
  const plain = readSettings((name) =>
    ({ HOST: host, PORT: String(port), VX11_SERVICE: service, VX11_MODE: mode })[name]
  );
  if (typeof plain === "string") throw new Error(plain);
  return plain;
}
