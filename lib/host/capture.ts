/** Runs a command to its end and returns what it printed. It never throws for a bad exit code; the caller judges. */

import type { Child, ChildExit, Host, SpawnOptions } from "./host.ts";

export interface CaptureOptions extends SpawnOptions {
  /** Past it the command's whole process group is killed and `timedOut` is set. */
  timeoutMs: number;
  /** Kills the group, and rejects with its reason. */
  signal?: AbortSignal;
}

export interface Captured extends ChildExit {
  stdout: string;
  stderr: string;
  timedOut: boolean;
  durationMs: number;
}

/** Throws SpawnError where the command cannot be started, and the signal's reason where it is aborted. */
export async function capture(host: Host, command: readonly string[], options: CaptureOptions): Promise<Captured> {
  options.signal?.throwIfAborted();
  const began = host.clock.mono();
  const child = host.spawn(command, options);
  const output = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const timedOut = await endWithin(host, child, options.timeoutMs, options.signal);
  const [stdout, stderr] = await output;
  const exit = await child.exit;
  options.signal?.throwIfAborted();
  return { ...exit, stdout, stderr, timedOut, durationMs: host.clock.mono() - began };
}

/** Pause between SIGTERM and SIGKILL for a group that outlived its limit. */
const TERM_GRACE_MS = 1000;

/**
 * Waits until the child ended; past the limit or on abort it ends the whole group, SIGTERM first, and looks that
 * nobody is left. Returns whether the limit was passed. The group is looked at in both cases: a test that leaves a
 * grandchild behind must not leave it running.
 */
export async function endWithin(host: Host, child: Child, limitMs: number, signal?: AbortSignal): Promise<boolean> {
  const timer = new AbortController();
  const ended = child.exit.then(() => "ended" as const);
  const stop = signal === undefined ? timer.signal : AbortSignal.any([timer.signal, signal]);
  const limit = host.clock.sleep(limitMs, stop).then(() => "limit" as const, () => "aborted" as const);
  const outcome = await Promise.race([ended, limit]);
  timer.abort();
  await limit;
  if (outcome !== "ended") await killGroup(host, child);
  else if (child.groupAlive()) await killGroup(host, child);
  return outcome === "limit";
}

async function killGroup(host: Host, child: Child): Promise<void> {
  child.killGroup("SIGTERM");
  await goneWithin(host, child, TERM_GRACE_MS);
  for (let tries = 0; tries < 50 && child.groupAlive(); tries++) {
    child.killGroup("SIGKILL");
    await goneWithin(host, child, 100);
  }
}

async function goneWithin(host: Host, child: Child, limitMs: number): Promise<void> {
  const end = host.clock.mono() + limitMs;
  while (child.groupAlive() && host.clock.mono() < end) await host.clock.sleep(10);
}
