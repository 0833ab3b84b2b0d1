/** What a Compose project owns, found by its label, so that nothing of another project is ever seen or removed. */

import { docker } from "./environment.ts";

export interface Container {
  id: string;
  name: string;
  service: string;
  state: string;
}

function labelOf(project: string): string {
  return `label=com.docker.compose.project=${project}`;
}

/** Every container of the project, running or not. */
export async function containersOf(project: string): Promise<Container[]> {
  const format = '{{.ID}}\t{{.Names}}\t{{.Label "com.docker.compose.service"}}\t{{.State}}';
  const text = await docker("ps", "--all", "--no-trunc", "--filter", labelOf(project), "--format", format);
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [id = "", name = "", service = "", state = ""] = line.split("\t");
    return { id, name, service, state };
  });
}

/** Ids of the project's networks, or name and creation time of its volumes. */
export async function ownedBy(project: string, kind: "network" | "volume"): Promise<string[]> {
  const listed = await docker(kind, "ls", "--quiet", "--filter", labelOf(project));
  const ids = listed.split("\n").filter((id) => id !== "");
  if (kind === "network" || ids.length === 0) return ids;
  return (await docker("volume", "inspect", "--format", "{{.Name}} {{.CreatedAt}}", ...ids)).split("\n").sort();
}

/** Removes all of it, volumes too. */
export async function removeProject(project: string): Promise<void> {
  // A program that was killed may have left a command that is still creating: look until none is there.
  for (;;) {
    const ids = (await containersOf(project)).map(({ id }) => id);
    if (ids.length === 0) break;
    await docker("rm", "--force", "--volumes", ...ids);
  }
  for (const network of await ownedBy(project, "network")) await docker("network", "rm", network);
  const volumes = (await ownedBy(project, "volume")).map((line) => line.split(" ", 1)[0] ?? "");
  if (volumes.length > 0) await docker("volume", "rm", ...volumes);
}
