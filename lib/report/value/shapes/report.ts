/**
 * REPORT.json as a table: the types of report.ts are inferred from it, and its JSON Schema is made of it. Readers rely on
 * `timestamp`, `mode`, `cycles`, `modules_tested`, `summary`, `modules` and, per module, `name`, `status`, `metrics`,
 * `test_results` and `errors`; anything may be added, none of these renamed. A figure that was not seen is null, never 0; the
 * unit is the last word of a key.
 */

import { FIGURES } from "../../../model/baseline.ts";
import { EXIT_CODES, type ExitName } from "../../../model/failure.ts";
import {
  LEVELS,
  METRICS_SOURCES,
  type ReasonCode,
  RULES,
  type ThresholdName,
  THRESHOLDS,
} from "../../../model/settings.ts";
import { count, each, entries, figure, texts } from "../../../record/lines/parts.ts";
import { about, flag, list, mapOf, nullable, object, oneOf, optional, text } from "../../../values/schema.ts";
import { comparison } from "./comparison.ts";
import { module, status } from "./module.ts";
import { timing } from "./timing.ts";

const measured = nullable(figure);
const engine = object({ name: text, versions: mapOf(text), cgroup: nullable(text) });

export const part = object({
  started_at: nullable(text),
  after: about("What had cut the part before short; null for the first.", nullable(text)),
  away_ms: about(
    "Time since the end of the part before; null for the first, and if the clock was set back in between.",
    measured,
  ),
  host: object({ hostname: text, boot: nullable(text) }),
  engine,
  services: about(
    "Medians over the cycles of this part that were seen to their end.",
    list(object({ module: text, service: text, cycles: count, ...entries(FIGURES, measured) })),
  ),
});

export const failure = object({
  exit: oneOf(Object.keys(EXIT_CODES) as ExitName[]),
  exit_code: count,
  what: text,
  next: text,
  detail: nullable(text),
});

export const verdict = object({
  status,
  exit_code: count,
  text: about("A sentence without its final period.", text),
  endings: about(
    "Why the run is incomplete, and what it left behind.",
    list(object({ kind: oneOf(["left_behind", "interrupted", "failed", "unfinished"]), text })),
  ),
});

export const settings = object({
  timeout_sec: figure,
  soak_sec: figure,
  for_sec: about("The time after which no cycle begins; missing if only the cycles count.", optional(figure)),
  keep_core: flag,
  strict: flag,
  metrics_source: oneOf(METRICS_SOURCES),
});

export const report = object({
  schema_version: count,
  title: about("As REPORT.md has it: that of the Python harness, unless the module map is the project's own.", text),
  tool: nullable(object({ name: text, version: text })),
  timestamp: about(
    "Start of the run, UTC, without offset, with six digits of the second: `2025-12-22T21:50:59.435007`.",
    nullable(text),
  ),
  started_at: about("UTC, with `Z`.", nullable(text)),
  finished_at: about("UTC, with `Z`.", nullable(text)),
  duration_ms: figure,
  mode: nullable(text),
  cycles: about(
    "As requested; the `cycle_results` of the modules say how many took place. With `--for`: those that began before the " +
      "time was over, and so far while it is not.",
    nullable(count),
  ),
  verdict: about(
    "The result of the whole run: what REPORT.html shows at its top, and the exit code of the run.",
    verdict,
  ),
  ended_by: about(
    "Which limit ended a run with `--for`; null if neither did, missing without `--for`.",
    optional(nullable(oneOf(["time", "cycles"]))),
  ),
  interrupted: about("What interrupted the run; null if nothing did.", nullable(text)),
  left_behind: about("What the run started and could not remove, a sentence each.", texts),
  failure: nullable(failure),
  finished: about("Whether the run finished, whatever the result.", flag),
  notices: texts,
  project: nullable(object({ name: text, dir: text, compose_files: texts })),
  engine: nullable(engine),
  host: nullable(object({ hostname: text, os: text, arch: text })),
  settings: nullable(settings),
  thresholds: nullable(each(Object.keys(THRESHOLDS) as ThresholdName[], figure)),
  rules: nullable(each(Object.keys(RULES) as ReasonCode[], oneOf(LEVELS))),
  summary: about(
    "By status: `failed` counts only modules with FAIL, not those with WARN or SKIP.",
    object({ total_modules: count, passed: count, failed: count, warned: count, skipped: count }),
  ),
  modules_tested: about("Names of the selected modules, in the order of the plan, skipped ones included.", texts),
  modules: about("The same by name, in the same order.", mapOf(module)),
  also_run: about(
    "Modules only brought up for these, by name, in the order of the plan: judged in the same way, and not counted above.",
    mapOf(module),
  ),
  timing,
  cpu_wait_pct: about(
    "For each cycle that finished: the share of its time in which this program waited for a core of a busy host.",
    list(figure),
  ),
  comparison: about("With an earlier run; null if none was given.", nullable(comparison)),
  parts: about(
    "The parts of the run, each done at one go, in order; only if the run was resumed.",
    optional(list(part)),
  ),
});
