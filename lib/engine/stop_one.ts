/** Stops a container; an engine that fails at it does not end the run. */

import type { ContainerState } from "../model/evidence.ts";
import { messageOf } from "../model/failure.ts";
import type { Engine, StopResult } from "./engine.ts";
import { isEngineTrouble } from "./trouble.ts";

/** Between the signal that asks a service to stop and SIGKILL, if nothing else is said: Docker's own default. */
export const DEFAULT_GRACE_SEC = 10;

/** A stop that the engine could not even try counts as a failed stop. */
export async function stopOne(engine: Engine, state: ContainerState, graceSec: number): Promise<StopResult> {
  try {
    return await engine.stop(state, graceSec);
  } catch (error) {
    if (!isEngineTrouble(error)) throw error;
    return { containerId: state.id, durationMs: 0, exitCode: null, stopped: false, error: messageOf(error) };
  }
}
