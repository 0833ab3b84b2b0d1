/** The runners of tests: a file or a folder here, and a line in this one. */

import { COMMANDS } from "./commands/kind.ts";
import { PYTEST } from "./pytest/kind.ts";
import type { RunnerKind } from "./runner.ts";

export const RUNNERS: readonly RunnerKind[] = [PYTEST, COMMANDS];
