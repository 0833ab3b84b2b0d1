/** Runs one command to its end or its limit, with its output kept in a file. Judges nothing. */

import type { Host } from "../../host/host.ts";
import type { TestRun } from "../../model/evidence.ts";
import type { TestPlace } from "../runner.ts";
import { runInImage } from "./in_image.ts";
import { runInService } from "./in_service.ts";
import { runOnHost } from "./on_host.ts";
import type { CommandPlace, Ran } from "./ran.ts";
import type { CommandSpec } from "./spec.ts";

/** As sentences name it: the command's name stands before it. */
export const NAME = "the command";

/** Rejects with the signal's reason on abort, and if the output cannot be written, after all its processes are gone. */
export async function runCommand(host: Host, spec: CommandSpec, place: Omit<TestPlace, "module">): Promise<TestRun> {
  const { output } = place;
  const limitMs = spec.timeoutSec === null ? place.limitMs : spec.timeoutSec * 1000;
  const base = { runner: NAME, file: spec.name, limitMs, output, ...again(spec) };
  // Its name is the mark of all that descends from the command: after a kill, the next run finds these processes by it.
  const scratch = await host.files.makeTempDir("vx11-junit-");
  try {
    const own = { ...place, limitMs, family: scratch };
    return { ...base, ...await runThere(host, spec, own) };
  } finally {
    // What cannot be removed is in the system's own temporary folder, and no reason to lose the result.
    await host.files.remove(scratch).catch(() => {});
  }
}

function runThere(host: Host, spec: CommandSpec, place: CommandPlace): Promise<Ran> {
  const { image, service } = spec;
  if (service !== undefined) return runInService(host, spec, place, service);
  return image === undefined ? runOnHost(host, spec, place) : runInImage(host, spec, place, image);
}

/** To be typed in the project dir. */
function again({ cwd, env, image, run, service }: CommandSpec): Pick<TestRun, "again"> {
  // How a service is entered, or a container made, is its engine's to say.
  if (service !== undefined || image !== undefined) return {};
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [...(cwd === "." ? [] : ["-C", cwd]), ...variables];
  return { again: words.length === 0 ? [...run] : ["env", ...words, ...run] };
}
