/** The engines: a folder here, and an entry in this file. Each is loaded when it is wanted. */

import type { EngineKind } from "./kind.ts";

/** What the command line knows of an engine without loading it. */
export interface EngineEntry {
  /** For the help of --engine: what happens to services. */
  summary: string;
  /**
   * Whether it runs the `services` of the config file as children of this program: then there is no project file, there are
   * no images, and nothing stays up after the run.
   */
  runsConfigServices: boolean;
  load(): Promise<EngineKind>;
}

const ENGINES: ReadonlyMap<string, EngineEntry> = new Map([
  ["compose", {
    summary: "services run in containers",
    runsConfigServices: false,
    load: async () => (await import("./compose/kind.ts")).COMPOSE,
  }],
  ["process", {
    summary: "they run as processes of this host, as `services` in the config file says",
    runsConfigServices: true,
    load: async () => (await import("./process/kind.ts")).PROCESS,
  }],
]);

export const ENGINE_NAMES: readonly string[] = [...ENGINES.keys()];

/** The engine of a run if nothing says otherwise. */
export const DEFAULT_ENGINE = "compose";

/** For help texts: each engine with what it does. */
export const ENGINES_HELP = [...ENGINES].map(([name, { summary }]) => `${name}: ${summary}`).join(". ");

/** `name`: one of ENGINE_NAMES. */
export function engineEntry(name: string): EngineEntry {
  const entry = ENGINES.get(name);
  if (entry === undefined) throw new Error(`There is no engine "${name}"`);
  return entry;
}
