/** What Podman 4 leaves out when it is asked for a container, from what the project declares. Pure. */

import type { Look } from "../engine.ts";
import { type ComposeService, declaredGraceSec } from "./details.ts";

/** It says 0 of each grace period, and of a container on the host's network no exposed port. What it says counts. */
export function withLeftOut(look: Look, declared: ComposeService | undefined): Look {
  const { inside, state } = look;
  const exposed = declared?.onHost?.exposed ?? [];
  return {
    ...look,
    ...(state.stopGraceSec === 0 ? { state: { ...state, stopGraceSec: declaredGraceSec(declared) } } : {}),
    ...(look.hostNetwork && inside?.exposed.length === 0 ? { inside: { ...inside, exposed } } : {}),
  };
}
