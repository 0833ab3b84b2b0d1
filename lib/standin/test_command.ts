/** The test of a stand-in: a short program beside the service, as a command that counts as a test and runs in its container. */

import { delay } from "@std/async";
import { leaveStray } from "./faults.ts";
import type { StandInSettings } from "./settings.ts";
import { notePid, pidOf, STARTED } from "./state.ts";
import type { TestPlan } from "./test_plan.ts";
import { complain, say } from "./voice.ts";

/** Of the report, in the working dir. */
const REPORT = "report.xml";
const LEFT = "left";
/** What hangs must not outlive a demonstration for long. */
const HANG_MS = 120_000;
const PAUSE_MS = 20;

/** Does what it is to do, in the order of the plan; resolves to the exit code. */
export async function test(
  { fromPage, port, service, stateDir }: StandInSettings,
  { code, endsService, leaves, odd, report, seesNone }: TestPlan,
  program: readonly string[],
): Promise<number> {
  say("test: begins");
  if (seesNone && stateDir !== null) {
    const pid = await pidOf(stateDir, service, LEFT);
    if (pid === null) return failed("nothing has been left yet");
    if (await isRunning(pid)) return failed(`process ${pid} is left`);
  }
  if (report !== null) await Deno.writeTextFile(REPORT, report);
  if (leaves && stateDir !== null) await notePid(stateDir, service, LEFT, leaveStray(program));
  if (endsService && stateDir !== null) await ended(stateDir, service, `http://127.0.0.1:${port}${fromPage}`);
  if (odd === "killed") Deno.kill(Deno.pid, "SIGKILL");
  if (odd === "hangs") {
    Deno.addSignalListener("SIGTERM", () => {});
    await delay(HANG_MS);
  }
  return code === 0 ? 0 : failed(`ends with ${code}`, code);
}

function failed(why: string, code = 1): number {
  complain(`test fails: ${why}`);
  return code;
}

/** Resolves when the service is gone, which whoever started it knows by then. In its container, that is the end of this, too. */
async function ended(stateDir: string, service: string, page: string): Promise<void> {
  const pid = await pidOf(stateDir, service, STARTED);
  if (pid === null) throw new Error(`${service} has not noted its process id`);
  // It may end before it has answered.
  await fetch(page).then((response) => response.body?.cancel()).catch(() => {});
  while (await isThere(pid)) await delay(PAUSE_MS);
}

async function isThere(pid: number): Promise<boolean> {
  return await stat(pid) !== null;
}

/** One that has ended, and that nobody has waited for, does not run. */
async function isRunning(pid: number): Promise<boolean> {
  const found = await stat(pid);
  return found !== null && !/\) [ZX] [^)]*$/.test(found);
}

async function stat(pid: number): Promise<string | null> {
  return await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => null);
}
