/** The contract's part "starting", kept by the process engine. */

import { keep } from "./contract.ts";
import { openProcessRig } from "./process_rig.ts";

keep("starting", "process", openProcessRig);
