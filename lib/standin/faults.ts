/** The faults that a stand-in plays by itself, beside its pages: it ends, it eats memory, it leaves children. */

import { delay } from "@std/async";
import { join } from "@std/path";
import { eat, fillFile, fillTo, hold, leak } from "./memory.ts";
import type { HealthFaults, OddHealth } from "./health_faults.ts";
import { ofStart, type StandInSettings } from "./settings.ts";
import type { Trouble } from "./trouble.ts";
import { complain } from "./voice.ts";

/** For a child that is independent of the process that starts it. */
const ALONE = { stdin: "null", stdout: "null", stderr: "null", detached: true } as const;

/** What is needed to play the faults. */
export interface Stage {
  /** The command that starts this program again. */
  program: readonly string[];
  /** How often the service was started, this time included. */
  starts: number;
  trouble: Trouble;
  /** Ends the process with a code. */
  end(code: number): void;
}

/** Takes the memory that the settings ask for, at once and over time. */
export function playMemory(settings: StandInSettings, stage: Stage): void {
  const { holdMib, holdMibByStart, leakMibPerStart, tmpfsMib, writeDir, writeMibByStart } = settings;
  hold(holdMib + leakMibPerStart * stage.starts + ofStart(holdMibByStart, stage.starts));
  if (tmpfsMib > 0) fillFile("/dev/shm/held", tmpfsMib);
  const cached = ofStart(writeMibByStart, stage.starts);
  if (cached > 0 && writeDir !== null) fillFile(join(writeDir, "written"), cached);
  fillTo(settings.fillToMib);
  if (settings.leakMibPerSec > 0) void leak(settings.leakMibPerSec, settings.memoryBoundMib);
  void playEater(settings, stage);
}

async function playEater({ memory, memoryBoundMib }: StandInSettings, stage: Stage): Promise<void> {
  const { end, program, trouble } = stage;
  // One kill is enough: after the restart, the service lives.
  if (memory === null || trouble.isRestart) return;
  await trouble.began;
  await delay(memory.afterSec * 1000);
  complain(`fault: ${memory.who} allocates until it is killed`);
  if (memory.who === "daemon") return startDaemon(program, memoryBoundMib);
  if (memory.who === "child") {
    complain(await runEater(program));
    trouble.isOver = true;
    return;
  }
  await eat(memoryBoundMib);
  complain(`fault: nobody killed it at ${memoryBoundMib} MiB; ends with code 1`);
  end(1);
}

/** Ends the process when its time has come, after each restart too, which makes a crash loop. */
export async function playExit({ exit }: StandInSettings, { end, trouble }: Stage): Promise<void> {
  if (exit === null) return;
  await trouble.began;
  if (exit.afterSec > 0) await delay(exit.afterSec * 1000);
  complain(`fault: exits with code ${exit.code}`);
  end(exit.code);
}

/** Runs this program again as a child that only allocates; says how that ended. */
async function runEater([name = "", ...args]: readonly string[]): Promise<string> {
  const command = new Deno.Command(name, { args: [...args, "stand-in", "eater"], stdin: "null" });
  const { code, signal } = await command.spawn().status;
  return `fault: the child ended with ${signal ?? `code ${code}`}`;
}

/**
 * Runs this program again as a child that starts the allocating process and ends at once. That process then has no parent, a
 * session of its own, and only the environment that it needs.
 */
function startDaemon([name = "", ...args]: readonly string[], boundMib: number): void {
  const env = { PORT: "1", FAULT_MEMORY_BOUND_MIB: String(boundMib) };
  new Deno.Command(name, { args: [...args, "stand-in", "launcher"], ...ALONE, clearEnv: true, env }).spawn().unref();
}

/** Starts the allocating process; the launcher then ends. */
export function launch([name = "", ...args]: readonly string[]): void {
  new Deno.Command(name, { args: [...args, "stand-in", "eater"], ...ALONE }).spawn().unref();
}

/** Runs this program again as a child in a session of its own, which only SIGKILL ends. Returns its process id. */
export function leaveStray([name = "", ...args]: readonly string[]): number {
  const child = new Deno.Command(name, {
    args: [...args, "stand-in", "stray"],
    ...ALONE,
  }).spawn();
  child.unref();
  return child.pid;
}

/** A line for each fault that is played, so that the log says what was planted. */
export function faultLines(settings: StandInSettings): string[] {
  const { exit, holdMib, fillToMib, ignoreTerm, leakMibPerSec, leakMibPerStart, memory, stopSec, tmpfsMib } = settings;
  const lines: [boolean, string][] = [
    [exit !== null, `ends with code ${exit?.code} after ${exit?.afterSec} s`],
    [settings.notListening, "never listens"],
    [settings.closes !== null, closesText(settings)],
    [settings.startAfterSec > 0, `listens after ${settings.startAfterSec} s`],
    [memory !== null, `${memory?.who} allocates until it is killed, after ${memory?.afterSec} s`],
    [holdMib > 0, `holds ${holdMib} MiB`],
    [fillToMib > 0, `fills its memory up to ${fillToMib} MiB`],
    [leakMibPerSec > 0, `leaks ${leakMibPerSec} MiB a second`],
    [leakMibPerStart > 0, `leaks ${leakMibPerStart} MiB a start`],
    [settings.holdMibByStart.length > 0, `holds ${settings.holdMibByStart.join(", ")} MiB, start by start`],
    [settings.writeMibByStart.length > 0, `writes ${settings.writeMibByStart.join(", ")} MiB, start by start`],
    [tmpfsMib > 0, `fills ${tmpfsMib} MiB of /dev/shm`],
    [ignoreTerm, "ignores SIGTERM"],
    [stopSec > 0, `takes ${stopSec} s to end`],
    [settings.stopCode > 0, `ends on SIGTERM with code ${settings.stopCode}`],
    [settings.stray, "leaves a child behind"],
    [settings.fromPage !== null, `the trouble begins when ${settings.fromPage} is requested`],
  ];
  const own = lines.filter(([played]) => played).map(([, text]) => text);
  return [...own, ...healthLines(settings.health)].map((text) => `fault: ${text}`);
}

function closesText({ closes }: StandInSettings): string {
  const forSec = closes?.forSec ?? null;
  return `nobody listens after connection ${closes?.atConnection}${forSec === null ? "" : `, for ${forSec} s`}`;
}

const ODD_TEXTS: Readonly<Record<OddHealth, string>> = {
  hang: "never answers",
  close: "closes the connection without an answer",
  "redirect-loop": "redirects to itself",
  endless: "answers without an end",
};

function healthLines(
  { agent, failEvery, lostAfterSec, odd, path, sleepSec, slowEvery, status }: HealthFaults,
): string[] {
  const lines: [boolean, string][] = [
    [odd !== null, odd === null ? "" : ODD_TEXTS[odd]],
    [status !== null, `answers ${status}`],
    [sleepSec > 0, `answers${slowEvery === null ? "" : ` every ${slowEvery}th request`} after ${sleepSec} s`],
    [failEvery !== null, `answers every ${failEvery}th request with 503`],
    [lostAfterSec !== null, `answers 503 from ${lostAfterSec} s on`],
  ];
  const whom = agent === null ? "" : ` to ${agent}`;
  return lines.filter(([played]) => played).map(([, text]) => `${path} ${text}${whom}`);
}
