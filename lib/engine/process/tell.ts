/** Text for people about an instance of the process engine: its output, what is known of it, how to end it by hand. */

import { messageOf } from "../../model/failure.ts";
import type { Look } from "../engine.ts";
import { commandOf } from "../../proc/proc.ts";
import type { ProcessInstances } from "./instances.ts";
import { survivors } from "./stop.ts";
import { Supervisor } from "./supervisor.ts";
import { workingDir } from "./survey.ts";
import { redactInspect } from "../redact.ts";

/** The last lines of its output. If it has ended, waits until all of it is written. */
export async function lastLines({ host, supervisors }: ProcessInstances, id: string, count: number): Promise<string> {
  const supervisor = supervisors.get(id);
  if (supervisor === undefined) return "(its output is in the audit dir of the run that started it)\n";
  if (!supervisor.isUp) await supervisor.ended;
  const path = supervisor.outputPath;
  if (path === null) return "";
  try {
    const lines = (await host.files.readText(path)).split("\n");
    const isComplete = lines.at(-1) === "";
    return lines.slice(-(count + (isComplete ? 1 : 0))).join("\n");
  } catch (error) {
    return `(${path}: ${messageOf(error)})\n`;
  }
}

/** As Engine.follow. */
export async function followLines(
  { supervisors }: ProcessInstances,
  { state: { id } }: Look,
  onLines: (lines: readonly string[]) => void,
  signal: AbortSignal,
): Promise<string> {
  const supervisor = supervisors.get(id);
  if (supervisor === undefined) return "it is in the audit dir of the run that started it";
  if (supervisor.printed === null) return "its process is not running";
  await supervisor.printed.follow(onLines, signal);
  return "it has ended";
}

/** As JSON; values that look like secrets are blanked. */
export function describeInstance(instances: ProcessInstances, id: string): string {
  const { ending, host, ports, setup } = instances;
  const found = instances.find(id);
  if (found === undefined) return "null\n";
  const spec = setup.services.get(found.service);
  return redactInspect(JSON.stringify({
    State: instances.stateOf(found),
    Command: spec?.command ?? null,
    WorkingDir: spec === undefined ? null : workingDir(setup.dir, spec),
    Env: Object.entries({ ...setup.env, ...spec?.env }).map(([name, value]) => `${name}=${value}`),
    Port: ports.get(found.service) ?? null,
    RestartPolicy: spec?.restart ?? null,
    Output: found instanceof Supervisor ? found.outputPath : null,
    Processes: survivors(ending, found).map((proc) => ({ pid: proc.pid, command: commandOf(host.kernel, proc) })),
  }));
}

/** The command that ends what is left of these instances. */
export function killCommand(instances: ProcessInstances, ids: readonly string[]): string {
  const found = ids.flatMap((id) => instances.find(id) ?? []);
  const pids = found.flatMap((each) => survivors(instances.ending, each)).map(({ pid }) => pid);
  return `kill -KILL ${pids.join(" ")}`;
}
