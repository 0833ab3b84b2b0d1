/** Runs a test's command to its end or its limit, in a process group of its own, and keeps its output in a file. */

import { anySignal } from "../host/any_signal.ts";
import { endWithin, settleWithin, type Within } from "../host/capture.ts";
import type { ChildExit, Host } from "../host/host.ts";
import type { TestRun } from "../model/evidence.ts";
import type { EvidenceFiles } from "./runner.ts";
import { Descendants, endStrays, markEnv, type Survivors } from "./strays.ts";

/** How much of an output is kept; the rest is read and counted, so that the test does not block. */
export const OUTPUT_LIMIT_BYTES = 16 * 2 ** 20;

export interface TestChild {
  command: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** The mark that identifies all its descendants: unique to this one run. */
  family: string;
  limitMs: number;
  /** Absolute. */
  output: string;
  evidence: EvidenceFiles;
  signal: AbortSignal;
}

/** How it ended. */
export interface Ended extends Within, ChildExit {
  durationMs: number;
  /** Processes that it left running and that could not be ended; null: none. */
  strays: Survivors | null;
  /** What it printed, or the first and the last of it. */
  said: string;
}

/**
 * Throws SpawnError. Rejects with the signal's reason, or if the output cannot be kept; in both cases after all its
 * processes are gone.
 */
export async function runToEnd(host: Host, child: TestChild): Promise<Ended> {
  const { command, cwd, env, evidence, family, limitMs, output, signal } = child;
  const began = host.clock.mono();
  const started = host.spawn([...command], { cwd, env: { ...env, ...markEnv(family) }, family });
  const abandon = new AbortController();
  const drained = evidence.drainTo(output, [started.stdout, started.stderr], OUTPUT_LIMIT_BYTES, abandon.signal);
  // If the output cannot be kept (a full disk), nothing empties the pipes: the test is ended, and the reason thrown.
  const unkept = new AbortController();
  drained.catch((error) => unkept.abort(error));
  const descendants = new Descendants(host, started.pid, family);
  const over = new AbortController();
  const watching = descendants.watch(host.clock, over.signal);
  const stop = anySignal([signal, unkept.signal]);
  const within = await endWithin(host, started, limitMs, stop, () => descendants.look());
  over.abort();
  await watching;
  const strays = await endStrays(host, family, descendants);
  const durationMs = host.clock.mono() - began;
  await settleWithin(host, drained, abandon);
  const exit = await started.exit;
  signal.throwIfAborted();
  return { ...within, ...exit, durationMs, strays, said: await host.files.readText(output) };
}

/** How it ended and what its report says, in the form of the record; `clean` removes secrets. */
export function endFacts(
  { code, durationMs, signal, starvedMs, strays, timedOut }: Ended,
  { counts, firstFailure, skipReason }: Pick<TestRun, "counts" | "firstFailure"> & { skipReason: string | null },
  clean: (text: string) => string,
): Omit<TestRun, "runner" | "file" | "limitMs" | "output" | "again"> {
  return {
    returnCode: timedOut ? null : code,
    signal,
    timedOut,
    durationMs,
    counts: timedOut ? null : counts,
    firstFailure: firstFailure === null ? null : clean(firstFailure),
    ...(starvedMs === 0 ? {} : { starvedMs }),
    ...(skipReason === null ? {} : { skipReason: clean(skipReason) }),
    ...strayFacts(strays),
  };
}

function strayFacts(strays: Survivors | null): { survivors?: string; strayUnseen?: true } {
  if (strays === null) return {};
  return strays === "unseen" ? { strayUnseen: true } : { survivors: strays.pids.join(" ") };
}
