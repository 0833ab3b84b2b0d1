/** The shape of a command that counts as a test. */

import type { DeclaredTest } from "../../model/module.ts";

/** Of a module's entry in a config file. */
export const KEY = "commands";

/** A command as a config file declares it. */
export interface CommandSpec extends DeclaredTest {
  /** Unique in its module. */
  readonly name: string;
  /** The program, then its arguments. */
  readonly run: readonly string[];
  /**
   * Where it runs: relative to the project dir, also in an image, or to a service's own working dir; there it may be absolute.
   * `.` is that folder itself.
   */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** null: the limit of all tests. */
  readonly timeoutSec: number | null;
  /** The XML that it writes, relative to the same folder as `cwd`, or absolute in a service; null if it writes none. */
  readonly junit: string | null;
}
