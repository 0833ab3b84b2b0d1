/** Containers of tests whose run is gone, by the mark that they carry. Touches nothing. */

import { basename } from "@std/path";
import type { ApartContainer } from "../engine/apart.ts";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { isLeftBehind } from "./temp_dirs.ts";

/** Throws EngineError. */
export async function leftApart(host: Host, { apart }: Pick<Engine, "apart">): Promise<ApartContainer[]> {
  return (await apart?.look() ?? []).filter(({ family }) => isLeftBehind(host, basename(family)));
}
