/** One module's section of REPORT.md: status, reasons, figures of each container, tests, cycles, last log lines. */

import { count, duration } from "../figures/units.ts";
import type { ReportComparison } from "./comparison.ts";
import { moduleParts } from "./comparison_markdown.ts";
import { codeSpan, cut, fenced, markdown } from "./escape.ts";
import { leakText } from "./leaks.ts";
import type { ReportContainer, ReportLeak, ReportModule, ReportReason, ReportTest } from "./report.ts";
import { highest, orDash, STATUS_SIGNS, table, withUnit } from "./words.ts";

/** Reasons and log lines beyond these are in REPORT.json and in the saved logs. */
const MOST_REASONS = 20;
const MOST_LOG_LINES = 30;
const LONGEST_FIRST_FAILURE = 300;

/** The section's parts, to be set apart by empty lines. */
export function moduleSection(module: ReportModule, comparison: ReportComparison | null): string[] {
  const sign = STATUS_SIGNS[module.status];
  const parts = [`## ${sign} ${markdown(module.name)}`, `**Status:** ${sign} ${module.status}`];
  const untested = module.status === "SKIP" ? "Skipped" : "Not seen through";
  if (module.skipped !== null) parts.push(`**${untested}:** ${markdown(module.skipped)}`);
  const reasons = reasonLines(module);
  if (reasons.length > 0) parts.push("**Reasons:**", reasons.join("\n"));
  const metrics = Object.entries(module.metrics).flatMap(([name, container]) =>
    containerLines(name, container, module.leaks[container.service])
  );
  if (module.status === "SKIP" && metrics.length === 0) return parts;
  parts.push("**Metrics:**", metrics.length > 0 ? metrics.join("\n") : "- nothing was started, nothing was measured");
  const change = comparison?.modules.find(({ name }) => name === module.name);
  if (change !== undefined && change.in_both) parts.push("**Against the baseline:**", ...moduleParts(change));
  parts.push("**Test Results:**", testLines(module).join("\n"));
  if (module.cycle_results.length > 1) parts.push("**Cycles:**", cycleTable(module));
  return [...parts, ...logParts(module)];
}

function reasonLines(module: ReportModule): string[] {
  const lines = [...new Set(module.reasons.map(reasonLine))];
  const kept = lines.slice(0, MOST_REASONS);
  if (kept.length < lines.length) kept.push(`- and ${lines.length - kept.length} more in REPORT.json`);
  const failures = module.cycle_results.flatMap((cycle) => cycle.start_failures);
  const outputs = failures.flatMap(({ output }) =>
    output === null ? [] : [`- Output of the engine: ${codeSpan(output)}`]
  );
  return [...kept, ...new Set(outputs)];
}

function reasonLine({ level, code, text }: ReportReason): string {
  return `- ${level.toUpperCase()} ${codeSpan(code)}: ${markdown(text)}`;
}

function containerLines(name: string, container: ReportContainer, leak: ReportLeak | undefined): string[] {
  const { stats, service, url, in_place } = container;
  if (stats.restart_count === null && container.health.probes === 0) {
    const why = container.no_url_why === null ? "" : `; ${markdown(container.no_url_why)}`;
    return [`- ${codeSpan(name)}: nothing was seen of it${why}`];
  }
  const traits = [`service ${markdown(service)}`, stats.status ?? "state at the end unknown"];
  if (in_place) traits.push("was running already, tested in place");
  if (url !== null) traits.push(codeSpan(url));
  return [
    `- ${codeSpan(name)} (${traits.join(", ")})`,
    `  - RAM: ${ramText(container)}`,
    ...(leak === undefined || stats.samples === 0 ? [] : [`  - RAM over time: ${leakText(leak)}`]),
    `  - CPU: ${cpuText(stats)}`,
    `  - Restarts: ${restartText(stats)}`,
    `  - OOMKilled: ${oomText(stats)}`,
    `  - Health p95 latency: ${healthText(container)}`,
  ];
}

function cpuText({ cpu_mean_pct, cpu_max_pct, ...stats }: ReportContainer["stats"]): string {
  const basis = basisText(stats.cpu_samples, stats.cpu_gap_max_ms, stats.cpu_source);
  if (cpu_mean_pct === null) return `unknown (${basis})`;
  return `mean ${withUnit(cpu_mean_pct, "%")}, max ${withUnit(cpu_max_pct, "%")} of one core (${basis})`;
}

/** What a figure rests on. */
function basisText(samples: number, gapMs: number | null, source: string | null): string {
  const basis = [count(samples, "sample")];
  if (gapMs !== null) basis.push(`longest gap ${duration(gapMs)}`);
  if (source !== null) basis.push(source);
  return basis.join(", ");
}

function ramText({ stats }: ReportContainer): string {
  if (stats.samples === 0) {
    const why = stats.samples_missing.map(markdown).join("; ");
    return `unknown (no samples${why === "" ? "" : `: ${why}`})`;
  }
  const limit = stats.mem_limit_mib === null ? ", no limit known" : ` of ${stats.mem_limit_mib} MiB`;
  const use = `peak ${withUnit(stats.mem_peak_mib, "MiB")}, settled ${withUnit(stats.mem_settled_mib, "MiB")}${limit}`;
  return `${use} (${basisText(stats.samples, stats.sample_gap_max_ms, stats.mem_source)})`;
}

function restartText({ restart_count, restart_signs, ...stats }: ReportContainer["stats"]): string {
  if (restart_count === null) return "unknown";
  const basis = [...restart_signs.map(markdown), witnessText(stats)];
  return `${restart_count} (${basis.join("; ")})`;
}

function witnessText({ looks, events }: Pick<ReportContainer["stats"], "looks" | "events">): string {
  return `${count(looks, "look")}, ${count(events, "event")}`;
}

function oomText({ oom_killed, oom_signs, oom_pid1, ...stats }: ReportContainer["stats"]): string {
  if (oom_killed === null) return "unknown";
  const counter = stats.oom_counter_samples === 0
    ? "no kernel counter"
    : `kernel counter in ${count(stats.oom_counter_samples, "sample")}`;
  if (!oom_killed) return `no (${witnessText(stats)}, ${counter})`;
  const victim = oom_pid1 === null ? "" : oom_pid1 ? "; PID 1" : "; a child, not PID 1";
  return `yes (${oom_signs.join(", ")}${victim})`;
}

function healthText({ health, no_url_why }: ReportContainer): string {
  const { probes, failed, p95_ms, probe_gap_max_ms, ready_after_ms, not_ready_why } = health;
  if (probes === 0) {
    const why = not_ready_why ?? no_url_why;
    return `unknown (no probes${why === null ? "" : `: ${markdown(why)}`})`;
  }
  const ready = ready_after_ms === null ? "" : `; ready after ${duration(ready_after_ms)}`;
  const gap = probe_gap_max_ms === null ? "" : `, longest gap ${duration(probe_gap_max_ms)}`;
  return `${withUnit(p95_ms, "ms")} (${count(probes, "probe")}${gap}, ${failed} failed${ready})`;
}

function testLines({ test_results, cycle_results }: ReportModule): string[] {
  const lines = Object.entries(test_results).map(([file, test]) => testLine(file, test));
  const unavailable = new Set(cycle_results.flatMap((cycle) => cycle.tests_unavailable ?? []));
  for (const why of unavailable) lines.push(`- pytest could not run: ${markdown(why)}`);
  return lines.length > 0 ? lines : ["- no test was run"];
}

function testLine(file: string, test: ReportTest): string {
  const result = `${codeSpan(file)}: ${countsText(test)} in ${duration(test.duration_ms)}`;
  const output = `Full output: ${codeSpan(test.output)}`;
  if (test.outcome === "passed") return `- ✓ PASS ${result}`;
  if (test.outcome === "none") return `- ○ NONE ${result}. ${output}`;
  const first = test.first_failure === null
    ? ""
    : `, first: ${markdown(cut(test.first_failure, LONGEST_FIRST_FAILURE))}`;
  return `- ✗ FAIL ${codeSpan(file)} (${endText(test)}): ${countsText(test)} in ${
    duration(test.duration_ms)
  }${first}. ${output}`;
}

function endText({ timed_out, limit_ms, signal, return_code }: ReportTest): string {
  if (timed_out) return `killed after its limit of ${duration(limit_ms)}`;
  return signal !== null ? `ended by ${markdown(signal)}` : `exit code ${return_code ?? "unknown"}`;
}

function countsText({ counts }: ReportTest): string {
  if (counts === null) return "no counts";
  const parts = Object.entries(counts).filter(([, many]) => many > 0).map(([kind, many]) => `${many} ${kind}`);
  return parts.length === 0 ? "no tests" : parts.join(", ");
}

function cycleTable({ cycle_results }: ReportModule): string {
  const head = ["Cycle", "Status", "Duration", "Health p95", "RAM peak", "RAM settled", "Restarts", "Tests", "Reasons"];
  const rows = cycle_results.map((cycle) => {
    const containers = Object.values(cycle.metrics);
    return [
      `${cycle.cycle}`,
      `${STATUS_SIGNS[cycle.status]} ${cycle.status}`,
      orDash(cycle.duration_ms === null ? null : duration(cycle.duration_ms)),
      orDash(highest(containers, (c) => c.health.p95_ms), "ms"),
      orDash(highest(containers, (c) => c.stats.mem_peak_mib), "MiB"),
      orDash(highest(containers, (c) => c.stats.mem_settled_mib), "MiB"),
      orDash(highest(containers, (c) => c.stats.restart_count)),
      testTally(cycle.test_results),
      orDash([...new Set(cycle.reasons.map((reason) => reason.code))].map(markdown).join(", ") || null),
    ];
  });
  return table(head, rows);
}

/** Files passed of files run, for a cell. */
export function testTally(results: Record<string, ReportTest>): string {
  const tests = Object.values(results);
  return orDash(tests.length === 0 ? null : `${tests.filter((test) => test.passed).length} of ${tests.length}`);
}

function logParts({ status, metrics }: ReportModule): string[] {
  return Object.entries(metrics).flatMap(([name, { log }]) => {
    if (log === null) return [];
    const saved = `**Log** of ${codeSpan(name)}: ${codeSpan(log.path)}`;
    const tail = log.tail.slice(-MOST_LOG_LINES);
    if (status !== "FAIL" || tail.length === 0) return [saved];
    return [`${saved}, last lines:`, fenced(tail)];
  });
}
