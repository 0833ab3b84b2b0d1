/** What a form of report is rendered from. */

import type { JudgedRun } from "../model/record.ts";
import type { ReadRaw } from "./junit/pytest_cases.ts";

export interface Rendering {
  judged: JudgedRun;
  /** Of the run's audit dir: pytest's own cases are in raw/ alone. */
  readRaw: ReadRaw;
  /** How links get from the report's folder to the audit dir, such as `../`; without it they are the same. */
  up?: string;
  /** Called now and then while the report is made: what is made of it is far more than what is kept. */
  makeRoom?: () => void;
}
