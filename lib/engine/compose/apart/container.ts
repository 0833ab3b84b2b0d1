/** The container of a test's command in an image of its own: what the engine is asked for, and what it says. Pure. */

import { basename, join } from "@std/path";
import type { ApartCommand } from "../../../model/service_run.ts";
import { amountOf, recordOf, textOf } from "../../../values/json.ts";
import type { ApartContainer } from "../../apart.ts";
import { EngineError } from "../../engine.ts";

/** Where the project dir is in it. */
const WORK = "/work";
/**
 * Its labels. It has none of Compose's: whatever looks for containers of the project by those, Compose among them, must not
 * take it for a service.
 */
const PROJECT = "vx11-stability.project";
const FAMILY = "vx11-stability.test";

export function projectLabel(project: string): string {
  return `${PROJECT}=${project}`;
}

/** The mark is unique, and so is its name. */
export function nameOf({ family }: Pick<ApartCommand, "family">): string {
  return basename(family);
}

/** Networks of a container, for another one: the first is in its mode, and it has to be connected to the others. */
export interface Networks {
  mode: string;
  more: readonly string[];
}

/** `text`: a container, as the engine's API has it. Throws EngineError. */
export function networksIn(text: string): Networks {
  const { HostConfig: config, NetworkSettings: settings } = jsonOf(text);
  const mode = textOf(recordOf(config)["NetworkMode"]);
  if (mode === null) throw new EngineError("the engine does not say on which network the service is");
  // Such a mode is all there is: the host's network, none, or another container's.
  if (/^(?:host|none)$|^container:/.test(mode)) return { mode, more: [] };
  const joined = Object.entries(recordOf(recordOf(settings)["Networks"])).map(([name, network]) =>
    textOf(recordOf(network)["NetworkID"]) || name
  );
  const [first, ...more] = joined;
  return first === undefined ? { mode, more: [] } : { mode: first, more };
}

/** The body of the request that makes it. */
export function wantedContainer(project: string, command: ApartCommand, mode: string): Record<string, unknown> {
  const { cwd, env, family, image, projectDir, words } = command;
  return {
    Image: image,
    // The image's own command is left out as well, since there is an entrypoint.
    Entrypoint: words,
    Cmd: [],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: join(WORK, cwd),
    Labels: { [PROJECT]: project, [FAMILY]: family },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: mode,
      // Unlike a bind by path, a mount is refused if the engine's host has no such folder.
      Mounts: [{ Type: "bind", Source: projectDir, Target: WORK }],
      // It hands signals on, waits for orphans, and with its end everything in the container ends.
      Init: true,
      // The output is kept as it comes.
      LogConfig: { Type: "none" },
    },
  };
}

/** What `docker ps` prints of such a container. */
export const PS_FORMAT = `{{.ID}}\t{{.Names}}\t{{.Label "${FAMILY}"}}`;

export function containersIn(printed: string): ApartContainer[] {
  return printed.split("\n").filter((line) => line !== "").map((line) => {
    const [id = "", name = "", family = ""] = line.split("\t");
    return { id, name, family };
  });
}

/** What the engine's API lists of such containers; null if it is no such list. */
export function listedIn(text: string): ApartContainer[] | null {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(list)) return null;
  const containers = list.map(recordOf).map(({ Id, Labels, Names }) => ({
    id: textOf(Id),
    name: Array.isArray(Names) ? String(Names[0] ?? "").replace(/^\//, "") : "",
    family: textOf(recordOf(Labels)[FAMILY]) ?? "",
  }));
  return containers.every((each): each is ApartContainer => each.id !== null) ? containers : null;
}

export interface ApartState {
  isRunning: boolean;
  code: number | null;
  /** Whether the kernel killed one of its processes for memory. */
  isOutOfMemory: boolean;
}

/** Throws EngineError, and a SyntaxError if it is no JSON. */
export function stateIn(text: string): ApartState {
  const { ExitCode: code, OOMKilled: isOutOfMemory, Running: isRunning } = recordOf(jsonOf(text)["State"]);
  if (typeof isRunning !== "boolean") throw new EngineError("the engine does not say how it ended");
  return { isRunning, code: isRunning ? null : amountOf(code), isOutOfMemory: isOutOfMemory === true };
}

function jsonOf(text: string): Record<string, unknown> {
  return recordOf(JSON.parse(text));
}

/** What `docker-init` says, and nothing else, if there is no such program. */
const INIT_SAID = /^\[FATAL tini \(\d+\)\] exec .* failed: ([^\n]*)\n?$/;

/** Why the program was not started, by all that was printed; null if it was. */
export function whyNotInImage(printed: string, program: string): string | null {
  const why = INIT_SAID.exec(printed)?.[1];
  if (why === undefined) return null;
  if (/no such file/i.test(why)) return `the image has no ${program}`;
  if (/permission denied/i.test(why)) return `the image has a ${program} that may not be executed`;
  return `${program} could not be started: ${why}`;
}
