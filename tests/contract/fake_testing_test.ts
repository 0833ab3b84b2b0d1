/** The contract's part "testing", kept by the fake engine of the unit tests. */

import { keepByFake } from "./fake_rig.ts";

keepByFake("testing");
