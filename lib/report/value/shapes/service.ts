/** What a report says of a service and of a test file. */

import {
  checkSource,
  containerStatus,
  count,
  figure,
  testCounts,
  testOutcome,
  texts,
  way,
  whole,
} from "../../../record/lines/parts.ts";
import { about, flag, list, literal, named, nullable, object, optional, text } from "../../../values/schema.ts";

const measured = nullable(figure);

export const stats = named(
  "stats",
  object({
    status: about(
      "At the last look of the last cycle; null if no container was found then.",
      nullable(containerStatus),
    ),
    restart_count: about(
      "The container's own count at the last look, from the engine; the highest of all cycles; null if it was never seen.",
      nullable(count),
    ),
    restarts_in_window: about(
      "How often it was restarted within the windows, by all signs together; null if no container was ever seen.",
      nullable(count),
    ),
    replaced: nullable(flag),
    restart_signs: texts,
    oom_killed: nullable(flag),
    oom_signs: texts,
    oom_pid1: nullable(flag),
    exit_code: about("null while it runs.", nullable(whole)),
    mem_peak_mib: measured,
    mem_peak_kernel_mib: about(
      "The kernel's own highest use since the container started, page cache included.",
      measured,
    ),
    mem_mean_mib: measured,
    mem_settled_mib: measured,
    mem_limit_mib: measured,
    cpu_mean_pct: about("A share of one core.", measured),
    cpu_max_pct: about("A share of one core.", measured),
    cpu_probed_pct: about(
      "Share of the mean's time in which this program's own requests came in quick succession; 0: the mean is of calm time.",
      measured,
    ),
    cpu_samples: about("Samples with a CPU value.", count),
    cpu_gap_max_ms: about("The longest time between two samples with a CPU value.", measured),
    cpu_source: about("How CPU was read.", nullable(text)),
    cpu_pressure_pct: about(
      "Share of the time in which a process of it waited for a core, by the kernel (PSI).",
      measured,
    ),
    cpu_pressure_full_pct: about("Share of the time in which all of its processes with work to do waited.", measured),
    mem_pressure_pct: about("Share of the time in which a process waited for memory.", measured),
    mem_pressure_full_pct: measured,
    io_pressure_pct: about("Share of the time in which a process waited for IO.", measured),
    io_pressure_full_pct: measured,
    pressure_samples: about("Samples with pressure; 0 if the kernel or the engine gives none.", count),
    looks: about("Looks at the container, two in a cycle: evidence for restarts and kills for memory.", count),
    events: about("Engine events about it: evidence for restarts and kills for memory.", count),
    oom_counter_samples: about(
      "Samples with the kernel's own counter of kills for memory; 0 if the kernel has none.",
      count,
    ),
    samples: count,
    sample_gap_max_ms: about(
      "The longest time in which no sample was taken, between two samples of a cycle.",
      measured,
    ),
    mem_source: about("How memory was read, such as `cgroup v2`.", nullable(text)),
    samples_missing: about("Why samples are missing, each reason once.", texts),
  }),
);

export const health = named(
  "health",
  object({
    probes: count,
    failed: count,
    probe_gap_max_ms: about("The longest time between two answers of a cycle.", measured),
    ok_pct: measured,
    min_ms: measured,
    median_ms: measured,
    p95_ms: measured,
    max_ms: measured,
    ready_after_ms: about("The longest of all cycles; null if it did not become ready in each of them.", measured),
    not_ready_why: about(
      "The last answer before the wait for it was given up; null if it became ready.",
      nullable(text),
    ),
  }),
);

const ofPage = {
  url: nullable(text),
  way: about("How the page was requested; null if it was not requested.", nullable(way)),
  page_source: about("What said where the page is; null if it was not requested.", nullable(checkSource)),
  no_url_why: about("Why there is no URL to probe; null if there is one, or if none is declared.", nullable(text)),
};
const ofAnswers = {
  health_latency_ms: about("Latencies of the probes answered with 2xx, in order.", list(figure)),
  health,
};

export const page = object({
  check: about("What is asked, such as a URL or a command; null if it was not asked.", nullable(text)),
  ...ofPage,
  ...ofAnswers,
});

export const container = named(
  "container",
  object({
    service: text,
    role: about(
      "`helper`: a service of no module that the engine started for this one; absent for the module's own.",
      optional(literal("helper")),
    ),
    ...ofPage,
    in_place: about("Whether it was running already and was tested as it was.", flag),
    stats,
    ...ofAnswers,
    more_pages: about("Further checks of the service: the fields above are of the first one.", list(page)),
    stop: about(
      "How it was stopped, in the last cycle in which it was.",
      nullable(object({
        duration_ms: figure,
        killed: flag,
        exit_code: nullable(whole),
        grace_sec: figure,
        verified: flag,
        error: nullable(text),
      })),
    ),
    log: about(
      "Where the log is, below the audit dir, and its last lines; with several cycles, only the first ten that did not " +
        "pass and the last one have lines.",
      nullable(object({ path: text, tail: texts })),
    ),
  }),
);

export const test = named(
  "test",
  object({
    return_code: about(
      "The exit code of what ran it; 124 if it ran out of time; null if a signal ended it.",
      nullable(whole),
    ),
    passed: flag,
    outcome: testOutcome,
    timed_out: flag,
    signal: nullable(text),
    counts: nullable(testCounts),
    first_failure: nullable(text),
    duration_ms: figure,
    limit_ms: figure,
    output: about("Path below the audit dir.", text),
  }),
);
