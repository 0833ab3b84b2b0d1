/** Runs a command for a service of the process engine: in its folder, with its environment and its marks. */

import { capture } from "../../host/capture.ts";
import { SpawnError } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import { endMarked } from "../../proc/marked.ts";
import type { Look } from "../engine.ts";
import { EXEC_VARIABLE, type ExecLimit, execMark, type Executed, outlived } from "../executed.ts";
import type { ProcessInstances } from "./instances.ts";
import { Supervisor } from "./supervisor.ts";
import { spawnProblem, workingDir } from "./survey.ts";

/** Whatever leaves its group carries the service's marks, and ends with the service at the latest. */
export async function execFor(
  instances: ProcessInstances,
  { state: { id, service } }: Look,
  command: readonly string[],
  { limitMs, signal }: ExecLimit,
): Promise<Executed> {
  const { host, setup } = instances;
  const found = instances.find(id);
  const spec = setup.services.get(service);
  if (found === undefined || spec === undefined || (found instanceof Supervisor && found.child === null)) {
    throw new Error("its process is not running");
  }
  const port = found instanceof Supervisor ? null : found.port;
  const mark = execMark(host);
  const env = { ...instances.envOf({ id, service, port }), [EXEC_VARIABLE]: mark };
  const cwd = workingDir(setup.dir, spec);
  let isOpen = true;
  try {
    const result = await capture(host, command, { cwd, env, family: id, timeoutMs: limitMs, signal });
    isOpen = result.timedOut;
    if (isOpen) throw outlived(limitMs);
    const { code, signal: endedBy, stderr, stdout } = result;
    if (code === null) throw new Error(`it was ended by ${endedBy}`);
    return { code, output: `${stdout}\n${stderr}` };
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    isOpen = false;
    refuseShortage(error);
    const [program = ""] = command;
    const isOnPath = !program.includes("/") && await host.files.kind(cwd) === "directory";
    // The whole PATH would fill the sentence.
    if (error.kind === "not found" && isOnPath) throw new Error(`this host has no ${program} on its PATH`);
    throw new Error((await spawnProblem(host, setup.dir, { ...spec, command }, error)).why);
  } finally {
    if (isOpen) await endMarked(host, `${EXEC_VARIABLE}=${mark}`);
  }
}
