/**
 * What the harness costs on top of the work itself: runs it on the sandbox, then does the same work by hand with plain
 * commands (docker compose up, requests until one is answered, the probes that a p95 needs, pytest, docker stop and rm),
 * in turn and several times, and prints the medians and their ratio.
 *
 * scripts/deno run -A scripts/overhead.ts [--runs 3] [--binary dist/vx11-stability]
 */

import { parseArgs } from "@std/cli";
import { join } from "@std/path";
import { median, sum } from "../lib/figures/stats.ts";
import { THRESHOLDS } from "../lib/model/settings.ts";
import { builtinModules } from "../lib/modules.ts";
import { closure, dependencyGraph } from "../lib/plan/graph.ts";
import { makePlan } from "../lib/plan/plan.ts";
import { assignTests } from "../lib/pytest/discover.ts";
import { complain, say } from "./say.ts";

const SANDBOX = "config/sandbox";
const MODULES = builtinModules();

type Parts = Record<"docker" | "ready" | "probes" | "pytest", number>;

function fail(what: string, next: string): never {
  complain(`${what}. ${next}`);
  Deno.exit(1);
}

/** Runs a command to its end; its time in milliseconds. */
async function timed(command: string[], env: Record<string, string> = {}): Promise<number> {
  const [program = "", ...args] = command;
  const began = performance.now();
  const { success, stderr } = await new Deno.Command(program, { args, cwd: SANDBOX, env }).output();
  if (!success) fail(`${command.join(" ")} failed: ${new TextDecoder().decode(stderr).trim()}`, "Is the sandbox down?");
  return performance.now() - began;
}

async function answered(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function byHand(): Promise<Parts> {
  const parts: Parts = { docker: 0, ready: 0, probes: 0, pytest: 0 };
  const files: string[] = [];
  for await (const { name } of Deno.readDir(join(SANDBOX, "tests"))) files.push(name);
  const tests = assignTests(files.sort(), MODULES);
  const { steps } = makePlan(MODULES, undefined, "low_power");
  const graph = dependencyGraph(MODULES);
  const core = steps.filter((step) => step.core).map(({ module }) => module);
  const tested = steps.filter((step) => step.tested).map(({ module }) => module);
  const env: Record<string, string> = { VX11_MODE: "low_power", PYTHONDONTWRITEBYTECODE: "1" };
  const up = new Set<string>();

  async function start(module: string): Promise<void> {
    const spec = MODULES.get(module);
    parts.docker += await timed(["docker", "compose", "--profile", "*", "up", "-d", ...spec?.services ?? []]);
    const began = performance.now();
    for (const { service, port, path } of spec?.health ?? []) {
      while (!await answered(`http://127.0.0.1:${port}${path}`));
      env[`VX11_${service.toUpperCase().replaceAll("-", "_")}_URL`] = `http://127.0.0.1:${port}`;
    }
    parts.ready += performance.now() - began;
    up.add(module);
  }

  async function stopAllBut(needed: ReadonlySet<string>): Promise<void> {
    for (const module of [...up].reverse().filter((name) => !needed.has(name))) {
      const services = MODULES.get(module)?.services ?? [];
      parts.docker += await timed(["docker", "compose", "--profile", "*", "stop", ...services]);
      parts.docker += await timed(["docker", "compose", "--profile", "*", "rm", "-f", ...services]);
      up.delete(module);
    }
  }

  for (const module of core) await start(module);
  for (const [index, module] of tested.entries()) {
    await start(module);
    parts.probes += THRESHOLDS.min_probes.default * THRESHOLDS.probe_interval_ms.default;
    for (const file of tests.get(module) ?? []) {
      parts.pytest += await timed(["python3", "-m", "pytest", `tests/${file}`], env);
    }
    await stopAllBut(closure(graph, [...core, ...tested.slice(index + 1)]));
  }
  parts.docker += await timed(["docker", "compose", "--profile", "*", "down"]);
  return parts;
}

interface Harness {
  totalMs: number;
  passed: number;
}

async function harness(binary: string): Promise<Harness> {
  const dir = await Deno.makeTempDir();
  const began = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(binary, {
    args: ["--project-dir", SANDBOX, "--audit-dir", join(dir, "audit"), "--no-keep-core", "--json", "--quiet"],
  }).output();
  const totalMs = performance.now() - began;
  await Deno.remove(dir, { recursive: true });
  if (code !== 0) fail(`${binary} ended with ${code}: ${new TextDecoder().decode(stderr).trim()}`, "Run it by itself");
  return { totalMs, passed: JSON.parse(new TextDecoder().decode(stdout)).summary.passed };
}

const args = parseArgs(Deno.args, {
  string: ["runs", "binary"],
  default: { runs: "3", binary: "dist/vx11-stability" },
});
const harnessMs: number[] = [];
const hand: Parts[] = [];
for (let turn = 1; turn <= Number(args["runs"]); turn++) {
  const { totalMs, passed } = await harness(String(args["binary"]));
  const parts = await byHand();
  harnessMs.push(totalMs);
  hand.push(parts);
  say(`${turn}: harness ${seconds(totalMs)} (${passed} passed), by hand ${seconds(sum(Object.values(parts)))}`);
}
const medianOf = (part: keyof Parts) => median(hand.map((parts) => parts[part])) ?? NaN;
const ofHarness = median(harnessMs) ?? NaN;
const ofHand = median(hand.map((parts) => sum(Object.values(parts)))) ?? NaN;
say(
  `By hand, medians: docker ${seconds(medianOf("docker"))}, ready ${seconds(medianOf("ready"))}, ` +
    `probes ${seconds(medianOf("probes"))}, pytest ${seconds(medianOf("pytest"))}`,
);
say(`Harness ${seconds(ofHarness)}, by hand ${seconds(ofHand)}: ratio ${(ofHarness / ofHand).toFixed(2)}`);

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
