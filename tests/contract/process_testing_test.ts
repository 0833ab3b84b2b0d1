/** The contract's part "testing", kept by the process engine. */

import { keep } from "./contract.ts";
import { openProcessRig } from "./process_rig.ts";

keep("testing", "process", openProcessRig);
