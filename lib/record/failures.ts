/** The Failures for when the evidence of a run can no longer be written or read. */

import { environmentFailure, type Failure, messageOf } from "../model/failure.ts";

export function cannotReadBack(path: string, error: unknown): Failure {
  const why = messageOf(error);
  return environmentFailure(
    `Cannot read back what the run wrote to "${path}": ${why}`,
    "Leave the audit dir alone while a run goes on",
  );
}

export function cannotWrite(dir: string, error: unknown): Failure {
  const why = messageOf(error);
  return environmentFailure(
    `Cannot write the evidence to "${dir}": ${why}`,
    "Free space there, or name another --audit-dir",
  );
}

/** The result of the work, or the Failure that says why the evidence cannot be written. */
export async function orCannotWrite<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cannotWrite(dir, error);
  }
}
