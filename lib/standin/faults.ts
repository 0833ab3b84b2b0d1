/** The trouble that a stand-in plays by itself, beside its pages: it ends, it eats memory, it counts its starts. */

import { delay } from "@std/async";
import { join } from "@std/path";
import { eat, fillTo, hold, leak } from "./memory.ts";
import type { HealthFaults, StandInSettings } from "./settings.ts";
import type { Trouble } from "./trouble.ts";

/** What the process says: plain talk on stdout, trouble on stderr. */
export interface Voice {
  say(text: string): void;
  complain(text: string): void;
}

/** Counts this start in the service's file and returns how many there were. */
export async function countStart(stateDir: string, service: string): Promise<number> {
  await Deno.mkdir(stateDir, { recursive: true });
  const path = join(stateDir, `${service.replaceAll(/[^\w.-]/g, "_")}.starts`);
  await Deno.writeTextFile(path, ".", { append: true });
  return (await Deno.stat(path)).size;
}

/** What the faults need to be played. */
export interface Stage {
  voice: Voice;
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
  hold(settings.holdMib + settings.leakMibPerStart * stage.starts);
  fillTo(settings.fillToMib);
  if (settings.leakMibPerSec > 0) void leak(settings.leakMibPerSec, settings.memoryBoundMib);
  void playEater(settings, stage);
}

async function playEater({ memory, memoryBoundMib }: StandInSettings, stage: Stage): Promise<void> {
  const { end, program, trouble, voice } = stage;
  // Once killed for it is enough: the restart lives.
  if (memory === null || trouble.isRestart) return;
  await trouble.began;
  await delay(memory.afterSec * 1000);
  voice.complain(`fault: ${memory.who} allocates until it is killed`);
  if (memory.who === "child") {
    voice.complain(await runEater(program));
    trouble.isOver = true;
    return;
  }
  await eat(memoryBoundMib);
  voice.complain(`fault: nobody killed it at ${memoryBoundMib} MiB; ends with code 1`);
  end(1);
}

/** Ends the process when its time has come: also at each restart, which makes a crash loop. */
export async function playExit({ exit }: StandInSettings, { end, trouble, voice }: Stage): Promise<void> {
  if (exit === null) return;
  await trouble.began;
  if (exit.afterSec > 0) await delay(exit.afterSec * 1000);
  voice.complain(`fault: exits with code ${exit.code}`);
  end(exit.code);
}

/** Runs this program again as a child that only allocates; says how that ended. */
async function runEater([name = "", ...args]: readonly string[]): Promise<string> {
  const command = new Deno.Command(name, { args: [...args, "stand-in", "eater"], stdin: "null" });
  const { code, signal } = await command.spawn().status;
  return `fault: the child ended with ${signal ?? `code ${code}`}`;
}

/** A line for each trouble that is played, so that the log says what was planted. */
export function faultLines(settings: StandInSettings): string[] {
  const { exit, holdMib, fillToMib, ignoreTerm, leakMibPerSec, leakMibPerStart, memory } = settings;
  const lines: [boolean, string][] = [
    [exit !== null, `ends with code ${exit?.code} after ${exit?.afterSec} s`],
    [settings.notListening, "never listens"],
    [settings.startAfterSec > 0, `listens after ${settings.startAfterSec} s`],
    [memory !== null, `${memory?.who} allocates until it is killed, after ${memory?.afterSec} s`],
    [holdMib > 0, `holds ${holdMib} MiB`],
    [fillToMib > 0, `fills its memory up to ${fillToMib} MiB`],
    [leakMibPerSec > 0, `leaks ${leakMibPerSec} MiB a second`],
    [leakMibPerStart > 0, `leaks ${leakMibPerStart} MiB a start`],
    [ignoreTerm, "ignores SIGTERM"],
    [settings.fromPage !== null, `the trouble begins when ${settings.fromPage} is asked for`],
  ];
  const own = lines.filter(([played]) => played).map(([, text]) => text);
  return [...own, ...healthLines(settings.health)].map((text) => `fault: ${text}`);
}

function healthLines({ agent, failEvery, hang, lostAfterSec, path, sleepSec, status }: HealthFaults): string[] {
  const lines: [boolean, string][] = [
    [hang, "never answers"],
    [status !== null, `answers ${status}`],
    [sleepSec > 0, `answers after ${sleepSec} s`],
    [failEvery !== null, `answers every ${failEvery}th request with 503`],
    [lostAfterSec !== null, `answers 503 from ${lostAfterSec} s on`],
  ];
  const whom = agent === null ? "" : ` to ${agent}`;
  return lines.filter(([played]) => played).map(([, text]) => `${path} ${text}${whom}`);
}
