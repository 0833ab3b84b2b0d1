/** Runs a command to its end and returns what it printed. It never throws for a bad exit code; the caller judges. */

import { anySignal } from "./any_signal.ts";
import { FairTimer } from "./fair.ts";
import type { Child, ChildExit, Host, SpawnOptions } from "./host.ts";

export interface CaptureOptions extends SpawnOptions {
  /** A fair limit. Past it the command's whole process group is killed and `timedOut` is set. */
  timeoutMs: number;
  /** Kills the group, and rejects with its reason. */
  signal?: AbortSignal;
}

export interface Captured extends ChildExit {
  stdout: string;
  stderr: string;
  timedOut: boolean;
  durationMs: number;
  limitMs: number;
  /** How much of the time did not count against the limit, since more processes wanted a core than the host has. */
  starvedMs: number;
}

/** Throws SpawnError if the command cannot be started, and the signal's reason if it aborts. */
export async function capture(host: Host, command: readonly string[], options: CaptureOptions): Promise<Captured> {
  options.signal?.throwIfAborted();
  const began = host.clock.mono();
  const child = host.spawn(command, options);
  const abandon = new AbortController();
  const output = Promise.all([readText(child.stdout, abandon.signal), readText(child.stderr, abandon.signal)]);
  const { starvedMs, timedOut } = await endWithin(host, child, options.timeoutMs, options.signal);
  await settleWithin(host, output, abandon);
  const [stdout, stderr] = await output;
  const exit = await child.exit;
  options.signal?.throwIfAborted();
  return {
    ...exit,
    stdout,
    stderr,
    timedOut,
    durationMs: host.clock.mono() - began,
    limitMs: options.timeoutMs,
    starvedMs,
  };
}

/** Pause between SIGTERM and SIGKILL for a group that outlived its limit. */
const TERM_GRACE_MS = 1000;

/**
 * How the wait for a child ended: whether its limit was exceeded, and how much of the time did not count against it.
 */
export interface Within {
  timedOut: boolean;
  starvedMs: number;
}

/**
 * Waits until the child has ended. Past the limit, a fair one, or on abort, it ends the whole group, SIGTERM first, and
 * verifies that nothing is left. It checks the group in any case: a test that leaves a grandchild behind must not leave
 * it running.
 */
export async function endWithin(host: Host, child: Child, limitMs: number, signal?: AbortSignal): Promise<Within> {
  const within = await waitWithin(host, child.exit, limitMs, signal);
  await endGroup(host, child);
  return within;
}

/** Waits for `ended`, until the limit, a fair one, or the abort. */
export async function waitWithin(
  host: Host,
  ended: Promise<unknown>,
  limitMs: number,
  signal?: AbortSignal,
): Promise<Within> {
  const timer = new AbortController();
  const stop = signal === undefined ? timer.signal : anySignal([timer.signal, signal]);
  const fair = new FairTimer(host);
  const limit = fair.reaches(limitMs, stop).then((reached) => reached ? "limit" as const : "aborted" as const);
  const outcome = await Promise.race([ended.then(() => "ended" as const), limit]);
  const { starvedMs } = fair;
  timer.abort();
  await limit;
  return { timedOut: outcome === "limit", starvedMs };
}

/** Ends what is left of the child's group, SIGTERM first; `beforeEnd` is called if there is something to be ended. */
export async function endGroup(host: Host, child: Child, beforeEnd: () => void = () => {}): Promise<void> {
  if (!child.groupAlive()) return;
  beforeEnd();
  await killGroup(host, child);
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

/** How long the output of a child that has ended is still read. */
const OUTPUT_GRACE_MS = 2000;

/**
 * Waits for `reading` to end, and abandons it after a while: a grandchild that left the process group may hold the pipe
 * open forever.
 */
export async function settleWithin(host: Host, reading: Promise<unknown>, abandon: AbortController): Promise<void> {
  const done = new AbortController();
  const timer = host.clock.sleep(OUTPUT_GRACE_MS, done.signal).then(() => abandon.abort(), () => {});
  try {
    await reading;
  } finally {
    done.abort();
    await timer;
  }
}

/** Passes a stream's chunks to `take` until the stream's end or until `abandon`; closes the stream if `take` throws. */
export async function readChunks(
  stream: ReadableStream<Uint8Array>,
  abandon: AbortSignal,
  take: (chunk: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel();
  abandon.addEventListener("abort", cancel, { once: true });
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) await take(part.value);
  } catch (error) {
    await reader.cancel();
    throw error;
  } finally {
    abandon.removeEventListener("abort", cancel);
  }
}

/** The stream's whole lines as they come, without the empty ones; returns what comes after the last line end. */
export async function* wholeLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    // Only the new text is split: a very long line is not searched again with each of its pieces.
    const [first = "", ...others] = text.split("\n");
    const lines = [rest + first, ...others];
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
  }
  return rest;
}

async function readText(stream: ReadableStream<Uint8Array>, abandon: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  await readChunks(stream, abandon, (chunk) => {
    text += decoder.decode(chunk, { stream: true });
  });
  return text + decoder.decode();
}
