/** The engines: a folder here, and a line in this file. Each is loaded when it is wanted. */

import type { EngineKind } from "./kind.ts";

const ENGINES: ReadonlyMap<string, () => Promise<EngineKind>> = new Map([
  ["compose", async () => (await import("./compose/kind.ts")).COMPOSE],
  ["process", async () => (await import("./process/kind.ts")).PROCESS],
]);

export const ENGINE_NAMES: readonly string[] = [...ENGINES.keys()];

/** The engine of a run if nothing says otherwise. */
export const DEFAULT_ENGINE = "compose";

/** `name`: one of ENGINE_NAMES. */
export async function engineKind(name: string): Promise<EngineKind> {
  const load = ENGINES.get(name);
  if (load === undefined) throw new Error(`There is no engine "${name}"`);
  return await load();
}
