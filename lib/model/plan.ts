/** What a run will do, before it touches anything. */

export interface PlanStep {
  module: string;
  /** Whether it was selected; otherwise it is only brought up for others. */
  tested: boolean;
  /** Whether it stays up for the whole run. */
  core: boolean;
  /** Modules of the plan that depend on it directly. */
  neededBy: string[];
}

export interface Plan {
  /** In the order in which they are started. */
  steps: PlanStep[];
}
