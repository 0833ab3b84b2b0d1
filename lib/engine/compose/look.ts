/**
 * All containers of a Compose project as they are: read over the line to the engine or, if that is not available, with
 * one `docker ps` and one `docker inspect`.
 */

import type { Host } from "../../host/host.ts";
import { parseInspect } from "./output/inspect.ts";
import { docker, dockerText, reasonOf } from "./docker.ts";
import type { DockerLine } from "./api/docker_line.ts";
import { idsOf, isGood, listPath } from "./api/docker_line.ts";
import type { Look } from "../engine.ts";
import { EngineError } from "../engine.ts";
import type { HttpText } from "./api/http_answers.ts";

export interface Looker {
  /** Throws EngineError. */
  look(signal?: AbortSignal): Promise<Look[]>;
  /** One container; null if there is none with that id. Throws EngineError. */
  lookAt(id: string): Promise<Look | null>;
}

const ONE_OFF = "com.docker.compose.oneoff=False";
const NO_CONTAINER = /no such container/i;

/** `label` is the project's, as `name=value`. `complete`: adds what this engine leaves out, if it leaves something out. */
export function composeLooker(
  host: Host,
  line: DockerLine,
  { complete = (look) => look, dir, label }: { dir: string; label: string; complete?: (look: Look) => Look },
): Looker {
  const commands = lookByCommands(host, dir, label);
  const list = listPath("/containers/json?all=1", [label, ONE_OFF]);

  /** The containers that exist among these; null if the line gives no answer. */
  async function inspect(ids: readonly string[], signal?: AbortSignal): Promise<Look[] | null> {
    const answers = await line.get(ids.map((id) => `/containers/${encodeURIComponent(id)}/json`), signal);
    const there = answers?.filter((answer) => !isGone(answer)) ?? null;
    return there?.every(isGood) === true ? looksOf(there.map(({ text }) => text)) : null;
  }

  async function lookByLine(signal?: AbortSignal): Promise<Look[] | null> {
    const ids = idsOf((await line.get([list], signal))?.[0]);
    return ids === null ? null : await inspect(ids, signal);
  }

  return {
    look: async (signal) => (await lookByLine(signal) ?? await commands.look(signal)).map(complete),
    lookAt: async (id) => (await inspect([id]) ?? parseInspect(await commands.inspect([id]))).map(complete)[0] ?? null,
  };
}

/** Any other 404 comes from something in between that does not know the path. */
function isGone({ status, text }: HttpText): boolean {
  return status === 404 && NO_CONTAINER.test(text);
}

/** null if one of the texts is no container in the known form: the docker command may print another form. */
function looksOf(texts: readonly string[]): Look[] | null {
  try {
    const looks = parseInspect(`[${texts.join(",")}]`);
    return looks.length === texts.length ? looks : null;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return null;
  }
}

interface Commands {
  look(signal?: AbortSignal): Promise<Look[]>;
  /** What `docker inspect` prints about those containers that exist. */
  inspect(ids: readonly string[], signal?: AbortSignal): Promise<string>;
}

function lookByCommands(host: Host, dir: string, label: string): Commands {
  const filters = ["--filter", `label=${label}`, "--filter", `label=${ONE_OFF}`];
  const optionsOf = (signal?: AbortSignal) => ({ cwd: dir, ...(signal === undefined ? {} : { signal }) });

  async function inspect(ids: readonly string[], signal?: AbortSignal): Promise<string> {
    if (ids.length === 0) return "[]";
    // Exits with 1 if a container was removed in between, but prints the others.
    const inspected = await docker(host, ["container", "inspect", "--", ...ids], optionsOf(signal));
    // If the engine stopped answering, the command prints an empty list as well, which must not pass for "no
    // containers".
    if (inspected.code !== 0 && !NO_CONTAINER.test(inspected.stderr)) {
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
