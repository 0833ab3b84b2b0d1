/** The table of faults as rows of text, for the command line and the README. Pure. */

import { FAULT_NAMES, faultKind } from "./faults.ts";

export interface FaultRow {
  name: string;
  does: string;
  status: string;
  /** Reason codes, separated by commas. */
  codes: string;
}

export function faultRows(): FaultRow[] {
  return FAULT_NAMES.map((name) => {
    const { codes, does, status } = faultKind(name);
    return { name, does, status, codes: codes.join(", ") };
  });
}
