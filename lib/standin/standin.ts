/**
 * The stand-in for a service of VX11: a program of its own inside this one, for demonstrations and tests on a machine
 * that has no VX11. It serves / and /health on 127.0.0.1:$PORT until SIGTERM, uses a little memory and CPU, and behaves
 * badly only where its environment asks for it (settings.ts).
 */

import { delay } from "@std/async";
import { countStart, faultLines, playExit, playMemory, type Stage } from "./faults.ts";
import { eat, hold } from "./memory.ts";
import { meetsFaults, pageFor } from "./pages.ts";
import { countsStarts, readSettings, type StandInSettings, withoutFaults } from "./settings.ts";
import { planTrouble, type Trouble } from "./trouble.ts";

/** What it holds, works on, and how often it does. */
const WORK_MIB = 4;
const WORK_BYTES = 2 ** 16;
const TICK_MS = 100;

export interface StandInOptions {
  /** The command that starts this program again. */
  program: readonly string[];
  /** Words behind `stand-in`: none, or `eater` for the child that only allocates. */
  args: readonly string[];
}

/** Runs until something ends it; resolves to the exit code. 2: its environment is not what it must be. */
export async function standIn({ program, args }: StandInOptions): Promise<number> {
  const asked = readSettings((name) => Deno.env.get(name));
  if (typeof asked === "string") {
    complain(`Cannot start the stand-in: ${asked}`);
    return 2;
  }
  if (args[0] === "eater") {
    await eat(asked.memoryBoundMib);
    return 1;
  }
  return await live(asked, program);
}

async function live(asked: StandInSettings, program: readonly string[]): Promise<number> {
  const ended = Promise.withResolvers<number>();
  const { ignoreTerm, mode, port, service, stateDir } = asked;
  Deno.addSignalListener("SIGTERM", () => {
    say(ignoreTerm ? "SIGTERM: ignored" : "SIGTERM: ends");
    if (!ignoreTerm) ended.resolve(0);
  });
  say(`${service}: starts on port ${port}, mode ${mode || "not set"}`);
  const starts = stateDir !== null && countsStarts(asked) ? await countStart(stateDir, service) : 1;
  const settings = starts % asked.everyNthStart === 0 ? asked : withoutFaults(asked);
  for (const line of faultLines(settings)) complain(line);

  const instance = `${service}.${Deno.env.get("VX11_PROCESS_ID") ?? ""}`;
  const trouble = planTrouble({ page: settings.fromPage, stateDir, instance });
  const stage: Stage = { voice: { say, complain }, program, starts, trouble, end: ended.resolve };
  void playExit(settings, stage);
  if (settings.exit?.afterSec === 0 && settings.fromPage === null) return await ended.promise;
  void work();
  playMemory(settings, stage);
  void listen(settings, stage);
  return await ended.promise;
}

async function listen(settings: StandInSettings, { end, trouble }: Stage): Promise<void> {
  if (settings.notListening) return;
  if (settings.startAfterSec > 0) await delay(settings.startAfterSec * 1000);
  const { port } = settings;
  const onListen = () => say(`listens on 127.0.0.1:${port}`);
  try {
    Deno.serve({ hostname: "127.0.0.1", port, onListen }, handler(settings, trouble));
  } catch (error) {
    complain(`Cannot listen on 127.0.0.1:${port}: ${error instanceof Error ? error.message : error}`);
    end(1);
  }
}

/** Bad answers after which a health page counts as lost for good. */
const LOST_ANSWERS = 5;

function handler(settings: StandInSettings, trouble: Trouble): (request: Request) => Promise<Response> {
  let met = 0;
  let lost = 0;
  return async (request) => {
    const path = new URL(request.url).pathname;
    if (path === settings.fromPage) {
      trouble.begin();
      return new Response(trouble.isOver ? "over" : "begun");
    }
    const agent = request.headers.get("user-agent") ?? "";
    const asked = { path, agent, elapsedSec: trouble.elapsedSec() };
    if (meetsFaults(settings.health, asked)) met++;
    const answer = pageFor(settings, asked, met);
    if (answer.kind === "hang") return await new Promise<never>(() => {});
    if (settings.health.lostAfterSec !== null && answer.status === 503 && ++lost >= LOST_ANSWERS) trouble.isOver = true;
    if (answer.afterSec > 0) await delay(answer.afterSec * 1000);
    return new Response(answer.body, { status: answer.status, headers: { "content-type": answer.contentType } });
  };
}

/** A little of what a service does, so that neither its memory nor its CPU is next to nothing. */
async function work(): Promise<void> {
  hold(WORK_MIB);
  const data = new Uint8Array(WORK_BYTES);
  for (;;) {
    data.sort();
    await delay(TICK_MS);
  }
}

function say(text: string): void {
  write(Deno.stdout, text);
}

function complain(text: string): void {
  write(Deno.stderr, text);
}

function write(stream: { writeSync(data: Uint8Array): number }, text: string): void {
  const data = new TextEncoder().encode(`${text}\n`);
  try {
    for (let done = 0; done < data.length;) done += stream.writeSync(data.subarray(done));
  } catch {
    // Nobody reads any more: a service goes on without its log.
  }
}
