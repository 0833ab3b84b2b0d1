/** Which HTTP statuses count as passed: numbers, and classes such as `2xx`. */

import { type ConfigValue, readList, readText, wrongValue } from "../../values/value.ts";
import { usageFailure } from "../../model/failure.ts";
import { placeOf } from "../../values/value.ts";

export const SUCCESS: readonly string[] = ["2xx"];

const WANTED = "a status from 200 to 599, or a class of them, such as 2xx";

export function isWanted(status: number, wanted: readonly string[]): boolean {
  return wanted.some((each) => each.endsWith("xx") ? each[0] === String(status)[0] : each === String(status));
}

/** One, or a list; each once. Usage Failure on any mistake. */
export function readStatuses(at: ConfigValue): readonly string[] {
  const read = Array.isArray(at.value) ? readList(at, "statuses").map(readStatus) : [readStatus(at)];
  if (read.length === 0) {
    throw usageFailure(`${placeOf(at)} is an empty list`, `Give ${WANTED}, or leave it out for 2xx`);
  }
  return [...new Set(read)];
}

function readStatus(at: ConfigValue): string {
  if (typeof at.value === "number") {
    if (Number.isInteger(at.value) && at.value >= 200 && at.value <= 599) return String(at.value);
    throw wrongValue(at, WANTED);
  }
  return readText(at, WANTED, (text) => /^[2-5](?:\d\d|xx)$/i.test(text)).toLowerCase();
}
