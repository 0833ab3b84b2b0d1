/** The contract's part "ending", kept by the process engine. */

import { keep } from "./contract.ts";
import { openProcessRig } from "./process_rig.ts";

keep("ending", "process", openProcessRig);
