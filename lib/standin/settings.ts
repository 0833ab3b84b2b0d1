/**
 * What a stand-in service is asked to be, read from its environment: where it listens, what its pages say, and the
 * trouble it plays. The names and their meaning are those of config/sandbox/vx11-service.sh where it has them. Pure.
 */

import { type Env, type Knobs, readKnobs } from "./knobs.ts";

/** Seconds may have a fraction; each is counted from the start of the process, or from the call of `fromPage`. */
export interface StandInSettings {
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
  /** Allocates until it is killed: the process itself (`pid1`) or a child. */
  memory: { who: "pid1" | "child"; afterSec: number } | null;
  /** Where nobody kills what allocates, it ends by itself here: a machine must survive a demonstration. */
  memoryBoundMib: number;
  /** Holds so much more than it needs. */
  holdMib: number;
  /** Allocates until its own RSS is so much. */
  fillToMib: number;
  leakMibPerSec: number;
  /** Holds so much for each time that it was started. */
  leakMibPerStart: number;
  ignoreTerm: boolean;
  /** Behaves badly only at every n-th start; 1: always. */
  everyNthStart: number;
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
  /** Accepts, and never answers. */
  hang: boolean;
  /** Every n-th answer is a 503. */
  failEvery: number | null;
  /** 503 from then on. */
  lostAfterSec: number | null;
  /** Only callers whose User-Agent has this text meet the faults; null: all. */
  agent: string | null;
}

const MEMORY_BOUND_MIB = 1024;

/** The settings, or the sentence that says which variable is wrong. */
export function readSettings(env: Env): StandInSettings | string {
  const knobs = readKnobs(env);
  const { amount, flag, text, whole } = knobs;
  const settings: StandInSettings = {
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
    ignoreTerm: flag("FAULT_IGNORE_TERM"),
    everyNthStart: whole("FAULT_EVERY_NTH_START", 1, 1000) ?? 1,
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
  const who = word("FAULT_MEMORY", ["pid1", "child"]);
  const afterSec = amount("FAULT_MEMORY_AFTER") ?? 0;
  return who === null ? null : { who, afterSec };
}

function readHealth({ amount, flag, text, whole }: Knobs): HealthFaults {
  return {
    path: text("FAULT_HEALTH_PATH") || "/health",
    status: whole("FAULT_HEALTH_STATUS", 200, 599),
    sleepSec: amount("FAULT_HEALTH_SLEEP") ?? 0,
    hang: flag("FAULT_HEALTH_HANG"),
    failEvery: whole("FAULT_FAIL_EVERY", 1, 1_000_000),
    lostAfterSec: amount("FAULT_LOST_AFTER"),
    agent: text("FAULT_HEALTH_AGENT") || null,
  };
}

/** Whether something that was asked for depends on how often the service was started. */
export function countsStarts({ everyNthStart, leakMibPerStart }: StandInSettings): boolean {
  return everyNthStart > 1 || leakMibPerStart > 0;
}

/** The same service without its trouble: what it is at the starts that are not the n-th. */
export function withoutFaults(settings: StandInSettings): StandInSettings {
  const { port, service, mode } = settings;
  const plain = readSettings((name) => ({ PORT: String(port), VX11_SERVICE: service, VX11_MODE: mode })[name]);
  if (typeof plain === "string") throw new Error(plain);
  return plain;
}
