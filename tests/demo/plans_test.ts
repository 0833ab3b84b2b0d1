/** What planted faults change in test files, services and settings; all of it pure. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Given, tuned } from "../../lib/demo/demo_config.ts";
import { chooseFaults } from "../../lib/demo/fault_choice.ts";
import { FAULT_NAMES, faultKind } from "../../lib/demo/faults.ts";
import { demoServices } from "../../lib/demo/services.ts";
import { planTestFiles } from "../../lib/demo/test_files.ts";
import { readSettings } from "../../lib/standin/settings.ts";
import type { RunConfig } from "../../lib/model/config.ts";
import { RULES } from "../../lib/model/settings.ts";
import { builtinCore, builtinModules } from "../../lib/modules.ts";
import { defaultSettings } from "../../lib/config/file.ts";

const modules = builtinModules();

function planted(...texts: string[]) {
  return chooseFaults(texts, { core: builtinCore(), modules, selected: undefined, mode: "low_power" });
}

Deno.test("each fault has a line, and reasons that fit its verdict", () => {
  for (const name of FAULT_NAMES) {
    const { codes, does, status } = faultKind(name);
    assert(does.length > 0 && does.length < 80, name);
    const levels = codes.map((code) => RULES[code].level);
    assertEquals(levels.includes("fail") ? "FAIL" : "WARN", status, name);
  }
});

Deno.test("planTestFiles() takes away, adds last, and leaves other modules' files alone", () => {
  const names = ["conftest.py", "test_switch_a.py", "test_switch_b.py", "test_mcp_a.py", "test_operator_api.py"];
  const files = (...texts: string[]) => {
    const { added, kept } = planTestFiles(names, modules, planted(...texts));
    return { kept, added: [...added.keys()] };
  };
  const kept = names.filter((name) => name !== "test_switch_b.py");
  assertEquals(files(), { kept, added: [] }, "one file a module");
  assertEquals(files("oom-child:switch"), { kept, added: ["test_switch_zz_planted.py"] });
  const others = ["conftest.py", "test_mcp_a.py", "test_operator_api.py"];
  assertEquals(files("no-tests:switch"), { kept: others, added: [] });
  assertEquals(files("tests-skipped:switch"), { kept: others, added: ["test_switch_zz_planted.py"] });
  assertEquals(files("test-hangs:operator-backend", "test-fails:shubniggurath"), {
    kept,
    added: ["test_operator_zz_planted.py", "test_shubzz_planted.py"],
  });
  const [text = ""] = planTestFiles(names, modules, planted("crash-loop:operator-frontend")).added.values();
  assertStringIncludes(text, `read("operator-frontend", "/trouble")`);
});

function servicesOf(canTest: boolean, ...texts: string[]) {
  return demoServices({
    modules,
    faults: planted(...texts),
    program: ["/bin/vx11"],
    stateDir: "/tmp/state",
    takenPorts: new Map([["mcp", 4711]]),
    canTest,
  });
}

Deno.test("demoServices() makes a stand-in for each service of the map, on a free port and with a limit", () => {
  const services = servicesOf(true);
  assertEquals([...services.keys()], [...modules.values()].flatMap((module) => module.services));
  for (const [name, { command, env, memLimitBytes, port, restart }] of services) {
    assertEquals({ command, memLimitBytes, port, restart }, {
      command: ["/bin/vx11", "stand-in"],
      memLimitBytes: 256 * 2 ** 20,
      port: "auto",
      restart: "no",
    });
    assertEquals(env, { VX11_SERVICE: name, FAULT_HEALTH_PATH: name === "operator-frontend" ? "/" : "/health" });
  }
});

Deno.test("demoServices() changes the one service that has the fault", () => {
  const change = (canTest: boolean, text: string) => {
    const sound = servicesOf(true);
    const changed = [...servicesOf(canTest, text)].filter(([name, spec]) =>
      JSON.stringify(spec) !== JSON.stringify(sound.get(name))
    );
    assertEquals(changed.length, 1, text);
    return changed.map(([name, { env, port, restart }]) => ({ name, port, restart, page: env.FAULT_FROM_PAGE }))[0];
  };
  const auto = { port: "auto", page: undefined } as const;
  assertEquals(change(true, "port-taken:mcp"), { name: "mcp", port: 4711, restart: "no", page: undefined });
  assertEquals(change(true, "broken-dependency:mcp"), { ...auto, name: "hermes", restart: "no" });
  assertEquals(change(true, "crash-loop:mcp"), { ...auto, name: "mcp", restart: "always", page: "/trouble" });
  assertEquals(change(false, "crash-loop:mcp"), { ...auto, name: "mcp", restart: "always" });
});

Deno.test("every fault's environment is one that a stand-in understands", () => {
  for (const name of FAULT_NAMES) {
    const env = faultKind(name).env ?? {};
    const read = readSettings((key) => ({ PORT: "1", FAULT_STATE_DIR: "/tmp", ...env })[key]);
    assert(typeof read !== "string", `${name}: ${read}`);
    for (const key of Object.keys(env)) {
      const other = readSettings((asked) => ({ PORT: "1", FAULT_STATE_DIR: "/tmp", ...env, [key]: "" })[asked]);
      assert(JSON.stringify(other) !== JSON.stringify(read), `${name}: ${key} changes nothing`);
    }
  }
});

const CONFIG: RunConfig = {
  engine: "process",
  mode: "low_power",
  cycles: 1,
  jobs: 1,
  selected: undefined,
  auditDir: undefined,
  keepCore: false,
  timeoutSec: 20,
  projectDir: "/work",
  composeFiles: [],
  testsDir: "/work/tests",
  pytest: ["pytest"],
  testsPer: "file",
  testEnv: {},
  soakSec: 0,
  recreate: false,
  pull: "missing",
  exitZero: false,
  umask: 0o077,
  strict: false,
  quiet: false,
  json: false,
  color: false,
  settings: defaultSettings(),
  notices: [],
};
const NOTHING: Given = { cycles: false, timeoutSec: false };

Deno.test("tuned() is quick, and changes for a fault what the user did not give, with a notice", () => {
  const plain = tuned(CONFIG, [], NOTHING);
  assertEquals([plain.cycles, plain.timeoutSec, plain.notices], [1, 20, []]);
  assertEquals(plain.settings.thresholds.probe_interval_ms, 50);
  assertEquals(plain.settings.thresholds.min_probes, 20);

  const faulty = tuned(CONFIG, planted("leak", "health-500", "slow", "flapping"), NOTHING);
  assertEquals([faulty.cycles, faulty.timeoutSec, faulty.settings.thresholds.min_probes], [2, 6, 40]);
  assertEquals([plain.demo?.faults, faulty.demo?.faults.map(({ name }) => name)], [
    [],
    ["leak", "health-500", "slow", "flapping"],
  ], "so that the record knows what it was");
  assertEquals(faulty.notices, [
    "2 cycles, since leak shows only over several; --cycles sets another number",
    "The timeout is 6 s, since the wait for health-500 is in vain; --timeout-sec sets another",
  ]);
});

Deno.test("tuned() leaves alone what the user gave, and says where a fault cannot show then", () => {
  const given = tuned(CONFIG, planted("leak", "health-500"), { cycles: true, timeoutSec: true });
  assertEquals([given.cycles, given.timeoutSec], [1, 20]);
  assertEquals(given.notices, ["leak shows only over 2 cycles or more, but --cycles is 1"]);
  assertEquals(tuned({ ...CONFIG, cycles: 5 }, planted("leak"), { ...NOTHING, cycles: true }).notices, []);

  const { settings } = CONFIG;
  const own = { ...settings, thresholds: { ...settings.thresholds, min_probes: 30, probe_interval_ms: 200 } };
  const { min_probes, probe_interval_ms } = tuned({ ...CONFIG, settings: own }, planted("flapping"), NOTHING).settings
    .thresholds;
  assertEquals([min_probes, probe_interval_ms], [30, 200]);
});
