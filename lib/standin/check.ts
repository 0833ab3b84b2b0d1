/**
 * The check of a stand-in: a short program beside the service, as its container's own health check or as the command of a check of
 * readiness. It asks for the service's page, and fails when it is told to.
 */

import { CERTIFICATE } from "./certificate.ts";
import { failsAt, failsNow } from "./check_faults.ts";
import type { StandInSettings } from "./settings.ts";
import { countUp, notePid, STARTED, stateFile } from "./state.ts";
import { say } from "./voice.ts";

const CHECKS = "checks";

/** The exit code of one check of a stand-in that listens here. */
export async function check({ checkFails, port, service, speaks, stateDir }: StandInSettings): Promise<number> {
  const upSec = stateDir === null ? 0 : (Date.now() - await startedAt(stateDir, service)) / 1000;
  const now = failsNow(checkFails, upSec);
  if (now !== null) return failed(now);
  const ill = await illBecause(`127.0.0.1:${port}/health`, speaks.endsWith("s"));
  if (ill !== null) return failed(ill);
  const why = stateDir === null ? null : failsAt(checkFails, await countUp(stateDir, service, CHECKS));
  return why === null ? 0 : failed(why);
}

function failed(why: string): number {
  say(`check fails: ${why}`);
  return 1;
}

/** What is wrong with its page; null if it is well. */
async function illBecause(page: string, isTls: boolean): Promise<string | null> {
  try {
    const response = isTls
      ? await fetch(`https://${page}`, { client: Deno.createHttpClient({ caCerts: [CERTIFICATE] }) })
      : await fetch(`http://${page}`);
    await response.body?.cancel();
    return response.ok ? null : `its page answers ${response.status}`;
  } catch (error) {
    return `its page does not answer: ${error instanceof Error ? error.message : error}`;
  }
}

/** Leaves a file whose time is that of the start, with the process id in it, and begins to count the checks anew. */
export async function noteStart(stateDir: string, service: string): Promise<void> {
  await notePid(stateDir, service, STARTED, Deno.pid);
  await Deno.writeTextFile(stateFile(stateDir, service, CHECKS), "");
}

/** Now if it has not started. */
async function startedAt(stateDir: string, service: string): Promise<number> {
  const info = await Deno.stat(stateFile(stateDir, service, STARTED)).catch(() => null);
  return info?.mtime?.getTime() ?? Date.now();
}
