/** One module's section of REPORT.md: status, reasons, figures of each container, tests, cycles, last log lines. */

import { count, duration } from "../../text/units.ts";
import type { ReportComparison } from "../value/comparison.ts";
import { moduleParts } from "./comparison.ts";
import { CYCLE_COLUMNS, figureCells } from "../cycle_cells.ts";
import { codeSpan, cut, fenced, markdown, markdownStart } from "../escape.ts";
import { FLAKY_COLUMNS, flakyWords } from "../value/flaky_tests.ts";
import { leakText } from "../value/leaks.ts";
import type { ReportContainer, ReportLeak, ReportModule, ReportReason, ReportTest } from "../value/report.ts";
import { limitText, nameOf, orDash, pressureWords, STATUS_SIGNS, table, withUnit } from "../words.ts";
import { round } from "../../text/round.ts";

/** Further reasons are in REPORT.json, further log lines in the saved logs. */
const MOST_REASONS = 20;
const MOST_LOG_LINES = 30;
const MOST_FLAKY = 20;
const LONGEST_FIRST_FAILURE = 300;

/** The section's parts; the caller puts empty lines between them. */
export function moduleSection(module: ReportModule, comparison: ReportComparison | null): string[] {
  const parts = [headLines(module)];
  const untested = module.status === "SKIP" ? "Skipped" : "Not finished";
  if (module.skipped !== null) parts.push(`**${untested}:** ${markdown(module.skipped)}`);
  const reasons = reasonLines(module);
  if (reasons.length > 0) parts.push(block("Reasons", reasons));
  const metrics = Object.entries(module.metrics).flatMap(([name, container]) =>
    containerLines(name, container, module.leaks[container.service])
  );
  if (module.status === "SKIP" && metrics.length === 0) return parts;
  parts.push(block("Metrics", metrics.length > 0 ? metrics : ["- nothing was started, nothing was measured"]));
  if (module.role === undefined) parts.push(block("Test Results", testLines(module)));
  if (module.flaky_tests.length > 0) parts.push("**Flaky tests:**", flakyTable(module), ...flakyLines(module));
  const change = comparison?.modules.find(({ name }) => name === module.name);
  if (change !== undefined && change.in_both) parts.push("**Against the baseline:**", ...moduleParts(change));
  if (module.cycle_results.length > 1) parts.push("**Each cycle:**", cycleTable(module));
  return [...parts, ...logParts(module)];
}

/** Only tested modules have the manual's headings and statuses, so that its readers find no other modules. */
function headLines(module: ReportModule): string {
  const { role, status } = module;
  const name = `${STATUS_SIGNS[status]} ${markdown(nameOf(module))}`;
  return role === undefined ? `### ${name}\n**Status:** ${status}` : `#### ${name}: ${status}`;
}

/** A list right below its title, as in the manual. */
function block(title: string, lines: readonly string[]): string {
  return [`**${title}:**`, ...lines].join("\n");
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
  if (stats.restarts_in_window === null && container.health.probes === 0) {
    const why = container.no_url_why === null ? "" : `; ${markdown(container.no_url_why)}`;
    return [`- ${markdownStart(name)}: nothing was seen of it${why}`];
  }
  const traits = [`service ${markdown(service)}`, stats.status ?? "state at the end unknown"];
  if (container.role === "helper") traits.push("started for the others");
  if (in_place) traits.push("was running already, tested in place");
  if (url !== null) traits.push(pageName(container));
  return [
    `- ${markdownStart(name)}: ${traits.join(", ")}`,
    `  - RAM: ${ramText(container)}`,
    `  - CPU: ${cpuText(stats)}`,
    `  - Restarts: ${restartText(stats)}`,
    `  - OOMKilled: ${oomText(stats)}`,
    `  - Health p95 latency: ${healthText(container)}`,
    ...container.more_pages.map((page) => `  - ${checkLine(page, in_place)}`),
    `  - Pressure: ${pressureText(stats)}`,
    ...(leak === undefined || stats.samples === 0 ? [] : [`  - RAM over time: ${leakText(leak)}`]),
  ];
}

function cpuText({ cpu_mean_pct, cpu_max_pct, ...stats }: ReportContainer["stats"]): string {
  const basis = basisText(stats.cpu_samples, stats.cpu_gap_max_ms, stats.cpu_source);
  if (cpu_mean_pct === null) return `unknown (${basis})`;
  const probed = stats.cpu_probed_pct ?? 0;
  const share = probed === 0 ? "" : `, ${probed.toFixed(0)} % of the time during health probes at short intervals`;
  return `${cpu_mean_pct}% (mean, max ${withUnit(cpu_max_pct, "%")}, of one core; ${basis}${share})`;
}

function pressureText(stats: ReportContainer["stats"]): string {
  const { basis, value } = pressureWords(stats);
  return `${value} (${basis})`;
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
  const limit = stats.mem_limit_mib === null ? "no limit known" : `limit ${stats.mem_limit_mib} MiB`;
  const use = `peak ${withUnit(stats.mem_peak_mib, "MiB")}, settled ${
    withUnit(stats.mem_settled_mib, "MiB")
  }, ${limit}`;
  const basis = basisText(stats.samples, stats.sample_gap_max_ms, stats.mem_source);
  return `${megabytes(stats.mem_peak_mib)} (${use}; ${basis})`;
}

/** `100MB`, decimal, as the manual writes it; the rest of the report is in MiB, as memory limits are. */
function megabytes(mib: number | null): string {
  return mib === null ? "unknown" : `${round(mib * 2 ** 20 / 1e6)}MB`;
}

function restartText({ restarts_in_window, restart_signs, ...stats }: ReportContainer["stats"]): string {
  if (restarts_in_window === null) return "unknown";
  const { restart_count } = stats;
  const isOther = restart_count !== null && restart_count !== restarts_in_window;
  const window = isOther ? [`${restarts_in_window} while it was watched`] : [];
  return `${restart_count ?? restarts_in_window} (${
    [...window, ...restart_signs.map(markdown), witnessText(stats)].join("; ")
  })`;
}

function witnessText({ looks, events }: Pick<ReportContainer["stats"], "looks" | "events">): string {
  return `${count(looks, "look")}, ${count(events, "event")}`;
}

function oomText({ oom_killed, oom_signs, oom_pid1, ...stats }: ReportContainer["stats"]): string {
  if (oom_killed === null) return "unknown";
  const counter = stats.oom_counter_samples === 0
    ? "no kernel counter"
    : `kernel counter in ${count(stats.oom_counter_samples, "sample")}`;
  if (!oom_killed) return `false (${witnessText(stats)}, ${counter})`;
  const victim = oom_pid1 === null ? "" : oom_pid1 ? "; PID 1" : "; a child, not PID 1";
  return `true (${oom_signs.join(", ")}${victim})`;
}

function checkLine(page: ReportContainer["more_pages"][number], in_place: boolean): string {
  const { check, health, no_url_why, url } = page;
  if (url !== null || check === null) {
    return `Health p95 latency of ${pageName(page)}: ${healthText({ health, no_url_why, in_place })}`;
  }
  const name = `Health check ${markdown(check)}`;
  if (health.probes > 0) return `${name}: ${count(health.probes, "probe")}, ${health.failed} failed`;
  return health.ready_after_ms === null
    ? `${name}: unknown${health.not_ready_why === null ? "" : ` (${markdown(health.not_ready_why)})`}`
    : `${name}: passed after ${duration(health.ready_after_ms)}, then watched by events`;
}

/** A page's address, and the way of the requests if it is an unusual one. */
function pageName({ url, way }: Pick<ReportContainer, "url" | "way">): string {
  if (url === null) return "a page that was not requested";
  const how = way === null || way === "published" || way === "process" ? "" : ` by ${way}`;
  return `${codeSpan(url)}${how}`;
}

function healthText(
  { health, in_place, no_url_why }: Pick<ReportContainer, "health" | "in_place" | "no_url_why">,
): string {
  const { probes, failed, p95_ms, probe_gap_max_ms, ready_after_ms, not_ready_why } = health;
  if (probes === 0) {
    const why = not_ready_why ?? no_url_why;
    return `unknown (no probes${why === null ? "" : `: ${markdown(why)}`})`;
  }
  const ready = ready_after_ms === null || in_place ? "" : `; ready after ${duration(ready_after_ms)}`;
  const gap = probe_gap_max_ms === null ? "" : `, longest gap ${duration(probe_gap_max_ms)}`;
  return `${p95_ms === null ? "unknown" : `${p95_ms}ms`} (${count(probes, "probe")}${gap}, ${failed} failed${ready})`;
}

function testLines({ test_results, cycle_results }: ReportModule): string[] {
  const lines = Object.entries(test_results).map(([file, test]) => testLine(file, test));
  const unavailable = new Set(cycle_results.flatMap((cycle) => cycle.tests_unavailable ?? []));
  const which = lines.length > 0 ? "some tests" : "tests";
  for (const why of unavailable) lines.push(`- ${which} could not be run: ${markdown(why)}`);
  return lines.length > 0 ? lines : ["- no test was run"];
}

function testLine(file: string, test: ReportTest): string {
  const start = `- ${markdownStart(file)}:`;
  const result = `${countsText(test)} in ${duration(test.duration_ms)}`;
  const output = `Full output: ${codeSpan(test.output)}`;
  if (test.outcome === "passed") return `${start} ✓ PASS (${result})`;
  if (test.outcome === "none") return `${start} ○ NONE (${result}). ${output}`;
  const first = test.first_failure === null
    ? ""
    : `, first: ${markdown(cut(test.first_failure, LONGEST_FIRST_FAILURE))}`;
  return `${start} ✗ FAIL (${endText(test)}): ${result}${first}. ${output}`;
}

function endText(test: ReportTest): string {
  const { return_code, signal, timed_out } = test;
  if (timed_out) return limitText(test);
  return signal !== null ? `ended by ${markdown(signal)}` : `exit code ${return_code ?? "unknown"}`;
}

function countsText({ counts }: ReportTest): string {
  if (counts === null) return "no counts";
  const parts = Object.entries(counts).filter(([, many]) => many > 0)
    .map(([kind, many]) => `${many} ${many === 1 && kind === "errors" ? "error" : kind}`);
  return parts.length === 0 ? "no tests" : parts.join(", ");
}

function flakyTable({ flaky_tests }: ReportModule): string {
  const rows = flaky_tests.slice(0, MOST_FLAKY).map((flaky) => {
    const { cycles, name, notes, rate } = flakyWords(flaky);
    return [markdown(name), rate, cycles, orDash(markdown(notes) || null)];
  });
  return table(FLAKY_COLUMNS, rows);
}

/** Where to read what happened first, and what was around it. */
function flakyLines({ flaky_tests }: ReportModule): string[] {
  const lines = flaky_tests.slice(0, MOST_FLAKY).flatMap((flaky) => {
    const { first_failure } = flaky;
    if (first_failure === null) return [];
    const { message, output } = first_failure;
    const said = message === null ? "" : `. ${markdown(cut(message, LONGEST_FIRST_FAILURE))}`;
    const { first, name } = flakyWords(flaky);
    return [`- ${markdownStart(name)}: first failure in ${markdown(first)}. Full output: ${codeSpan(output)}${said}`];
  });
  const more = flaky_tests.length - MOST_FLAKY;
  if (more > 0) lines.push(`- and ${more} more in REPORT.json`);
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function cycleTable({ cycle_results }: ReportModule): string {
  const rows = cycle_results.map((cycle) => [
    `${cycle.cycle}`,
    `${STATUS_SIGNS[cycle.status]} ${cycle.status}`,
    ...figureCells(cycle),
    orDash([...new Set(cycle.reasons.map((reason) => reason.code))].map(markdown).join(", ") || null),
  ]);
  return table(CYCLE_COLUMNS, rows);
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
