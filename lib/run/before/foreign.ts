/** Containers of another checkout under this project's name: the engine would mistake them for ours. */

import type { Engine, Look } from "../../engine/engine.ts";
import type { Host } from "../../host/host.ts";
import { environmentFailure } from "../../model/failure.ts";

/**
 * Throws a Failure that names them. A container that does not name its project folder counts as ours, and so does one
 * of a service that this project does not have: nothing is ever done with it.
 */
export async function refuseForeign(
  { files }: Pick<Host, "files">,
  { advice, homes, project, services }: Pick<Engine, "advice" | "homes" | "project" | "services">,
  looks: readonly Look[],
): Promise<void> {
  if (homes === undefined) return;
  const foreign: { name: string; home: string }[] = [];
  for (const { home, state: { name, service } } of looks) {
    if (home === undefined || !services.has(service)) continue;
    const isOurs = await Promise.all(homes.map((each) => files.isSame(each, home)));
    if (!isOurs.includes(true)) foreign.push({ name, home });
  }
  const [first] = foreign;
  if (first === undefined) return;
  const names = foreign.map(({ name }) => `"${name}"`).join(", ");
  throw environmentFailure(
    `Another checkout has containers of project "${project.name}": ${names}, made in "${first.home}" and not in "${
      homes.at(-1)
    }"`,
    advice.foreign(project.name),
  );
}
