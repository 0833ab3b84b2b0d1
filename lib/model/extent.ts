/** How far a run goes: over a number of cycles, over a time, or until the first of the two is reached. */

export interface Extent {
  /** null: as many as begin before the time is over, which is then given. */
  cycles: number | null;
  /** Missing if only the cycles count. */
  forSec?: number;
}
