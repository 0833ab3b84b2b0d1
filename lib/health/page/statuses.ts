/** Which HTTP statuses count as passed: numbers, and classes such as `2xx`. */

import { type ConfigValue, readList, readText, wrongValue } from "../../values/value.ts";
import type { JsonSchema } from "../../values/json_schema.ts";
import { usageFailure } from "../../model/failure.ts";
import { placeOf } from "../../values/value.ts";

export const SUCCESS: readonly string[] = ["2xx"];

const WANTED = "a status from 200 to 599, or a class of them, such as 2xx";

export function isWanted(status: number, wanted: readonly string[]): boolean {
  return wanted.some((each) => each.endsWith("xx") ? each[0] === String(status)[0] : each === String(status));
}

const status = {
  anyOf: [
    { type: "integer", minimum: 200, maximum: 599 },
    { type: "string", pattern: "^[2-5](?:[0-9][0-9]|[Xx][Xx])$" },
  ],
};

/** Of `readStatuses`. */
export const statusesSchema: JsonSchema = {
  anyOf: [...status.anyOf, { type: "array", items: status, minItems: 1 }],
  description: "Statuses that pass, and classes of them such as 2xx, which is what passes unless given.",
};

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
