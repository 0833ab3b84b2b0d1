/** A test's command for a service of the process engine, on this host: in its folder, with its environment and its marks. */

import { resolve } from "@std/path";
import { type Host, SpawnError } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import type { ServiceCommand, ServiceEnd, ServiceFile, ServiceRun } from "../../model/service_run.ts";
import { type ChildRun, childRun } from "../../proc/child_run.ts";
import type { Look } from "../engine.ts";
import { EngineError } from "../engine.ts";
import type { ProcessInstances } from "./instances.ts";
import { Supervisor } from "./supervisor.ts";
import { spawnProblem, workingDir } from "./survey.ts";

/** Of a shell, for what cannot be run. */
const NOT_STARTED = 127;

export function runFor(instances: ProcessInstances, look: Look, command: ServiceCommand): ServiceRun {
  const { host, setup } = instances;
  const { state: { id, service, startedAt } } = look;
  const found = instances.find(id);
  const spec = setup.services.get(service);
  if (found === undefined || spec === undefined || (found instanceof Supervisor && found.child === null)) {
    return notStarted({ why: "its process is not running", code: null });
  }
  const port = found instanceof Supervisor ? null : found.port;
  const cwd = resolve(workingDir(setup.dir, spec), command.cwd);
  const env = { ...instances.envOf({ id, service, port }), ...command.env };
  let run: ChildRun;
  try {
    run = childRun(host, command.words, { cwd, env, family: command.family });
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    refuseShortage(error);
    const wanted = { ...spec, command: [...command.words], cwd, env: { ...spec.env, ...command.env } };
    return notStarted(spawnProblem(host, setup.dir, wanted, error).then(({ why }) => ({ why, code: NOT_STARTED })));
  }
  const end = run.exit.then((exit): ServiceEnd => {
    const now = instances.find(id);
    const isSame = now !== undefined && instances.stateOf(now).startedAt === startedAt &&
      (!(now instanceof Supervisor) || now.child !== null);
    return isSame ? { how: "ended", ...exit } : { how: "container ended" };
  });
  return { output: run.output, end, endAll: () => run.endAll() };
}

type Reason = { why: string; code: number | null };

function notStarted(reason: Reason | Promise<Reason>): ServiceRun {
  return {
    output: [],
    end: Promise.resolve(reason).then((known) => ({ how: "not started", ...known })),
    endAll: () => Promise.resolve(null),
  };
}

export async function fileFor(
  { host, setup }: { host: Pick<Host, "files">; setup: ProcessInstances["setup"] },
  { state: { service } }: Look,
  path: string,
  maxBytes: number,
): Promise<ServiceFile | null> {
  const spec = setup.services.get(service);
  if (spec === undefined) throw new EngineError(`the config file has no service "${service}"`);
  const whole = resolve(workingDir(setup.dir, spec), path);
  const modifiedMs = await host.files.modifiedMs(whole);
  return modifiedMs === null ? null : { modifiedMs, ...await host.files.readStart(whole, maxBytes) };
}
