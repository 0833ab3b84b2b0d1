/** The contract's part "dying", kept by the process engine. */

import { keep } from "./contract.ts";
import { openProcessRig } from "./process_rig.ts";

keep("dying", "process", openProcessRig);
