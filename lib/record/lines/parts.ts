/** What journal lines are made of, as schemas: values, and the larger pieces that lines carry. */

import { PHASES, WAYS } from "../../model/evidence.ts";
import { METRICS_SOURCES } from "../../model/settings.ts";
import {
  flag,
  list,
  mapOf,
  named,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Schema,
  text,
  value,
} from "../../values/schema.ts";

/** No figure of a run is above this, and sums, products and times of day below it stay valid. */
const MOST = 1e15;
/** Bytes may be a limit that means none: kernels have such values near 2^63. */
const MOST_BYTES = 1e19;
/**
 * The most pages of a service: pages before the highest that was seen are made up, so a journal must not name any
 * number.
 */
const MOST_PAGES = 1000;

const isWhole = (found: number) => Number.isInteger(found) && found <= MOST && found >= -MOST;

export const figure = number(`a number up to ${MOST}`, (found) => found <= MOST && found >= -MOST, {
  minimum: -MOST,
  maximum: MOST,
});
/** A span of time, a share. */
export const amount = number(`a number from 0 to ${MOST}`, (found) => found >= 0 && found <= MOST, {
  minimum: 0,
  maximum: MOST,
});
export const bytes = number(`a number from 0 to ${MOST_BYTES}`, (found) => found >= 0 && found <= MOST_BYTES, {
  minimum: 0,
  maximum: MOST_BYTES,
});
export const whole = number("a whole number", isWhole, { type: "integer", minimum: -MOST, maximum: MOST });
export const count = number("a whole number from 0 on", (found) => isWhole(found) && found >= 0, {
  type: "integer",
  minimum: 0,
  maximum: MOST,
});
export const page = number(
  `a whole number from 0 to ${MOST_PAGES - 1}`,
  (found) => isWhole(found) && found >= 0 && found < MOST_PAGES,
  { type: "integer", minimum: 0, maximum: MOST_PAGES - 1 },
);
export const moment = value<string>(
  "a moment, such as 2025-12-22T21:50:59.435Z",
  (found) => typeof found === "string" && !Number.isNaN(Date.parse(found)),
  { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d" },
);
export const texts = list(text);
export const textsByName = mapOf(texts);
export const when = oneOf(["first", "last"]);
export const phase = oneOf(PHASES);
export const containerStatus = oneOf(["created", "running", "paused", "restarting", "removing", "exited", "dead"]);
export const way = oneOf(WAYS);
export const checkSource = oneOf(
  ["config file", "health check", "published port", "exposed port", "module map", "service's port"],
);
export const testOutcome = oneOf(["passed", "failed", "none"]);
export const testCounts = object({ passed: count, failed: count, errors: count, skipped: count });
export const startFailure = { service: nullable(text), why: text, next: text, output: nullable(text) };

/** Which module in which cycle a line is about. */
export const where = { cycle: count, module: text };

/** Keys of an object with these names. */
export function entries<Name extends string, T>(names: readonly Name[], values: Schema<T>): Record<Name, Schema<T>> {
  return Object.fromEntries(names.map((name) => [name, values])) as Record<Name, Schema<T>>;
}

/** Each of the names → a value. */
export function each<Name extends string, T>(names: readonly Name[], values: Schema<T>): Schema<Record<Name, T>> {
  return object(entries(names, values)) as unknown as Schema<Record<Name, T>>;
}

/** Like `each`, but names that came with a later version may be missing: the reader adds them (`completed`). */
export function eachKnown<Name extends string, T>(names: readonly Name[], values: Schema<T>): Schema<Record<Name, T>> {
  const entries = Object.fromEntries(names.map((name) => [name, optional(values)]));
  return object(entries) as unknown as Schema<Record<Name, T>>;
}

const byHand = object({
  project: texts,
  alias: text,
  up: texts,
  list: texts,
  logs: texts,
  stop: texts,
  inspect: texts,
  stats: texts,
});
const engineWords = object({
  healthCheck: text,
  memoryKiller: text,
  mainProcess: text,
  stopSignal: nullable(text),
  replacedBy: text,
  eventsRemedy: text,
  checksRemedy: optional(text),
  figuresRemedy: each(METRICS_SOURCES, text),
  options: texts,
  byHand: nullable(byHand),
});
export const engineInfo = named(
  "engine",
  object({ name: text, versions: mapOf(text), cgroup: nullable(text), words: engineWords }),
);
export const hostInfo = named(
  "host",
  object({
    hostname: text,
    os: text,
    arch: text,
    pid: whole,
    start: optional(figure),
    boot: optional(text),
  }),
);

export const containerState = object({
  id: text,
  name: text,
  service: text,
  image: text,
  status: containerStatus,
  pid: nullable(whole),
  exitCode: nullable(whole),
  oomKilled: flag,
  restartCount: count,
  createdAt: optional(nullable(text)),
  startedAt: nullable(text),
  finishedAt: nullable(text),
  health: nullable(oneOf(["starting", "healthy", "unhealthy"])),
  healthOutput: nullable(text),
  checks: optional(object({ passed: count, failed: count })),
  startPeriodMs: optional(amount),
  memLimitBytes: nullable(bytes),
  stopGraceSec: figure,
  stopSignal: optional(whole),
  error: nullable(text),
});
