/** All containers of a Compose project as they are, from one `docker ps` and one `docker inspect` side by side. */

import type { Host } from "../host/host.ts";
import { parseInspect } from "./compose_output.ts";
import { docker, type DockerOptions, dockerText, reasonOf } from "./docker.ts";
import type { Look } from "./engine.ts";
import { EngineError } from "./engine.ts";

export interface Looker {
  /** Throws EngineError. */
  look(signal?: AbortSignal): Promise<Look[]>;
  /** A container that is likely to be there at the next look. */
  hint(id: string): void;
}

/** `label` is the project's, as `name=value`. */
export function composeLooker(host: Host, dir: string, label: string): Looker {
  const filters = ["--filter", `label=${label}`, "--filter", "label=com.docker.compose.oneoff=False"];
  /** Inspected without waiting for the list; what the list does not name is left out, what it adds is inspected after it. */
  let likely = new Set<string>();

  async function inspect(ids: readonly string[], options: DockerOptions): Promise<string> {
    if (ids.length === 0) return "[]";
    // Exits 1 where one of them went away in between, and prints the others all the same.
    const inspected = await docker(host, ["container", "inspect", "--", ...ids], options);
    // An engine that stopped answering prints an empty list as well, which must not pass for "no containers".
    if (inspected.code !== 0 && !/no such container/i.test(inspected.stderr)) {
      throw new EngineError(`docker inspect: ${reasonOf(inspected)}`);
    }
    return inspected.stdout;
  }

  return {
    async look(signal) {
      const options = { cwd: dir, ...(signal === undefined ? {} : { signal }) };
      const listing = dockerText(host, ["ps", "--all", "--quiet", "--no-trunc", ...filters], options);
      const [listed, seen] = await settled(listing, inspect([...likely], options));
      const ids = new Set(listed.split("\n").filter((id) => id !== ""));
      const known = new Set(parseInspect(seen).map(({ state }) => state.id));
      likely = ids;
      const added = await inspect([...ids.difference(known)], options);
      return parseInspect(seen, added).filter(({ state }) => ids.has(state.id));
    },
    hint: (id) => void likely.add(id),
  };
}

/** Both, when both have ended: a question that goes on behind one that failed would outlive the run. */
async function settled<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return await Promise.all([one, other]);
}
