/** Where the time of a run went, as a report says it. */

import { count, figure, phase } from "../../../record/lines/parts.ts";
import { PHASES } from "../../../model/evidence.ts";
import { about, flag, list, nullable, object, optional, type Schema, text } from "../../../values/schema.ts";

const measured = nullable(figure);

/** Some of the phases, or none → a figure. */
export const byPhase = object(
  Object.fromEntries(PHASES.map((name) => [name, optional(figure)])),
) as unknown as Schema<Partial<Record<(typeof PHASES)[number], number>>>;

export const step = object({ cycle: count, module: text, phase, duration_ms: figure });

export const moduleTiming = object({
  name: text,
  tested: flag,
  core: flag,
  cycles: about("In how many cycles anything was done with the module.", count),
  phases_median_ms: about("Over the cycles that have the phase.", byPhase),
  phases_total_ms: byPhase,
});

export const timing = object({
  wall_ms: about("The whole run.", figure),
  jobs: about("How many modules may run at the same time; null if the journal does not say.", measured),
  sum_ms: about(
    "Start, ready, the longer of probes and tests, soak and stop, added up over all modules and cycles.",
    measured,
  ),
  critical_ms: about(
    "The longest chain of these through the dependencies, added up over the cycles; null if the dependencies are unknown.",
    measured,
  ),
  own_ms: about(
    "`wall_ms` minus the larger of `critical_ms` and `sum_ms` / `jobs`; null if the run did not finish.",
    measured,
  ),
  own_pct: measured,
  cycles: list(object({ cycle: count, sum_ms: figure, critical_ms: measured })),
  critical_path: about("Of all cycles, in the order of time.", list(step)),
  modules: about(
    "In the order of the plan, including modules that were only brought up for others.",
    list(moduleTiming),
  ),
});
