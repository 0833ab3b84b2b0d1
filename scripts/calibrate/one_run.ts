/**
 * One run of the calibration: three modules of a stand-in each, side by side on the process engine, and the figures that a
 * comparison is made of. All three are alike, but for what is planted in one of them.
 */

import { join } from "@std/path";
import { processEngine } from "../../lib/engine/process/process.ts";
import { runFigures } from "../../lib/figures/run_figures.ts";
import type { Host } from "../../lib/host/host.ts";
import type { RunFigures } from "../../lib/model/baseline.ts";
import type { RunConfig } from "../../lib/model/config.ts";
import type { ModuleSpec } from "../../lib/model/module.ts";
import type { ProcessSpec } from "../../lib/model/process.ts";
import { defaultRules, defaultThresholds } from "../../lib/model/settings.ts";
import { run } from "../../lib/run/run.ts";
import { PASSING_PYTEST } from "../../lib/selftest/passing_pytest.ts";

/** The modules, and what is planted in each: time to ready in ms, p95 in ms, memory in MiB. */
export const SUBJECTS = ["ready", "p95", "memory"] as const;
export type Subject = (typeof SUBJECTS)[number];
/** Added to a module's own figure; 0: nothing is planted. */
export type Plant = Record<Subject, number>;
export const NOTHING: Plant = { ready: 0, p95: 0, memory: 0 };

/** What every stand-in does, planted or not: a service that took no time would have nothing to become slower. */
const STARTS_AFTER_MS = 600;
const ANSWERS_AFTER_MS = 40;
/** The default number of probes, at a pace at which hundreds of runs take an hour. */
const PACE = { probe_interval_ms: 10, sample_interval_ms: 100 };

export interface OneRun {
  /** The program that is each stand-in, without arguments. */
  program: readonly string[];
  cycles: number;
  plant: Plant;
  signal: AbortSignal;
}

/** Throws where the run did not come to its end. */
export async function oneRun(host: Host, { cycles, plant, program, signal }: OneRun): Promise<RunFigures> {
  const dir = await host.files.makeTempDir("vx11-calibrate-");
  try {
    await host.files.ensureDir(join(dir, "tests"));
    const services = new Map(SUBJECTS.map((name) => [name, standIn(program, name, plant)]));
    const { judged, failure } = await run(host, configOf(dir, cycles), {
      tool: { name: "vx11-stability", version: "calibrate" },
      signal,
      progress: () => {},
      findEngine: () =>
        Promise.resolve(
          processEngine(host, { name: `calibrate-${host.pid}`, dir, services, env: { VX11_MODE: "low_power" } }),
        ),
    });
    if (failure !== null) throw new Error(failure.what);
    return runFigures(judged.evidence, (name) => judged.modules.find((module) => module.name === name)?.status ?? null);
  } finally {
    await host.files.remove(dir);
  }
}

function standIn(program: readonly string[], name: Subject, plant: Plant): ProcessSpec {
  const added = (subject: Subject) => subject === name ? plant[subject] : 0;
  const seconds = (ms: number) => (ms / 1000).toFixed(4);
  return {
    command: [...program, "stand-in"],
    env: {
      VX11_SERVICE: name,
      FAULT_START_AFTER: seconds(STARTS_AFTER_MS + added("ready")),
      FAULT_HEALTH_SLEEP: seconds(ANSWERS_AFTER_MS + added("p95")),
      FAULT_HOLD_MIB: added("memory").toFixed(2),
    },
    cwd: ".",
    port: "auto",
    restart: "no",
    memLimitBytes: null,
    stopSignal: "SIGTERM",
    stopGraceSec: 5,
    completes: false,
    dependsOn: [],
  };
}

/** The module that stands for the core. */
const BASELINE = "baseline";

function configOf(dir: string, cycles: number): RunConfig {
  const empty = { description: "", dependsOn: [], health: [], services: [], tests: [], optional: false };
  const modules = new Map<string, ModuleSpec>([[BASELINE, empty]]);
  for (const name of SUBJECTS) {
    const health = [{ service: name, kind: "http", port: 1, path: "/health" }];
    modules.set(name, { ...empty, services: [name], dependsOn: [BASELINE], health });
  }
  return {
    engine: "process",
    mode: "low_power",
    cycles,
    jobs: SUBJECTS.length,
    selected: [...SUBJECTS],
    auditDir: join(dir, "audit"),
    keepCore: false,
    timeoutSec: 20,
    projectDir: dir,
    composeFiles: [],
    testsDir: join(dir, "tests"),
    pytest: [...PASSING_PYTEST],
    testsPer: "file",
    testEnv: {},
    soakSec: 0,
    recreate: false,
    pull: "never",
    exitZero: false,
    umask: 0o077,
    strict: false,
    quiet: true,
    json: false,
    color: false,
    settings: {
      core: { modules: [BASELINE], modes: new Map([["low_power", [BASELINE]]]) },
      engine: "process",
      services: new Map(),
      thresholds: { ...defaultThresholds(), ...PACE },
      rules: defaultRules(),
      metricsSource: "auto",
      testsPer: "file",
      modules,
    },
    notices: [],
  };
}
