/** What a run will do, before it touches anything. */

export interface PlanStep {
  module: string;
  /** Whether it was selected; otherwise it is only brought up for others. */
  tested: boolean;
  /** Whether the mode has it up around all others: first up in a cycle, last down. */
  core: boolean;
  /** Whether it stays up from the first cycle to the last one: of the core, and neither selected nor in need of what is. */
  kept: boolean;
  /** Modules of the plan that depend on it directly. */
  neededBy: string[];
}

export interface Plan {
  /** In the order in which they are started. */
  steps: PlanStep[];
}
