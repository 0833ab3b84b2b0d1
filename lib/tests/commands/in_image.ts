/** Runs a command in a container that is made for it of an image of its own, with the project dir in it. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { notRun, runByEngine } from "./engine_run.ts";
import { folderProblem } from "./on_host.ts";
import { type CommandPlace, notStarted, type Ran } from "./ran.ts";
import { xmlOnHost } from "./report.ts";
import type { CommandSpec } from "./spec.ts";

/** Rejects with the signal's reason on abort, and if the output cannot be written, after its container is gone. */
export async function runInImage(
  host: Host,
  { cwd, env, junit, run }: CommandSpec,
  place: CommandPlace,
  image: string,
): Promise<Ran> {
  // The engine would make the folder.
  const problem = await folderProblem(host, join(place.cwd, cwd));
  if (problem !== null) return await notStarted(place, problem);
  const there = await place.apart();
  if ("why" in there) return await notRun(place, there.why);
  const { cwd: projectDir, family } = place;
  return await runByEngine(host, place, {
    run: () => there.run({ image, words: run, env: { ...there.env, ...env }, projectDir, cwd, family }),
    xml: junit === null ? null : { source: xmlOnHost(host, projectDir, junit), name: junit },
    cutShort: "its container was removed before it was seen to end",
  });
}
