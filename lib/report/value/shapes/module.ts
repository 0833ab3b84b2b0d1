/** What a report says of a module. */

import { count, figure, phase, startFailure, texts } from "../../../record/lines/parts.ts";
import { STATUSES } from "../../../model/outcome.ts";
import { type ReasonCode, RULES } from "../../../model/settings.ts";
import { about, flag, list, mapOf, named, nullable, object, oneOf, optional, text } from "../../../values/schema.ts";
import { container, test } from "./service.ts";
import { byPhase } from "./timing.ts";

const measured = nullable(figure);
const metrics = mapOf(container);
export const status = oneOf(STATUSES);

export const reason = named(
  "reason",
  object({
    code: oneOf(Object.keys(RULES) as ReasonCode[]),
    level: oneOf(["warn", "fail"]),
    text,
    service: nullable(text),
  }),
);

export const leak = named(
  "leak",
  about(
    "Settled memory is compared at the same point of each cycle; `soak` figures use the samples within a soak.",
    object({
      cycles_compared: about("Cycles that have a settled memory.", count),
      settled_first_mib: measured,
      settled_last_mib: measured,
      settled_step_max_mib: about(
        "The largest growth from one of them to the next; below 0 if memory only fell.",
        measured,
      ),
      settled_rise_mib_per_cycle: about("Slope over the cycles (Theil–Sen).", measured),
      leak_detectable_mib_per_cycle: about(
        "The smallest leak that this run could have seen, by its noise, its cycles and the thresholds.",
        measured,
      ),
      soak_samples: count,
      soak_rise_mib_per_min: about("Slope over the soak; the steepest if there are several soaks.", measured),
      leak_detectable_mib_per_min: measured,
      leak_undetectable_why: about(
        "Why no leak could have been seen, and what to do; null if one could.",
        nullable(text),
      ),
    }),
  ),
);

export const durations = about(
  "Sums over the cycles: of the time from first to last moment of each, and of each phase; phases may overlap.",
  object({ total_ms: measured, phases_ms: byPhase }),
);

export const cycle = named(
  "cycle",
  object({
    cycle: count,
    status,
    reasons: list(reason),
    duration_ms: measured,
    window: about(
      "When the window opened and closed, in milliseconds since the run began.",
      object({ opened_ms: measured, closed_ms: measured }),
    ),
    event_gaps: about("Gaps in the engine's event stream in that time, a sentence each.", texts),
    phases: list(object({ phase, start_ms: figure, duration_ms: figure })),
    metrics,
    test_results: mapOf(test),
    tests_unavailable: about(
      "Why tests could not be run; null if all could, or were not meant to.",
      nullable(text),
    ),
    start_failures: list(object(startFailure)),
    dependency_failures: list(object({ dependency: text, why: text })),
  }),
);

const load = {
  cpu_wait_pct: about("Share of the cycle in which this program waited for a core of a busy host.", measured),
  cpu_pressure_pct: about(
    "Share of the cycle in which a process of the module's busiest service waited for a core.",
    measured,
  ),
  mem_pressure_pct: measured,
  io_pressure_pct: measured,
};

export const flakyLoad = object(load);

export const flakyTest = object({
  file: text,
  test: about("The test in the file; null for the file, or the command, as a whole.", nullable(text)),
  failed: about("In how many cycles it failed.", count),
  ran: about("In how many cycles it is known to have run to its end, and passed or failed.", count),
  rate_pct: about("`failed` of `ran`.", figure),
  rate_low_pct: about("Where the rate's 95 % interval (Clopper–Pearson) begins.", figure),
  rate_high_pct: about("Where it ends.", figure),
  failed_cycles: list(count),
  skipped: about("In how many cycles it was skipped: not in `ran`.", count),
  not_run: about("In how many further cycles of the run it is not known to have run to its end: not in `ran`.", count),
  allowed: about("Whether --flaky-allowed allows its failures; null if nothing is allowed.", nullable(flag)),
  not_allowed_why: nullable(text),
  first_failure: nullable(object({
    cycle: count,
    output: about("Path below the audit dir.", text),
    message: about("null if it is not known.", nullable(text)),
    beside: about("Modules that were up while its tests ran, without the core and what this one depends on.", texts),
    ...load,
  })),
  usual: about("The same of the cycles in which it passed: medians.", flakyLoad),
});

export const module = named(
  "module",
  object({
    name: text,
    role: about(
      "Why it was brought up without being tested; absent if it was tested.",
      optional(oneOf(["core", "dependency"])),
    ),
    status,
    skipped: about("Why it was skipped or not tested to the end; else null.", nullable(text)),
    errors: about(
      "Why it is not PASS, each sentence once: what makes it FAIL, then what makes it WARN. Empty for a PASS.",
      texts,
    ),
    warnings: about("Those of `errors` that only make it WARN.", texts),
    reasons: list(reason),
    metrics: about("By container, or by service if no container of it was ever seen. Over all cycles.", metrics),
    leaks: about("Memory over cycles and soaks, by service.", mapOf(leak)),
    test_results: about("By file; the worst outcome of all cycles.", mapOf(test)),
    flaky_tests: about(
      "Tests that passed in some cycles and failed in others; empty after one cycle.",
      list(flakyTest),
    ),
    durations,
    cycle_results: list(cycle),
    cut_short: about(
      "Cycles that were cut short, and begun anew when the run was resumed; absent if there are none.",
      optional(list(cycle)),
    ),
  }),
);
