/** Memory that grows from cycle to cycle, and memory that only moves. */

import type { Defect } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;
const LEAK = { status: "WARN", codes: ["leak_suspected"] } as const;

/** Compares the memory of two runs; differences in speed on a busy machine must not count. */
const COMPARED = {
  twice: true,
  cycles: 6,
  thresholds: {
    regressed_ready_pct: 10_000,
    regressed_p95_pct: 10_000,
    regressed_cpu_pct: 10_000,
    regressed_stop_pct: 10_000,
  },
} as const;
const SIX_STARTS = [0, 0, 0, 0, 0, 0];

/** Memory held at the n-th start, without a limit, which would trigger its own rule first. */
function holding(...mib: number[]) {
  return { memLimitMib: null, env: { FAULT_HOLD_MIB_BY_START: mib.join(",") } };
}

export const LEAKS: readonly Defect[] = [
  { ...LEAK, name: "60-mib-a-cycle", what: "60 MiB more in each cycle", subject: holding(0, 60, 120), cycles: 3 },
  {
    ...LEAK,
    name: "10-mib-a-cycle",
    what: "10 MiB more in each of ten cycles",
    subject: holding(0, 10, 20, 30, 40, 50, 60, 70, 80, 90),
    cycles: 10,
  },
  {
    ...LEAK,
    name: "in-a-soak",
    what: "20 MiB more a second while it is watched",
    subject: { memLimitMib: null, env: { FAULT_LEAK_MIB_PER_S: "20" } },
    soakSec: 8,
  },
  {
    ...PASS,
    name: "saw-tooth",
    what: "40 MiB more in every second cycle",
    subject: holding(0, 40, 0, 40, 0, 40),
    cycles: 6,
  },
  { ...PASS, name: "one-step", what: "40 MiB more from the second cycle on", subject: holding(0, 40), cycles: 7 },
  { ...PASS, name: "falling", what: "less in each cycle", subject: holding(120, 60, 0), cycles: 3 },
  {
    ...COMPARED,
    name: "more-than-before",
    what: "60 MiB more in each cycle than in the run that it is compared with",
    status: "WARN",
    codes: ["regressed"],
    subject: holding(...SIX_STARTS, ...SIX_STARTS.map(() => 60)),
  },
  { ...PASS, ...COMPARED, name: "as-before", what: "the same as in the run that it is compared with" },
  {
    ...PASS,
    name: "page-cache",
    what: "writes 60 MiB more in each cycle: page cache",
    engines: ["compose"],
    subject: { memLimitMib: null, env: { FAULT_WRITE_MIB_BY_START: "60,120,180,240" } },
    cycles: 4,
  },
];
