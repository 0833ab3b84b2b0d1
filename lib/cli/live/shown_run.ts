/** What shows a run while it goes on, in whatever way. */

import type { Progress } from "../../model/progress.ts";

export interface View {
  progress(event: Progress): void;
  /** The first Ctrl+C or its like was taken, with the signal's name. */
  interrupted(by: string): void;
  /** Gives the terminal back as it was; nothing is shown from then on. May be called again. Throws a bug in the view. */
  close(): Promise<void>;
}
