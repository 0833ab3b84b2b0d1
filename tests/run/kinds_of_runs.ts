/** Whole runs of every kind: healthy ones of different shape, and one for each verdict rule in which that rule fires. */

import type { JournalLine } from "../../lib/model/evidence.ts";
import type { ModuleSpec } from "../../lib/model/module.ts";
import type { ReasonCode, Settings } from "../../lib/model/settings.ts";
import { builtinModules } from "../../lib/modules.ts";
import type { FakeEngine } from "../fakes/engine.ts";
import type { World, WorldOptions } from "./harness.ts";
import { world } from "./harness.ts";
import { baselineText } from "../fakes/baseline.ts";

interface Kind {
  options?: WorldOptions;
  /** Changes to the module "switch", the one that is tested. */
  module?: Partial<ModuleSpec>;
  prepare?: (it: World) => void;
}

const page = (service: string) => ({ service, kind: "http", port: 1, path: "/health" });

export const HEALTHY = {
  "one service": {},
  "two services": { module: { services: ["switch", "mcp"], health: [page("switch"), page("mcp")] } },
  "a service without a page": { module: { health: [] } },
  "a page at one of two services": { module: { services: ["switch", "mcp"] } },
  "a one-shot service beside it": {
    module: { services: ["switch", "mcp"] },
    options: { scripts: { mcp: { oneShot: true, state: { status: "exited", pid: null, exitCode: 0 } } } },
    prepare: ({ engine }) => {
      engine.onOrder = (order) => {
        if (order.startsWith("up switch")) engine.emit("mcp", "die", { exitCode: 0 });
      };
    },
  },
  "two cycles": { options: { config: { cycles: 2 } } },
  "in place": { options: { running: ["switch"] } },
  "one service in place, one started": {
    module: { services: ["switch", "mcp"], health: [page("switch"), page("mcp")] },
    options: { running: ["switch"] },
  },
  "stopped before": { options: { stopped: ["switch"] } },
  "a soak": { options: { config: { soakSec: 2 } } },
  "the core itself, which goes": { options: { config: { selected: ["baseline"], cycles: 2 } } },
  "the core itself, which stays": { options: { config: { selected: ["baseline"], keepCore: true } } },
} satisfies Record<string, Kind>;

export type HealthyName = keyof typeof HEALTHY;

const idOf = (engine: FakeEngine, service = "switch") => engine.container(service)?.state.id ?? "";
const atTest = (happens: (it: World) => void) => (it: World) => void (it.onTest = () => happens(it));

/** In which the rule fires; `flaky` by a first cycle that fails and a second that does not. */
export const FAULTY: Record<ReasonCode, Kind> = {
  dependency_failed: { options: { config: { selected: ["hermes"] }, scripts: { switch: { upFails: "no" } } } },
  dependency_unstable: { prepare: atTest(({ engine }) => engine.restart(idOf(engine, "madre"), 1)) },
  start_failed: { options: { scripts: { switch: { upFails: "port is taken", leavesCreated: true } } } },
  health_timeout: { options: { config: { timeoutSec: 1 } }, prepare: (it) => void it.pages.set("switch", 503) },
  health_lost: { prepare: atTest((it) => void it.pages.set("switch", 500)) },
  unhealthy: { prepare: atTest(({ engine }) => engine.emit("switch", "unhealthy")) },
  oom_killed: { prepare: atTest(({ engine }) => engine.emit("switch", "oom")) },
  restarted: { prepare: atTest(({ engine }) => engine.restart(idOf(engine), 1)) },
  exited: { prepare: atTest(({ engine }) => engine.end(idOf(engine), 139)) },
  tests_failed: { options: { tests: { "test_switch_a.py": 1 } } },
  tests_timeout: { options: { tests: { "test_switch_a.py": "hangs" }, config: { timeoutSec: 1 } } },
  tests_flaky: {
    options: {
      tests: { "test_switch_a.py": [0, 1, 0] },
      config: { cycles: 3 },
      thresholds: { flaky_allowed_pct: 95 },
    },
  },
  stop_failed: { options: { scripts: { switch: { stopFails: "busy" } } } },
  no_tests: { options: { tests: { "test_switch_a.py": 5 } } },
  high_latency: {
    options: { thresholds: { latency_p95_ms: 20 } },
    prepare: (it) => void (it.onGet = () => it.clock.sleep(30)),
  },
  flapping: { prepare: (it) => flap(it), options: { config: { soakSec: 1 } } },
  near_mem_limit: { options: { scripts: { switch: { memMib: 63 } } } },
  leak_suspected: { options: { config: { cycles: 2 } }, prepare: (it) => leak(it) },
  slow_stop: { options: { scripts: { switch: { stopsLate: true } } } },
  outdated: { options: { running: ["switch"], scripts: { switch: { outdated: true } } } },
  unclean_stop: { options: { scripts: { switch: { stopExitCode: 139 } } } },
  regressed: {
    options: { config: { cycles: 5, baseline: { path: "/base.json", given: "base.json", acrossHosts: false } } },
    prepare: (it) => void it.files.set("/base.json", baselineText("switch", { mem_peak_mib: [2, 2, 2, 2, 2] })),
  },
  metrics_missing: { options: { scripts: { switch: { sampleMissing: "its cgroup cannot be reached" } } } },
  flaky: {
    options: { config: { cycles: 2 } },
    prepare: (it) => {
      let runs = 0;
      it.onTest = () => {
        if (++runs === 1) it.engine.restart(idOf(it.engine), 1);
      };
    },
  },
};

/** The twentieth answer after the test began is no good one. */
function flap(it: World): void {
  let left = -1;
  it.onTest = () => void (left = 20);
  it.onGet = (service) => {
    if (service === "switch") it.pages.set("switch", --left === 0 ? 500 : 200);
  };
}

function leak(it: World): void {
  let cycle = 0;
  it.engine.onOrder = (order) => {
    if (order === "up switch") it.engine.scripts.set("switch", { memMib: 5 + 52 * cycle++ });
  };
}

export interface Ran {
  world: World;
  journal: JournalLine[];
  /** The module that is tested. */
  module: string;
}

/** Runs it to its end. */
export async function ran({ options = {}, module = {}, prepare = () => {} }: Kind): Promise<Ran> {
  const modules = new Map(builtinModules());
  const known = modules.get("switch");
  if (known !== undefined) modules.set("switch", { ...known, ...module });
  const it = world(options);
  const settings: Settings = { ...it.config.settings, modules };
  Object.assign(it.config, { settings });
  prepare(it);
  await it.run();
  return { world: it, journal: it.journal(), module: it.config.selected?.[0] ?? "" };
}
