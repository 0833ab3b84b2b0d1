/** Starts services of the process engine with what they need, and reports why one cannot be started. */

import { exitText } from "../../text/units.ts";
import { SpawnError } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import { within } from "../../host/within.ts";
import { messageOf } from "../../model/failure.ts";
import { startOrder } from "../../plan/graph.ts";
import { serviceClosure } from "../closure.ts";
import type { StopResult, UpOptions, UpOutcome } from "../engine.ts";
import type { ProcessInstances } from "./instances.ts";
import { ProcessOutput } from "./output.ts";
import { stopStray, stopSupervised } from "./stop.ts";
import { Supervisor } from "./supervisor.ts";
import type { Problem } from "./survey.ts";
import { commandProblem, spawnProblem, undeclared } from "./survey.ts";

/** Dependencies first, each once; stops at the first service that cannot be started. */
export async function bringUp(
  instances: ProcessInstances,
  wanted: readonly string[],
  options: UpOptions,
): Promise<UpOutcome> {
  const { setup, specs } = instances;
  const unknown = wanted.find((service) => !specs.has(service));
  if (unknown !== undefined) return refused(undeclared(setup.services, unknown));
  const closure = serviceClosure(specs, wanted);
  const graph = new Map([...specs].filter(([name]) => closure.has(name)).map(([name, spec]) => [name, spec.dependsOn]));
  for (const service of startOrder(graph)) {
    options.signal?.throwIfAborted();
    const isNeeded = [...closure].some((name) => graph.get(name)?.includes(service));
    const problem = await bringUpOne(instances, service, options, options.recreate && wanted.includes(service)) ??
      (isNeeded ? await completed(instances, service, options) : null);
    if (problem === null) continue;
    const isAlone = wanted.length === 1 && wanted[0] === service;
    return refused(isAlone ? problem : { ...problem, why: `"${service}": ${problem.why}` });
  }
  return { ok: true };
}

function refused({ next, why }: Problem): UpOutcome {
  return { ok: false, why, output: `${why}\n${next === "" ? "" : `${next}\n`}` };
}

/**
 * Leaves a service that is up as it is, unless it is to be replaced. Returns why it was not started; null if it is up.
 */
async function bringUpOne(
  instances: ProcessInstances,
  service: string,
  options: UpOptions,
  recreate: boolean,
): Promise<Problem | null> {
  const own = instances.ofService(service);
  const left = instances.leftovers().find((each) => each.service === service);
  if (recreate) {
    for (const old of [own, left]) {
      const error = old === undefined ? null : await takeAway(instances, old.id);
      if (error !== null) return { why: `its running process cannot be replaced: ${error}`, next: "" };
    }
  } else if (own?.isUp === true || left !== undefined || (own !== undefined && isDone(own))) return null;
  const supervisor = recreate || own === undefined ? instances.create(service) : own;
  if (supervisor === undefined) throw new Error(`Service "${service}" is needed but not declared`);
  return await start(instances, supervisor, options);
}

/** It ended with 0, as a service that completes should. */
function isDone({ spec, state }: Supervisor): boolean {
  return spec.completes && state.status === "exited" && state.exitCode === 0;
}

/** Waits for the end of a service that completes, since another one needs it. Returns why it is not done. */
async function completed(
  instances: ProcessInstances,
  service: string,
  { signal, timeoutMs }: UpOptions,
): Promise<Problem | null> {
  const own = instances.ofService(service);
  if (own?.spec.completes !== true || isDone(own)) return null;
  await within(instances.host.clock, timeoutMs, own.ended, signal);
  if (isDone(own)) return null;
  const { exitCode } = own.state;
  return own.isUp
    ? { why: `it was not done within ${timeoutMs / 1000} s`, next: "Services that depend on it wait for its end" }
    : {
      why: `it did not complete: ${exitCode === null ? "it has ended" : exitText(exitCode)}`,
      next: "Services that depend on it were not started",
    };
}

async function takeAway(instances: ProcessInstances, id: string): Promise<string | null> {
  const service = instances.find(id)?.service ?? "";
  const { error } = await stopInstance(instances, id, instances.graceSec(service));
  if (error === null) instances.forget(id);
  return error;
}

/** If it is gone already, there is nothing to stop. */
export async function stopInstance(instances: ProcessInstances, id: string, graceSec: number): Promise<StopResult> {
  const { ending, setup } = instances;
  const found = instances.supervisors.get(id) ?? instances.leftovers().find((each) => each.id === id);
  if (found === undefined) return { containerId: id, durationMs: 0, exitCode: null, stopped: true, error: null };
  if (found instanceof Supervisor) return await stopSupervised(ending, found, graceSec);
  return await stopStray(ending, found, {
    graceSec,
    signal: setup.services.get(found.service)?.stopSignal ?? "SIGTERM",
  });
}

async function start(
  instances: ProcessInstances,
  supervisor: Supervisor,
  { logFile: fileOf, redactor }: UpOptions,
): Promise<Problem | null> {
  const logFile = fileOf(supervisor.service);
  const { host, setup: { dir }, supervisors } = instances;
  const { id, spec } = supervisor;
  const seen = await commandProblem(host, dir, spec);
  if (seen !== null) return seen;
  // Its output before its end is written into the file that it had then.
  await supervisor.ended;
  let output: ProcessOutput;
  try {
    output = await ProcessOutput.open(host, logFile, redactor === undefined ? {} : { redactor });
  } catch (error) {
    refuseShortage(error);
    const why = messageOf(error);
    return { why: `its output cannot be written to "${logFile}": ${why}`, next: "" };
  }
  const isNew = !supervisors.has(id);
  supervisors.set(id, supervisor);
  if (isNew) supervisor.emit("create");
  try {
    supervisor.start(output);
    return null;
  } catch (error) {
    await output.close();
    if (isNew) instances.forget(id);
    if (!(error instanceof SpawnError)) throw error;
    refuseShortage(error);
    return await spawnProblem(host, dir, spec, error);
  }
}
