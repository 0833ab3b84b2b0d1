/** The checks of `doctor`, in the order in which they are shown: a file for each, and a line here. */

import type { Check } from "./check.ts";
import { AUDIT_DIR } from "./checks/audit_dir.ts";
import { CLOCK } from "./checks/clock.ts";
import { CONFIG } from "./checks/config.ts";
import { EARLIER } from "./checks/earlier.ts";
import { ENGINE } from "./checks/engine.ts";
import { IMAGES, PORTS, SERVICES } from "./checks/ahead.ts";
import { LIMITS } from "./checks/limits.ts";
import { MEMORY } from "./checks/memory.ts";
import { PROJECT } from "./checks/project.ts";
import { TESTS } from "./checks/tests.ts";

export const CHECKS: readonly Check[] = [
  ENGINE,
  CLOCK,
  MEMORY,
  PROJECT,
  SERVICES,
  LIMITS,
  IMAGES,
  PORTS,
  TESTS,
  EARLIER,
  AUDIT_DIR,
  CONFIG,
];
