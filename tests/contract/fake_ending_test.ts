/** The contract's part "ending", kept by the fake engine of the unit tests. */

import { keepByFake } from "./fake_rig.ts";

keepByFake("ending");
