/** Errors of an engine that gives no answer. */

import { SpawnError } from "../host/host.ts";
import { EngineError } from "./engine.ts";

/** The engine did not answer, or its command could not be run, as on a host that is short of memory. */
export function isEngineTrouble(error: unknown): boolean {
  return error instanceof EngineError || error instanceof SpawnError;
}
