/** The contract of every engine, kept by the Compose engine on real Docker. */

import { openComposeRig } from "../contract/compose_rig.ts";
import { keep, PARTS } from "../contract/contract.ts";
import { integrationTest } from "./environment.ts";

for (const part of Object.keys(PARTS) as (keyof typeof PARTS)[]) keep(part, "compose", openComposeRig, integrationTest);
