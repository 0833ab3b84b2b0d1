/**
 * The settings of a stand-in service, read from its environment: where it listens, what its pages say, and the faults that it
 * plays. Variables that config/sandbox/vx11-service.sh has as well have the same names and meanings there. Pure.
 */

import { type CheckFaults, readCheckFaults } from "./check_faults.ts";
import { type HealthFaults, readHealthFaults } from "./health_faults.ts";
import { type Env, type Knobs, readKnobs } from "./knobs.ts";

/** Seconds may have a fraction; each is counted from the start of the process, or from the call of `fromPage`. */
export interface StandInSettings {
  /** The address on which it listens; in a container all addresses, else nobody outside reaches it. */
  host: string;
  port: number;
  /** What it speaks there: pages, or `grpc.health.v1`; the two with an `s` by TLS, with the certificate of certificate.ts. */
  speaks: Speech;
  service: string;
  mode: string;
  /** Ends this long after the start (0: before it listens) with this code. */
  exit: { afterSec: number; code: number } | null;
  /** Runs, but never answers. */
  notListening: boolean;
  /** Listens only after this many seconds. */
  startAfterSec: number;
  health: HealthFaults;
  /** Allocates until it is killed: the process itself (`pid1`), a child, or a process detached from it (`daemon`). */
  memory: { who: "pid1" | "child" | "daemon"; afterSec: number } | null;
  /** If nothing kills the allocating process, it ends by itself at this size: the machine must survive a demonstration. */
  memoryBoundMib: number;
  /** Holds this much more than it needs. */
  holdMib: number;
  /** Allocates until its own RSS is this much. */
  fillToMib: number;
  leakMibPerSec: number;
  /** Holds this much for each time that it was started. */
  leakMibPerStart: number;
  /** Holds the n-th of these at its n-th start, and the last one at all later starts. */
  holdMibByStart: readonly number[];
  /** Writes and keeps a file of the n-th size at its n-th start: page cache, which does not count as use of memory. */
  writeMibByStart: readonly number[];
  /** Fills this much of /dev/shm, which is memory. */
  tmpfsMib: number;
  ignoreTerm: boolean;
  /** Takes this long to end after SIGTERM. */
  stopSec: number;
  /** The code with which it ends after SIGTERM. */
  stopCode: number;
  /** Starts a child that ignores SIGTERM and outlives it. */
  stray: boolean;
  checkFails: CheckFaults;
  /** Listens on no port at this start and later; null: at none. */
  silentFromStart: number | null;
  /**
   * Serves no pages: accepts connections and closes them, up to the n-th. Then nobody listens any more for this many seconds, or
   * for good (null).
   */
  closes: { atConnection: number; forSec: number | null } | null;
  /** Behaves badly only at every n-th start; 1: always. */
  everyNthStart: number;
  /** Behaves badly only at these starts; empty: at all starts. */
  atStarts: readonly number[];
  /** Folder for what it must know at its next start; null: nothing is kept. */
  stateDir: string | null;
  /** Where large files are written: on a disk, or they count as memory. `stateDir` unless set. */
  writeDir: string | null;
  /** The timed faults (exit, memory, lost) begin when this page is requested; null: at the start. */
  fromPage: string | null;
}

export const SPEECHES = ["http", "https", "grpc", "grpcs"] as const;
export type Speech = (typeof SPEECHES)[number];

const MEMORY_BOUND_MIB = 1024;

/** The settings, or the sentence that says which variable is wrong. */
export function readSettings(env: Env): StandInSettings | string {
  const knobs = readKnobs(env);
  const { amount, amounts, flag, text, whole, word } = knobs;
  const settings: StandInSettings = {
    host: text("HOST") || "127.0.0.1",
    port: whole("PORT", 1, 65_535) ?? 0,
    speaks: word("SPEAKS", SPEECHES) ?? "http",
    service: text("VX11_SERVICE") || "unknown",
    mode: text("VX11_MODE"),
    exit: readExit(knobs),
    notListening: flag("FAULT_NOT_LISTENING"),
    startAfterSec: amount("FAULT_START_AFTER") ?? 0,
    health: readHealthFaults(knobs),
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
    checkFails: readCheckFaults(knobs),
    silentFromStart: whole("FAULT_SILENT_FROM_START", 1, 1000),
    closes: readCloses(knobs),
    everyNthStart: whole("FAULT_EVERY_NTH_START", 1, 1000) ?? 1,
    atStarts: amounts("FAULT_AT_STARTS"),
    stateDir: text("FAULT_STATE_DIR") || null,
    writeDir: text("FAULT_WRITE_DIR") || text("FAULT_STATE_DIR") || null,
    fromPage: text("FAULT_FROM_PAGE") || null,
  };
  const [problem] = [...knobs.problems, ...missing(settings)];
  return problem ?? settings;
}

function missing(settings: StandInSettings): string[] {
  const { checkFails: { everyRun, fromRun }, stateDir } = settings;
  const countless = countsStarts(settings) && stateDir === null;
  const runless = (everyRun !== null || fromRun !== null) && stateDir === null;
  return [
    ...(settings.port === 0 ? ["PORT is not set, it must be a port from 1 to 65535"] : []),
    ...(countless ? ["FAULT_STATE_DIR is not set, it must be a folder: the starts are counted there"] : []),
    ...(runless ? ["FAULT_STATE_DIR is not set, it must be a folder: the runs of the check are counted there"] : []),
  ];
}

function readExit({ amount, whole }: Knobs): StandInSettings["exit"] {
  const afterSec = amount("FAULT_EXIT_AFTER");
  const code = whole("FAULT_EXIT_CODE", 0, 255);
  return afterSec === null && code === null ? null : { afterSec: afterSec ?? 0, code: code ?? 1 };
}

function readCloses({ amount, whole }: Knobs): StandInSettings["closes"] {
  const atConnection = whole("FAULT_CLOSES_AT", 1, 1_000_000);
  return atConnection === null ? null : { atConnection, forSec: amount("FAULT_CLOSED_FOR") };
}

function readMemory({ amount, word }: Knobs): StandInSettings["memory"] {
  const who = word("FAULT_MEMORY", ["pid1", "child", "daemon"]);
  const afterSec = amount("FAULT_MEMORY_AFTER") ?? 0;
  return who === null ? null : { who, afterSec };
}

/** Whether any setting depends on how often the service was started. */
export function countsStarts(
  { atStarts, everyNthStart, holdMibByStart, leakMibPerStart, silentFromStart, writeMibByStart }: StandInSettings,
): boolean {
  const lists = [atStarts, holdMibByStart, writeMibByStart];
  return everyNthStart > 1 || leakMibPerStart > 0 || silentFromStart !== null || lists.some((list) => list.length > 0);
}

/** Whether it behaves badly at its n-th start. */
export function isBadStart({ atStarts, everyNthStart }: StandInSettings, nth: number): boolean {
  return nth % everyNthStart === 0 && (atStarts.length === 0 || atStarts.includes(nth));
}

/** What it does at its n-th start. */
export function atStart(asked: StandInSettings, nth: number): StandInSettings {
  const settings = isBadStart(asked, nth) ? asked : withoutFaults(asked);
  return { ...settings, notListening: settings.notListening || nth >= (asked.silentFromStart ?? Infinity) };
}

/** The amount for the n-th start, counted from 1: the n-th of the list, or its last. */
export function ofStart(amounts: readonly number[], nth: number): number {
  return amounts[Math.min(nth, amounts.length) - 1] ?? 0;
}

/** The same service without its faults: for the starts at which it behaves well. */
function withoutFaults(settings: StandInSettings): StandInSettings {
  const { host, port, service, mode, speaks } = settings;
  const plain = readSettings((name) =>
    ({ HOST: host, PORT: String(port), SPEAKS: speaks, VX11_SERVICE: service, VX11_MODE: mode })[name]
  );
  if (typeof plain === "string") throw new Error(plain);
  return plain;
}
