/**
 * All containers of a Compose project as they are: asked over the line to the engine, or, where there is none, of one
 * `docker ps` and one `docker inspect`.
 */

import type { Host } from "../host/host.ts";
import { parseInspect } from "./compose_output.ts";
import { docker, dockerText, reasonOf } from "./docker.ts";
import type { DockerLine } from "./docker_line.ts";
import { idsOf, isGood, listPath } from "./docker_line.ts";
import type { Look } from "./engine.ts";
import { EngineError } from "./engine.ts";

export interface Looker {
  /** Throws EngineError. */
  look(signal?: AbortSignal): Promise<Look[]>;
  /** One container; null where there is none of that id. Throws EngineError. */
  lookAt(id: string): Promise<Look | null>;
}

const ONE_OFF = "com.docker.compose.oneoff=False";

/** `label` is the project's, as `name=value`. */
export function composeLooker(host: Host, line: DockerLine, dir: string, label: string): Looker {
  const commands = lookByCommands(host, dir, label);
  const list = listPath("/containers/json?all=1", [label, ONE_OFF]);

  /** What `docker inspect` would print; null where the line does not say. */
  async function inspect(ids: readonly string[], signal?: AbortSignal): Promise<string | null> {
    const answers = await line.get(ids.map((id) => `/containers/${encodeURIComponent(id)}/json`), signal);
    // One that went away in between is not there.
    const found = answers?.filter(({ status }) => status !== 404) ?? null;
    return found?.every(isGood) === true ? `[${found.map(({ text }) => text).join(",")}]` : null;
  }

  async function lookByLine(signal?: AbortSignal): Promise<Look[] | null> {
    const ids = idsOf((await line.get([list], signal))?.[0]);
    const inspected = ids === null ? null : await inspect(ids, signal);
    return inspected === null ? null : parseInspect(inspected);
  }

  return {
    look: async (signal) => await lookByLine(signal) ?? await commands.look(signal),
    async lookAt(id) {
      const inspected = await inspect([id]) ?? await commands.inspect([id]);
      return parseInspect(inspected)[0] ?? null;
    },
  };
}

interface Commands {
  look(signal?: AbortSignal): Promise<Look[]>;
  /** What `docker inspect` prints of those of them that are there. */
  inspect(ids: readonly string[], signal?: AbortSignal): Promise<string>;
}

function lookByCommands(host: Host, dir: string, label: string): Commands {
  const filters = ["--filter", `label=${label}`, "--filter", `label=${ONE_OFF}`];
  const optionsOf = (signal?: AbortSignal) => ({ cwd: dir, ...(signal === undefined ? {} : { signal }) });

  async function inspect(ids: readonly string[], signal?: AbortSignal): Promise<string> {
    if (ids.length === 0) return "[]";
    // Exits 1 where one of them went away in between, and prints the others all the same.
    const inspected = await docker(host, ["container", "inspect", "--", ...ids], optionsOf(signal));
    // An engine that stopped answering prints an empty list as well, which must not pass for "no containers".
    if (inspected.code !== 0 && !/no such container/i.test(inspected.stderr)) {
      throw new EngineError(`docker inspect: ${reasonOf(inspected)}`);
    }
    return inspected.stdout;
  }

  return {
    inspect,
    async look(signal) {
      const args = ["ps", "--all", "--quiet", "--no-trunc", ...filters];
      const ids = (await dockerText(host, args, optionsOf(signal))).split("\n").filter((id) => id !== "");
      return parseInspect(await inspect(ids, signal));
    },
  };
}
