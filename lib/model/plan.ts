/** What a run will do, before it touches anything. */

export interface PlanStep {
  module: string;
  /** Whether it was selected; otherwise it is only brought up for others. */
  tested: boolean;
  /** Whether the mode keeps it up around all others: first up in a cycle, last down. */
  core: boolean;
  /**
   * Whether it stays up from the first cycle to the last one: it is of the core, and neither selected nor dependent on
   * a selected module.
   */
  kept: boolean;
  /** Modules of the plan that depend on it directly. */
  neededBy: string[];
}

export interface Plan {
  /** In the order in which they are started. */
  steps: PlanStep[];
}
