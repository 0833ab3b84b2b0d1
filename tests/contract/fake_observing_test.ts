/** The contract's part "observing", kept by the fake engine of the unit tests. */

import { keepByFake } from "./fake_rig.ts";

keepByFake("observing");
