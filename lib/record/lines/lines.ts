/**
 * Every line of journal.ndjson as a schema, by its type. The types are in evidence.ts; the compiler keeps both in step.
 */

import { type JournalLine, WATCHED } from "../../model/evidence.ts";
import { EXIT_CODES, type ExitName } from "../../model/failure.ts";
import {
  amount,
  bytes,
  checkSource,
  containerState,
  count,
  engineInfo,
  figure,
  hostInfo,
  moment,
  page,
  phase,
  startFailure,
  testCounts,
  texts,
  way,
  when,
  where,
  whole,
} from "./parts.ts";
import {
  flag,
  type Infer,
  list,
  literal,
  mapOf,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
  yes,
} from "../../values/schema.ts";
import { runStarted } from "./started.ts";

/** What each line has. */
const line = { at: moment, ms: figure };
const ofPage = { ...where, service: text, page: optional(page) };

const failure = object({
  exit: oneOf(Object.keys(EXIT_CODES) as ExitName[]),
  what: text,
  next: text,
  detail: optional(text),
});

const search = object({
  patterns: texts,
  dir: text,
  files: nullable(count),
  nearest: nullable(text),
  taken: optional(list(object({ file: text, module: text }))),
});

export const LINES = {
  run_started: object({ ...line, ...runStarted }),
  notice: object({ ...line, type: literal("notice"), text }),
  module_skipped: object({ ...line, type: literal("module_skipped"), module: text, why: text }),
  cycle_started: object({ ...line, type: literal("cycle_started"), cycle: count }),
  cycle_finished: object({
    ...line,
    type: literal("cycle_finished"),
    cycle: count,
    waitPct: nullable(amount),
  }),
  starting: object({
    ...line,
    type: literal("starting"),
    nr: count,
    from: moment,
    services: texts,
    existing: texts,
    up: texts,
  }),
  start_ended: object({ ...line, type: literal("start_ended"), nr: count, to: moment }),
  start_claimed: object({ ...line, type: literal("start_claimed"), nr: count }),
  owned: object({
    ...line,
    type: literal("owned"),
    containerId: text,
    container: text,
    service: text,
    how: oneOf(["created", "started"]),
  }),
  released: object({ ...line, type: literal("released"), containerId: text }),
  networks_before: object({ ...line, type: literal("networks_before"), ids: texts }),
  request: object({
    ...line,
    type: literal("request"),
    cwd: text,
    args: texts,
    options: mapOf(text),
    modules: mapOf(text),
    services: mapOf(text),
    tests: mapOf(text),
  }),
  resumed: object({
    ...line,
    type: literal("resumed"),
    after: text,
    awayMs: nullable(figure),
    host: hostInfo,
    engine: engineInfo,
  }),
  window_opened: object({
    ...line,
    ...where,
    type: literal("window_opened"),
    inPlace: texts,
    outdated: optional(texts),
    unsure: optional(object({ services: texts, why: text })),
  }),
  window_closed: object({ ...line, ...where, type: literal("window_closed") }),
  phase: object({
    ...line,
    ...where,
    type: literal("phase"),
    phase,
    startMs: figure,
    durationMs: figure,
  }),
  start_failed: object({
    ...line,
    ...where,
    type: literal("start_failed"),
    ...startFailure,
  }),
  dependency_failed: object({ ...line, ...where, type: literal("dependency_failed"), dependency: text, why: text }),
  endpoint: object({
    ...line,
    ...ofPage,
    type: literal("endpoint"),
    kind: text,
    watched: oneOf(WATCHED),
    what: nullable(text),
    url: nullable(text),
    way: nullable(way),
    source: nullable(checkSource),
    why: nullable(text),
  }),
  ready: object({
    ...line,
    ...ofPage,
    type: literal("ready"),
    afterMs: figure,
    attempts: count,
    starvedMs: optional(figure),
  }),
  not_ready: object({
    ...line,
    ...ofPage,
    type: literal("not_ready"),
    afterMs: figure,
    attempts: count,
    last: text,
    limit: oneOf(["timeout", "exited"]),
    startPeriodMs: optional(figure),
    starvedMs: optional(figure),
  }),
  check_run: object({ ...line, ...where, type: literal("check_run"), service: text, why: nullable(text) }),
  probe: object({
    ...line,
    ...ofPage,
    type: literal("probe"),
    ok: flag,
    latencyMs: figure,
    lateMs: optional(figure),
    starvedMs: optional(figure),
    status: nullable(whole),
    error: nullable(text),
  }),
  look: object({ ...line, ...where, type: literal("look"), when, state: containerState }),
  container_missing: object({ ...line, ...where, type: literal("container_missing"), service: text, when }),
  sample: object({
    ...line,
    ...where,
    type: literal("sample"),
    service: text,
    containerId: text,
    source: text,
    memBytes: bytes,
    memPeakKernelBytes: nullable(bytes),
    memCacheBytes: nullable(bytes),
    cpuUsec: nullable(amount),
    cpuPct: nullable(amount),
    oomKills: nullable(count),
  }),
  sample_missing: object({ ...line, ...where, type: literal("sample_missing"), service: text, why: text }),
  event: object({
    ...line,
    type: literal("event"),
    time: text,
    action: text,
    containerId: text,
    container: text,
    service: text,
    exitCode: nullable(whole),
    signal: nullable(whole),
  }),
  gap: object({ ...line, type: literal("gap"), why: text }),
  tests_found: object({
    ...line,
    ...where,
    type: literal("tests_found"),
    files: texts,
    unavailable: nullable(text),
    search: optional(search),
  }),
  test: object({
    ...line,
    ...where,
    type: literal("test"),
    runner: text,
    file: text,
    returnCode: nullable(whole),
    signal: nullable(text),
    timedOut: flag,
    notRun: optional(text),
    endUnknown: optional(text),
    leftOut: optional(text),
    isEmpty: optional(yes),
    meaning: optional(text),
    lacks: optional(text),
    unfinished: optional(text),
    unproven: optional(text),
    survivors: optional(text),
    strayUnseen: optional(yes),
    durationMs: figure,
    limitMs: figure,
    starvedMs: optional(figure),
    counts: nullable(testCounts),
    firstFailure: nullable(text),
    skipReason: optional(text),
    output: text,
    again: optional(texts),
  }),
  stop: object({
    ...line,
    ...where,
    type: literal("stop"),
    service: text,
    containerId: text,
    container: text,
    durationMs: figure,
    killed: flag,
    unheard: optional(yes),
    graceSec: figure,
    signal: optional(whole),
    starvedMs: optional(figure),
    exitCode: nullable(whole),
    verified: flag,
    error: nullable(text),
  }),
  log_saved: object({
    ...line,
    ...where,
    type: literal("log_saved"),
    service: text,
    container: text,
    path: text,
    tail: texts,
  }),
  interrupted: object({ ...line, type: literal("interrupted"), by: text }),
  left_behind: object({ ...line, type: literal("left_behind"), text }),
  run_failed: object({ ...line, type: literal("run_failed"), failure }),
  run_finished: object({ ...line, type: literal("run_finished") }),
} satisfies Record<JournalLine["type"], Schema<unknown>>;

type Plain<T> = T extends readonly (infer Item)[] ? Plain<Item>[]
  : T extends object ? { -readonly [Key in keyof T]: Plain<T[Key]> }
  : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type LineOf<Type> = Extract<JournalLine, { type: Type }>;
type AllTrue<Table extends Record<string, true>> = Table;

/**
 * Does not compile when a schema and its type drift apart, optional keys included: the error names the line type whose value
 * is `false`.
 */
export type LinesHold = AllTrue<
  { [Type in keyof typeof LINES]: Same<Plain<Infer<(typeof LINES)[Type]>>, Plain<LineOf<Type>>> }
>;
