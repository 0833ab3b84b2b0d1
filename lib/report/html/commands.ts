/**
 * The commands that repeat by hand what made a module fail: the module alone with this program, then what shows each kind
 * of trouble. Only of what the record knows; where it does not (the folder of the tests, a config file), a comment says so.
 * Pure: nothing here is ever run.
 */

import type { Demonstration, RunStarted } from "../../model/evidence.ts";
import type { CycleEvidence } from "../../model/record.ts";
import { probeLimitMs, type ReasonCode } from "../../model/settings.ts";
import { urlVariable } from "../../plan/service_env.ts";
import type { ReportContainer, ReportModule } from "../value/report.ts";
import { spanText } from "../../text/span.ts";
import { quote } from "../../text/shell_word.ts";

/** Lines for a shell, comments included. */
export function commandsOf(module: ReportModule, cycles: readonly CycleEvidence[], run: RunStarted): string[] {
  const codes = new Set(module.reasons.map(({ code }) => code));
  const has = (...some: ReasonCode[]) => some.some((code) => codes.has(code));
  const containers = Object.entries(module.metrics);
  const lines = ["# the module alone, judged by the same rules", ...again(module.name, run)];
  // Services, ports and test files of a demonstration are gone with it.
  if (run.demo !== undefined) return lines;
  const byHand = [
    ...engineLines(module.name, containers, run, has),
    ...probeLines(containers, run, has),
    ...testLines(module, cycles, run),
  ];
  return byHand.length === 0 ? lines : [...lines, ...byHand];
}

type Has = (...codes: ReasonCode[]) => boolean;
type Containers = readonly (readonly [string, ReportContainer])[];

function again(name: string, run: RunStarted): string[] {
  if (run.demo !== undefined) return demoAgain(name, run, run.demo);
  const { engine, project } = run;
  const words = ["vx11-stability", "--project-dir", project.dir, ...engine.words.options, ...common([name], run)];
  return [line(words), "# add the --config, --tests-dir and --pytest of this run, if it had them"];
}

/** With the faults that reach the module: its own, and those of what it depends on. */
function demoAgain(name: string, run: RunStarted, { faults }: Demonstration): string[] {
  const reach = withDependencies(name, run.dependsOn);
  const own = faults.filter(({ culprit, module }) => reach.has(module) || reach.has(culprit));
  const modules = new Set([name, ...own.map(({ module }) => module)]);
  const words = [
    "vx11-stability",
    "demo",
    ...common(run.selected.filter((each) => modules.has(each)), run),
    ...own.flatMap((fault) => ["--fault", `${fault.name}:${fault.module}`]),
  ];
  return [line(words), "# add the --config and --pytest of this run, if it had them"];
}

function withDependencies(name: string, dependsOn: Readonly<Record<string, string[]>>): Set<string> {
  const reach = new Set([name]);
  // What is added while it is walked through is walked through as well.
  for (const each of reach) for (const needed of dependsOn[each] ?? []) reach.add(needed);
  return reach;
}

/** Options of both; a baseline is named as the user did, relative to the folder that the run was started in. */
function common(
  modules: readonly string[],
  { baseline, cycles, forSec = 0, mode, soakSec, timeoutSec }: RunStarted,
): string[] {
  return [
    "--mode",
    mode,
    "--modules",
    modules.join(","),
    "--timeout-sec",
    `${timeoutSec}`,
    ...(soakSec > 0 ? ["--soak-sec", `${soakSec}`] : []),
    ...(cycles === null ? ["--for", spanText(forSec)] : cycles > 1 ? ["--cycles", `${cycles}`] : []),
    ...(baseline === undefined ? [] : ["--baseline", baseline.from]),
    ...(baseline?.acrossHosts === true ? ["--across-hosts"] : []),
  ];
}

/** An engine that has no commands of its own has no lines. */
function engineLines(name: string, containers: Containers, { engine, mode, services: all }: RunStarted, has: Has) {
  const { byHand } = engine.words;
  if (byHand === null) return [];
  const { alias, inspect, list, logs, project, stats, stop, up } = byHand;
  const services = all[name] ?? containers.map(([, { service }]) => service);
  const lines = [
    "# by hand: up, a look, the log",
    `${alias}() { VX11_MODE=${quote(mode)} ${line(project)} "$@"; }`,
    ...[up, list, logs].map((words) => line([alias, ...words, ...services])),
  ];
  const known = containers.filter(([, { stats }]) => stats.looks > 0).map(([container]) => container);
  if (known.length > 0 && has("oom_killed", "restarted", "exited", "near_mem_limit", "unhealthy", "start_failed")) {
    lines.push(line([...inspect, ...known]));
  }
  if (known.length > 0 && has("oom_killed", "near_mem_limit", "leak_suspected")) lines.push(line([...stats, ...known]));
  if (has("slow_stop", "stop_failed")) lines.push(`time ${line([alias, ...stop, ...services])}`);
  return lines;
}

function probeLines(containers: Containers, run: RunStarted, has: Has): string[] {
  if (!has("health_timeout", "health_lost", "high_latency", "flapping", "unhealthy", "dependency_failed")) return [];
  const all = containers.flatMap(([, { more_pages, url }]) => [url, ...more_pages.map((page) => page.url)]);
  const urls = [...new Set(all.flatMap((url) => url ?? []).filter((url) => url.startsWith("http")))];
  if (urls.length === 0) return [];
  const limit = `${probeLimitMs(run) / 1000}`;
  const format = "%{http_code} in %{time_total} s\\n";
  return [
    "# one health probe, as the run sends them",
    ...urls.map((url) =>
      line(["curl", "--silent", "--output", "/dev/null", "--write-out", format, "--max-time", limit, url])
    ),
  ];
}

function testLines({ test_results }: ReportModule, cycles: readonly CycleEvidence[], run: RunStarted): string[] {
  const failed = Object.entries(test_results).filter(([, { outcome }]) => outcome === "failed").map(([file]) => file);
  if (failed.length === 0) return [];
  const urls = cycles.flatMap(({ services }) => services.flatMap(({ service, url }) => urlSetting(service, url)));
  const settings = [`VX11_MODE=${quote(run.mode)}`, ...new Set(urls)].join(" ");
  const runs = cycles.flatMap(({ tests }) => tests);
  const commands = failed.flatMap((name) => {
    const again = runs.find(({ file }) => file === name)?.again;
    return again === undefined ? [] : [`${settings} ${line(again)}`];
  });
  if (commands.length === 0) return [];
  return ["# the tests that failed, while the module is up", `cd ${quote(run.project.dir)}`, ...commands];
}

/** What has no origin, such as `tcp://`, is its own address. */
function urlSetting(service: string, url: string | null): string[] {
  if (url === null) return [];
  const origin = URL.parse(url)?.origin ?? "null";
  return [`${urlVariable(service)}=${quote(origin === "null" ? url : origin)}`];
}

function line(words: readonly string[]): string {
  return words.map(quote).join(" ");
}
