/** A container's figures and charts. */

import { count, duration, exitText } from "../../text/units.ts";
import type { ReportContainer } from "../value/report.ts";
import { earlierRestarts, pressureWords, withUnit } from "../words.ts";
import { type ChartsOf, chartsOf } from "./charts.ts";
import { type Markup, markup, when } from "./escape.ts";
import { type ChartSink, figure } from "./figure.ts";

export function containerPart(of: ChartsOf, sink: ChartSink): Markup {
  const { container, name } = of;
  const { in_place, no_url_why, service, stats, url, way } = container;
  const head = markup`
<h4><span class="kind">Container</span> ${name}</h4>`;
  if (stats.restarts_in_window === null && container.health.probes === 0) {
    return markup`${head}<p class="quiet">Nothing was seen of service ${service}${
      no_url_why === null ? "" : `: ${no_url_why}`
    }.</p>`;
  }
  const group = `g${sink.charts.length}`;
  return markup`${head}<p class="quiet">Service ${service}${
    container.role === "helper" ? ", started for the others" : ""
  }${in_place ? ", was running already, tested in place" : ""}${
    when(url !== null, () => markup`, probed at <code>${url ?? ""}</code> by ${way ?? "an unknown way"}`)
  }</p><dl class="figures">${
    facts(container).map(([key, value, basis]) =>
      markup`<div><dt>${key}</dt><dd>${value}${when(basis !== "", () => markup`<small>${basis}</small>`)}</dd></div>`
    )
  }</dl>
<div class="charts">${chartsOf(of).map((part) => figure(part, group, sink))}</div>`;
}

type Fact = readonly [key: string, value: string, basis: string];

function facts({ health, more_pages, stats, stop }: ReportContainer): Fact[] {
  const pressure = pressureWords(stats);
  return [
    ["State at the end", stats.status ?? "unknown", stats.exit_code === null ? "" : exitText(stats.exit_code)],
    ["Ready after", health.ready_after_ms === null ? "–" : duration(health.ready_after_ms), health.not_ready_why ?? ""],
    ["Probes", `${health.probes}`, `${health.failed} failed${gap(health.probe_gap_max_ms)}`],
    ...more_pages.map(({ check, health: more, no_url_why, url, way }): [string, string, string] => [
      url === null && check !== null ? "Further check" : "Further page",
      url ?? check ?? no_url_why ?? "none",
      `p95 ${withUnit(more.p95_ms, "ms")}, ${more.failed} of ${more.probes} failed${way === null ? "" : `, by ${way}`}`,
    ]),
    ["Restarts", stats.restarts_in_window === null ? "unknown" : `${stats.restarts_in_window}`, restartBasis(stats)],
    ["Killed for memory", stats.oom_killed === null ? "unknown" : stats.oom_killed ? "yes" : "no", oomBasis(stats)],
    ["RAM settled", withUnit(stats.mem_settled_mib, "MiB"), sampleBasis(stats)],
    ["Pressure", pressure.value, pressure.basis],
    ["Stop", stop === null ? "–" : duration(stop.duration_ms), stopBasis(stop)],
  ];
}

function gap(ms: number | null): string {
  return ms === null ? "" : `, longest gap ${duration(ms)}`;
}

/** Looks and events; the reasons say which of them showed a restart. */
function restartBasis({ events, looks, ...stats }: ReportContainer["stats"]): string {
  return [`${count(looks, "look")}, ${count(events, "event")}`, ...earlierRestarts(stats)].join("; ");
}

function oomBasis({ oom_counter_samples, oom_killed, oom_pid1, oom_signs }: ReportContainer["stats"]): string {
  if (oom_killed !== true) {
    return oom_counter_samples === 0
      ? "no kernel counter"
      : `kernel counter in ${count(oom_counter_samples, "sample")}`;
  }
  const victim = oom_pid1 === null ? [] : [oom_pid1 ? "PID 1" : "a child, not PID 1"];
  return [...oom_signs, ...victim].join(", ");
}

function sampleBasis({ mem_source, sample_gap_max_ms, samples }: ReportContainer["stats"]): string {
  return `${count(samples, "sample")}${gap(sample_gap_max_ms)}${mem_source === null ? "" : `, ${mem_source}`}`;
}

function stopBasis(stop: ReportContainer["stop"]): string {
  if (stop === null) return "not stopped, or not seen";
  if (stop.error !== null) return stop.error;
  const code = (stop.exit_code ?? 0) === 0 ? "" : `, ${exitText(stop.exit_code ?? 0)}`;
  const how = stop.killed ? `killed after its ${stop.grace_sec} s` : `by itself${code}`;
  return stop.verified ? `${how}, confirmed gone` : `${how}, not confirmed gone`;
}
