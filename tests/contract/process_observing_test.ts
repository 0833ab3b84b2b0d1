/** The contract's part "observing", kept by the process engine. */

import { keep } from "./contract.ts";
import { openProcessRig } from "./process_rig.ts";

keep("observing", "process", openProcessRig);
