/**
 * The stand-in for a service of VX11: a program of its own inside this one, for demonstrations and tests on a machine
 * that has no VX11. It serves / and /health on 127.0.0.1:$PORT until SIGTERM, uses a little memory and CPU, and behaves
 * badly only if its environment asks for it (settings.ts).
 */

import { delay } from "@std/async";
import { check, noteStart } from "./check.ts";
import { faultLines, launch, leaveStray, playExit, playMemory, type Stage } from "./faults.ts";
import { eat, hold } from "./memory.ts";
import { listen } from "./server.ts";
import { atStart, countsStarts, readSettings, type StandInSettings } from "./settings.ts";
import { countUp } from "./state.ts";
import { test } from "./test_command.ts";
import { readTestPlan } from "./test_plan.ts";
import { planTrouble } from "./trouble.ts";
import { complain, say } from "./voice.ts";

/** The memory that it holds, the bytes that it works on, and the pause between its pieces of work. */
const WORK_MIB = 4;
const WORK_BYTES = 2 ** 16;
const TICK_MS = 100;
/** A child that is left behind must not outlive a demonstration for long. */
const STRAY_MS = 120_000;

export interface StandInOptions {
  /** The command that starts this program again. */
  program: readonly string[];
  /** Words after `stand-in`: none, `check`, `test` (test_command.ts), `stray`, `eater` for the child that only allocates, `launcher` for its starter. */
  args: readonly string[];
}

/** Runs until something ends it; resolves to the exit code. 2: its environment is invalid. */
export async function standIn({ program, args }: StandInOptions): Promise<number> {
  const asked = readSettings((name) => Deno.env.get(name));
  if (typeof asked === "string") {
    complain(`Cannot start the stand-in: ${asked}`);
    return 2;
  }
  switch (args[0]) {
    case "eater":
      await eat(asked.memoryBoundMib);
      return 1;
    case "launcher":
      launch(program);
      return 0;
    case "stray":
      return await stray();
    case "check":
      return await check(asked);
    case "test":
      return await testOf(asked, program);
    default:
      return await live(asked, program);
  }
}

async function testOf(asked: StandInSettings, program: readonly string[]): Promise<number> {
  const plan = readTestPlan((name) => Deno.env.get(name));
  if (typeof plan !== "string") return await test(asked, plan, program);
  complain(`Cannot start the stand-in's test: ${plan}`);
  return 2;
}

/** Outlives the process that started it: only SIGKILL ends it, or its own bound. */
async function stray(): Promise<number> {
  Deno.addSignalListener("SIGTERM", () => {});
  await delay(STRAY_MS);
  return 1;
}

async function live(asked: StandInSettings, program: readonly string[]): Promise<number> {
  const ended = Promise.withResolvers<number>();
  const { ignoreTerm, mode, port, service, stateDir, stopCode, stopSec } = asked;
  Deno.addSignalListener("SIGTERM", () => {
    say(ignoreTerm ? "SIGTERM: ignored" : "SIGTERM: ends");
    if (!ignoreTerm) void delay(stopSec * 1000).then(() => ended.resolve(stopCode));
  });
  say(`${service}: starts on port ${port}, mode ${mode || "not set"}`);
  const starts = stateDir !== null && countsStarts(asked) ? await countUp(stateDir, service, "starts") : 1;
  const settings = atStart(asked, starts);
  if (stateDir !== null) await noteStart(stateDir, service);
  for (const line of faultLines(settings)) complain(line);
  if (settings.stray) leaveStray(program);

  const instance = `${service}.${Deno.env.get("VX11_PROCESS_ID") ?? ""}`;
  const trouble = planTrouble({ page: settings.fromPage, stateDir, instance });
  const stage: Stage = { program, starts, trouble, end: ended.resolve };
  void playExit(settings, stage);
  if (settings.exit?.afterSec === 0 && settings.fromPage === null) return await ended.promise;
  void work();
  playMemory(settings, stage);
  void listen(settings, stage);
  return await ended.promise;
}

/** A little work like that of a real service, so that its memory and CPU are not almost zero. */
async function work(): Promise<void> {
  hold(WORK_MIB);
  const data = new Uint8Array(WORK_BYTES);
  for (;;) {
    data.sort();
    await delay(TICK_MS);
  }
}
