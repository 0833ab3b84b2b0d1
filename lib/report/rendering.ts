/** What a form of report is rendered from. */

import type { JudgedRun } from "../model/record.ts";
import type { ReadRaw } from "./junit/pytest_cases.ts";

export interface Rendering {
  judged: JudgedRun;
  /** Reads from the run's audit dir: only raw/ has the tests' own cases. */
  readRaw: ReadRaw;
  /** The path of links from the report's folder to the audit dir, such as `../`; without it, both are the same folder. */
  up?: string;
  /** Called now and then while the report is made, to free memory: far more is allocated than is kept. */
  makeRoom?: () => void;
}
