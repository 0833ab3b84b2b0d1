/** The journal's file, and its flat extracts: which lines are also written there. */

export const JOURNAL = "journal.ndjson";

const SAMPLES = "samples.ndjson";
const EVENTS = "events.ndjson";
export const EXTRACTS: readonly string[] = [SAMPLES, EVENTS];

const BY_TYPE: ReadonlyMap<string, string> = new Map([
  ["sample", SAMPLES],
  ["sample_missing", SAMPLES],
  ["probe", SAMPLES],
  ["event", EVENTS],
  ["gap", EVENTS],
  ["memory_kill", EVENTS],
  ["kill_unseen", EVENTS],
]);

/** undefined for a line that goes to none. */
export function extractOf(type: string): string | undefined {
  return BY_TYPE.get(type);
}
