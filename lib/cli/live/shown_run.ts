/** Shows a run while it goes on, in whatever way. */

import type { Progress } from "../../model/progress.ts";

export interface View {
  progress(event: Progress): void;
  /** The first Ctrl+C or similar signal has arrived; `by` is the signal's name. */
  interrupted(by: string): void;
  /** Restores the terminal; nothing is shown from then on. May be called again. Throws the error of a bug in the view. */
  close(): Promise<void>;
}
