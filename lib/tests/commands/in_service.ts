/** Runs a command in a service: in its container, or on this host as the service's own programs run. */

import type { Host } from "../../host/host.ts";
import { notRun, runByEngine } from "./engine_run.ts";
import type { CommandPlace, Ran } from "./ran.ts";
import { xmlInService } from "./report.ts";
import type { CommandSpec } from "./spec.ts";

/** Rejects with the signal's reason on abort, and if the output cannot be written, after all its processes are gone. */
export async function runInService(
  host: Host,
  { cwd, env, junit, run }: CommandSpec,
  place: CommandPlace,
  service: string,
): Promise<Ran> {
  const there = await place.inService(service);
  if ("why" in there) return await notRun(place, there.why);
  return await runByEngine(host, place, {
    run: () => there.run({ words: run, env: { ...there.env, ...env }, cwd, family: place.family }),
    xml: junit === null ? null : { source: xmlInService(host, there, junit), name: junit },
    cutShort: `the container of "${service}" ended before it was seen to end`,
  });
}
