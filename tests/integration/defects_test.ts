/** Planted defects: what is wrong with a service (overlays/) gives its reason, its status and its exit code. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { integrationTest } from "./environment.ts";
import { codesOf, moduleOf } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

interface Case {
  overlay: string;
  status: "WARN" | "FAIL";
  /** Reasons that the module must have. */
  codes: string[];
  /** Whether further reasons are a mistake. */
  only?: true;
  /** What the sentence of the first code must say. */
  text: RegExp;
  args?: string[];
  config?: string;
  /** Exit code where it is not that of the status. */
  exit?: number;
  /** Whether the sandbox's tests are left out: where they would stumble over the defect, sometimes. */
  withoutTests?: true;
}

const FEW_PROBES = "thresholds: { min_probes: 5 }\n";
const MANY_PROBES = "thresholds: { min_probes: 60, probe_interval_ms: 30 }\n";

const CASES: Case[] = [
  { overlay: "crash_loop", status: "FAIL", codes: ["restarted"], text: /restarted \d+ time/ },
  { overlay: "exits_at_once", status: "FAIL", codes: ["exited"], text: /\b3\b/ },
  { overlay: "exits_later", status: "FAIL", codes: ["exited"], text: /\b7\b/ },
  { overlay: "oom_pid1", status: "FAIL", codes: ["oom_killed", "exited"], text: /PID 1.*64/ },
  { overlay: "oom_child", status: "FAIL", codes: ["oom_killed"], text: /child.*64/ },
  { overlay: "near_mem_limit", status: "WARN", codes: ["near_mem_limit"], only: true, text: /9\d %/ },
  { overlay: "health_500", status: "FAIL", codes: ["health_timeout"], text: /500/ },
  { overlay: "health_404", status: "FAIL", codes: ["health_timeout"], text: /404/ },
  { overlay: "never_answers", status: "FAIL", codes: ["health_timeout"], text: /within 4 s/ },
  {
    overlay: "slow_health",
    status: "WARN",
    codes: ["high_latency"],
    only: true,
    text: /500 ms/,
    args: ["--timeout-sec", "20"],
    config: FEW_PROBES,
  },
  {
    overlay: "slow_health",
    status: "WARN",
    codes: ["high_latency"],
    only: true,
    text: /500 ms/,
    args: ["--timeout-sec", "20", "--strict"],
    config: FEW_PROBES,
    exit: 1,
  },
  {
    overlay: "slow_health",
    status: "FAIL",
    codes: ["high_latency"],
    text: /500 ms/,
    args: ["--timeout-sec", "20"],
    config: `${FEW_PROBES}rules: { high_latency: fail }\n`,
  },
  {
    overlay: "health_lost",
    status: "FAIL",
    codes: ["health_lost"],
    text: /503/,
    args: ["--soak-sec", "3"],
    withoutTests: true,
  },
  {
    overlay: "flapping",
    status: "WARN",
    codes: ["flapping", "no_tests"],
    only: true,
    text: /503/,
    config: MANY_PROBES,
    withoutTests: true,
  },
  {
    overlay: "docker_unhealthy",
    status: "FAIL",
    codes: ["unhealthy"],
    only: true,
    text: /check fails/,
    args: ["--soak-sec", "3"],
  },
  { overlay: "ignores_sigterm", status: "WARN", codes: ["slow_stop"], only: true, text: /grace period of 1 s/ },
];

for (const item of CASES) {
  const { overlay, status, codes, args = [] } = item;
  integrationTest([overlay, ...args, "→", status, codes.join(", ")].join(" "), async () => {
    await using sandbox = await Sandbox.create({
      overlay,
      ...(item.config === undefined ? {} : { config: item.config }),
      ...(item.withoutTests ? { tests: () => false } : {}),
    });
    const timeout = args.includes("--timeout-sec") ? [] : ["--timeout-sec", "4"];
    const exit = item.exit ?? (status === "FAIL" ? 1 : 0);
    const report = await sandbox.report(["--modules", "switch", ...timeout, ...args], exit);
    const module = moduleOf(report, "switch");
    const seen = codesOf(module);
    assertEquals(module.status, status, JSON.stringify(module.reasons, null, 2));
    for (const code of codes) assert(seen.includes(code), `no ${code} in ${JSON.stringify(module.reasons, null, 2)}`);
    if (item.only) assertEquals(seen, codes.toSorted(), JSON.stringify(module.reasons, null, 2));
    const first = module.reasons.find(({ code }) => code === codes[0]);
    assertMatch(first?.text ?? "", item.text);
    if (status === "FAIL") assert(module.errors.includes(first?.text ?? ""), `errors: ${module.errors}`);
    assertEquals((await sandbox.containers()).filter(({ service }) => service === "switch"), []);
  });
}
