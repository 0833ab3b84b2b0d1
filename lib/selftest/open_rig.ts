/** Opens the rig of an engine; throws the Failure that says why there is none here. */

import type { Host } from "../host/host.ts";
import type { Rig } from "./rig.ts";
import type { RigName } from "./rig_name.ts";
import { composeRig } from "./rig_compose.ts";
import { processRig } from "./rig_process.ts";

export async function openRig(host: Host, engine: RigName, signal: AbortSignal): Promise<Rig> {
  return engine === "process" ? processRig(host) : await composeRig(host, signal);
}
