/** Runs a test's command to its end or its limit, with all that it started, and keeps its output in a file. */

import { anySignal } from "../host/any_signal.ts";
import { settleWithin, waitWithin, type Within } from "../host/capture.ts";
import type { ChildExit, Host } from "../host/host.ts";
import type { TestRun } from "../model/evidence.ts";
import type { ApartRun, ServiceEnd, ServiceRun, Survivors } from "../model/service_run.ts";
import { childRun } from "../proc/child_run.ts";
import type { EvidenceFiles, TestPlace } from "./runner.ts";
import type { SingleTest } from "./single.ts";

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

/** What is known of a run of any kind. */
export interface Kept extends Within {
  durationMs: number;
  /** Processes that it left running and that could not be ended, or its container; null: none. */
  strays: Survivors | { container: string } | null;
  /** What it printed, or the first and the last of it. */
  said: string;
}

/** How it ended. */
export interface Ended extends Kept, ChildExit {}

/**
 * Throws SpawnError. Rejects with the signal's reason, or if the output cannot be kept; in both cases after all its
 * processes are gone.
 */
export async function runToEnd(host: Host, child: TestChild): Promise<Ended> {
  const { command, cwd, env, family } = child;
  const run = childRun(host, command, { cwd, env, family });
  const { end, ...kept } = await keep(host, { ...run, over: run.exit }, child);
  return { ...kept, ...end };
}

/** The same for a command that runs for a service. */
export async function runForService(
  host: Host,
  run: ServiceRun | ApartRun,
  child: Pick<TestChild, "evidence" | "limitMs" | "output" | "signal">,
): Promise<Kept & { end: ServiceEnd }> {
  return await keep(host, { ...run, over: run.end }, child);
}

/** A run of any kind; `over` resolves to how it ended. */
export interface AnyRun<End> extends Pick<ServiceRun, "output"> {
  over: Promise<End>;
  endAll(): Promise<Kept["strays"]>;
}

/** Rejects as `runToEnd`. */
export async function keep<End>(
  host: Host,
  run: AnyRun<End>,
  { evidence, limitMs, output, signal }: Pick<TestChild, "evidence" | "limitMs" | "output" | "signal">,
): Promise<Kept & { end: End }> {
  const began = host.clock.mono();
  const abandon = new AbortController();
  const drained = evidence.drainTo(output, run.output, OUTPUT_LIMIT_BYTES, abandon.signal);
  // If the output cannot be kept (a full disk), nothing empties the pipes: the test is ended, and the reason thrown.
  const unkept = new AbortController();
  drained.catch((error) => unkept.abort(error));
  const within = await waitWithin(host, run.over, limitMs, anySignal([signal, unkept.signal]));
  const strays = await run.endAll();
  const durationMs = host.clock.mono() - began;
  await settleWithin(host, drained, abandon);
  const end = await run.over;
  signal.throwIfAborted();
  return { ...within, durationMs, strays, said: await host.files.readText(output), end };
}

/** What its XML says. */
export interface ToldByXml extends Pick<TestRun, "counts" | "firstFailure"> {
  skipReason: string | null;
  /** null if not all of its single tests are known. */
  tests: readonly SingleTest[] | null;
}

/** How it ended and what its report says, in the form of the record; `clean` removes secrets. Notes its single tests. */
export function endFacts(
  { code, durationMs, signal, starvedMs, strays, timedOut }: Ended,
  { counts, firstFailure, skipReason, tests }: ToldByXml,
  { clean, evidence }: Pick<TestPlace, "clean" | "evidence">,
): Omit<TestRun, "runner" | "file" | "limitMs" | "output" | "again"> {
  const cases = tests === null || timedOut ? null : evidence.noteTests(tests);
  return {
    returnCode: timedOut ? null : code,
    signal,
    timedOut,
    durationMs,
    counts: timedOut ? null : counts,
    ...(cases === null ? {} : { cases }),
    firstFailure: firstFailure === null ? null : clean(firstFailure),
    ...(starvedMs === 0 ? {} : { starvedMs }),
    ...(skipReason === null ? {} : { skipReason: clean(skipReason) }),
    ...strayFacts(strays),
  };
}

function strayFacts(strays: Kept["strays"]): Pick<TestRun, "containerLeft" | "strayUnseen" | "survivors"> {
  if (strays === null) return {};
  if (strays === "unseen") return { strayUnseen: true };
  return "container" in strays ? { containerLeft: strays.container } : { survivors: strays.pids.join(" ") };
}
