/** What an engine that cannot be asked throws. */

import { SpawnError } from "../host/host.ts";
import { EngineError } from "./engine.ts";

/** It did not answer, or the command that asks it could not be run, as on a host that is short of memory. */
export function isEngineTrouble(error: unknown): boolean {
  return error instanceof EngineError || error instanceof SpawnError;
}
