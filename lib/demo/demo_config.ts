/** The settings of a demonstration's run: as quick as possible, and such that the planted faults show. Pure. */

import type { RunConfig } from "../model/config.ts";
import { type ThresholdName, THRESHOLDS, type Thresholds } from "../model/settings.ts";
import type { PlantedFault } from "./fault_choice.ts";
import { faultKind, type FaultNeeds } from "./faults.ts";

/** Whether the user gave the option; a given option stays as it is. */
export interface Given {
  cycles: boolean;
  timeoutSec: boolean;
}

const QUICK: Partial<Thresholds> = { probe_interval_ms: 50, sample_interval_ms: 200 };

/** Sets cycles, timeout and thresholds, with a notice for other cycles or another timeout than the user expects. */
export function tuned(config: RunConfig, faults: readonly PlantedFault[], given: Given): RunConfig {
  const needs = faults.map((fault) => ({ fault, needs: faultKind(fault.name).needs ?? {} }));
  const most = (key: keyof FaultNeeds) => largest(needs.flatMap((item) => item.needs[key] ?? []));
  const whose = (key: keyof FaultNeeds) =>
    needs.filter((item) => item.needs[key] !== undefined).map(({ fault }) => fault.name).join(", ");
  const notices: string[] = [];
  let { cycles, timeoutSec } = config;
  const wantedCycles = most("cycles") ?? 1;
  // With a time to take, there are as many cycles as fit.
  if (cycles === null) {
    if (wantedCycles > 1) notices.push(`${whose("cycles")} shows only over ${wantedCycles} cycles or more`);
  } else if (wantedCycles > cycles && given.cycles) {
    notices.push(`${whose("cycles")} shows only over ${wantedCycles} cycles or more, but --cycles is ${cycles}`);
  } else if (wantedCycles > cycles) {
    cycles = wantedCycles;
    notices.push(`${cycles} cycles, since ${whose("cycles")} shows only over several; --cycles sets another number`);
  }
  const wantedTimeout = most("timeoutSec");
  if (wantedTimeout !== undefined && !given.timeoutSec) {
    timeoutSec = wantedTimeout;
    notices.push(
      `The timeout is ${timeoutSec} s, since the wait for ${whose("timeoutSec")} is in vain; ` +
        "--timeout-sec sets another",
    );
  }
  const wanted: Partial<Record<ThresholdName, number | undefined>> = {
    ...QUICK,
    min_probes: most("minProbes"),
    probe_timeout_ms: most("probeTimeoutMs"),
  };
  const settings = { ...config.settings, thresholds: changed(config.settings.thresholds, wanted) };
  const demo = { faults: faults.map(({ name, module, culprit }) => ({ name, module, culprit })) };
  return { ...config, cycles, timeoutSec, settings, demo, notices: [...config.notices, ...notices] };
}

function largest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

/** Thresholds that the user's config file changed stay. */
function changed(before: Thresholds, wanted: Partial<Record<ThresholdName, number | undefined>>): Thresholds {
  const after = { ...before };
  for (const name of Object.keys(THRESHOLDS) as ThresholdName[]) {
    if (before[name] === THRESHOLDS[name].default) after[name] = wanted[name] ?? before[name];
  }
  return after;
}
