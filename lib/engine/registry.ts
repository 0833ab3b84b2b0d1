/** The engines: a folder here, and a line in this file. */

import type { EngineName } from "../model/settings.ts";
import { COMPOSE } from "./compose/kind.ts";
import type { EngineKind } from "./kind.ts";
import { PROCESS } from "./process/kind.ts";

export const ENGINES = { compose: COMPOSE, process: PROCESS } as const satisfies Record<EngineName, EngineKind>;
