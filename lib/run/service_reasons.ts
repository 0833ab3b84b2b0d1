/** The verdict rules about one service in one cycle: start to stop, by what was seen of it. Pure. */

import { serviceFigures } from "../figures/figures.ts";
import type { Restarts } from "../figures/incidents.ts";
import { count, duration, exitText, mib } from "../figures/units.ts";
import type { RunStarted } from "../model/evidence.ts";
import type { CycleEvidence, ServiceEvidence } from "../model/record.ts";
import { LAST_PROBES } from "../model/settings.ts";
import { samples, witnesses } from "./evidence_reasons.ts";
import type { Case, Finding, Rule } from "./rule.ts";
import { AGAIN, capitalized, isRunning, isWell, missing } from "./rule.ts";

/** Every rule looks at one kind of evidence; none knows of the others. */
const RULES: readonly Rule[] = [
  readiness,
  steadiness,
  latency,
  dockerHealth,
  memoryKills,
  restarts,
  witnesses,
  end,
  samples,
  memory,
  stop,
];

/** A service that was never started is its module's start_failed or dependency_failed; here it gives nothing. */
export function serviceFindings(
  run: RunStarted,
  module: string,
  cycle: CycleEvidence,
  seen: ServiceEvidence,
): Finding[] {
  const item: Case = { run, cycle, seen, figures: serviceFigures([seen]) };
  const looked = seen.firstLook !== null || seen.lastLook !== null || seen.missingAt.length > 0;
  const rules = looked ? RULES : [stop];
  const findings = rules.flatMap((rule) => rule(item));
  if (!looked && isExpected(run, module, cycle, seen)) {
    findings.push(missing(`nothing could be seen of "${seen.service}"`, AGAIN));
  }
  return findings.map((finding) => ({ ...finding, service: seen.service }));
}

/** Whether the service should have been seen: it is the module's own, and nothing says why it was not started. */
function isExpected(run: RunStarted, module: string, cycle: CycleEvidence, { service }: ServiceEvidence): boolean {
  const own = run.services[module]?.includes(service) === true;
  return own && cycle.startFailures.length === 0 && cycle.dependencyFailures.length === 0;
}

function readiness({ run, cycle, seen, figures }: Case): ReturnType<Rule> {
  const { service, noUrlWhy, notReady, ready, url } = seen;
  if (noUrlWhy !== null) return [{ code: "health_timeout", text: capitalized(noUrlWhy) }];
  if (url !== null && ready === null && notReady === null && isRunning(seen.lastLook)) {
    return [missing(`whether "${service}" becomes ready was not seen`, "Run it again")];
  }
  if (notReady === null) return [];
  // A container that ended before it was ready is `exited`: no timeout ran out.
  if (notReady.limit === "exited") {
    const allRun = cycle.services.every(({ lastLook }) => isRunning(lastLook));
    const again = figures.restarts.count > 0 || figures.restarts.replaced;
    return allRun && !again ? [missing(`whether "${service}" becomes ready was not waited for`, AGAIN)] : [];
  }
  const { attempts, last } = notReady;
  return [{
    code: "health_timeout",
    text: `"${service}" was not ready within ${run.timeoutSec} s: the last of ${count(attempts, "attempt")} at ` +
      `${url ?? "its health page"} gave: ${last}`,
  }];
}

function steadiness({ run, seen, figures: { probes, restarts } }: Case): ReturnType<Rule> {
  if (probes.failed === 0 || probes.okPct === null) return [];
  if (wasDown(seen, restarts)) return [];
  const errors = seen.probes.flatMap(({ error }) => error ?? []);
  const text = `${probes.failed} of ${count(probes.count, "probe")} of "${seen.service}" failed after it was ready ` +
    `(${probes.okPct.toFixed(1)} % answered), the last with: ${errors.at(-1)}`;
  const lost = probes.okPct < run.thresholds.health_ok_pct || endsWithFailures(seen);
  return [{ code: lost ? "health_lost" : "flapping", text }];
}

function endsWithFailures({ probes }: ServiceEvidence): boolean {
  const last = probes.slice(-LAST_PROBES);
  return last.length === LAST_PROBES && last.every(({ ok }) => !ok);
}

function latency({ run, seen, figures: { probes, restarts } }: Case): ReturnType<Rule> {
  const limit = run.thresholds.latency_p95_ms;
  const wanted = run.thresholds.min_probes;
  const answered = probes.count - probes.failed;
  // The p95 of a handful is its slowest one: it counts where most of them are slow. And a connection that meets a restart
  // is made a second later, by TCP's second try: there it counts where most of many are.
  const areEnough = answered >= wanted;
  const areMostSlow = (probes.medianMs ?? 0) > limit;
  const isTelling = wasDown(seen, restarts) ? areEnough && areMostSlow : areEnough || areMostSlow;
  if (probes.p95Ms !== null && probes.p95Ms > limit && isTelling) {
    return [{
      code: "high_latency",
      text: `Health p95 of "${seen.service}" was ${duration(probes.p95Ms)} over ${count(answered, "probe")}, ` +
        `limit ${limit} ms`,
    }];
  }
  // Fewer probes than a p95 needs are no proof of a good one.
  if (seen.ready === null || probes.count >= wanted || probes.failed > 0 || !isRunning(seen.lastLook)) return [];
  const what = `only ${probes.count} of the ${wanted} health probes that a p95 needs were made of "${seen.service}"`;
  return [missing(what, "Give them more time with --soak-sec, or set a lower `min_probes` in the config file")];
}

function dockerHealth({ seen }: Case): ReturnType<Rule> {
  // Docker itself says "unhealthy" of a container that has stopped, after its `die`: that is no finding of the check.
  const events = seen.events.slice(seen.eventsBeforeReady);
  const turned = events.some(({ action }, index) =>
    action === "health_status: unhealthy" &&
    events.slice(0, index).findLast((before) => before.action === "die" || before.action === "start")?.action !== "die"
  );
  const isNow = isRunning(seen.lastLook) && seen.lastLook?.health === "unhealthy";
  if (!turned && !isNow) return [];
  const said = seen.lastLook?.healthOutput?.trim().split("\n").at(-1) ?? "";
  const text = `Docker's health check of "${seen.service}" turned unhealthy${isNow ? "" : " for a time"}`;
  return [{ code: "unhealthy", text: said === "" ? text : `${text}; its last output: ${said.slice(0, 200)}` }];
}

function memoryKills({ run, seen, figures: { oom, memory } }: Case): ReturnType<Rule> {
  if (!oom.killed) return [];
  const watched = isWatched(run);
  const main = watched ? "the main process" : "PID 1";
  const victim = oom.pid1 === true ? main : oom.pid1 === false ? "a child process" : "a process";
  const limit = memory.limitBytes === null ? "no limit of its own" : `limit ${mib(memory.limitBytes)}`;
  return [{
    code: "oom_killed",
    text: `${
      watched ? "The process engine" : "The kernel"
    } killed ${victim} of "${seen.service}" for memory (${limit}); seen by: ${oom.by.join(", ")}`,
  }];
}

function restarts({ seen, figures: { restarts: { count: times, replaced, how } } }: Case): ReturnType<Rule> {
  if (times === 0 && !replaced) return [];
  const what = times === 0 ? "was replaced" : `restarted ${count(times, "time")}`;
  return [{ code: "restarted", text: `"${seen.service}" ${what} while it was watched: ${how.join(", ")}` }];
}

function end({ run, cycle, seen, figures }: Case): ReturnType<Rule> {
  const { service, lastLook } = seen;
  if (hasNeverStarted(cycle, seen)) return [];
  if (seen.missingAt.includes("last")) {
    return [{ code: "exited", text: `"${service}" was gone at the end of the window` }];
  }
  if (lastLook === null) return [missing(`the state of "${service}" at the end could not be had`, AGAIN)];
  if (isWell(run, seen)) return [];
  // Between two starts of a crash loop it is "restarting": that is `restarted`, whatever the moment of the look.
  if (lastLook.status === "restarting" && figures.restarts.count > 0) return [];
  const code = lastLook.exitCode === null ? "" : `, ${exitText(lastLook.exitCode)}`;
  const before = seen.ready === null ? " before it was ready" : "";
  const error = lastLook.error === null ? "" : `: ${lastLook.error}`;
  return [{
    code: "exited",
    text: `"${service}" was not running at the end: ${lastLook.status}${before}${code}${error}`,
  }];
}

/** What the engine could not start is `start_failed`: it cannot have ended. */
function hasNeverStarted({ startFailures }: CycleEvidence, { service, firstLook, lastLook }: ServiceEvidence): boolean {
  if (!startFailures.some((failure) => failure.service === null || failure.service === service)) return false;
  return firstLook === null && (lastLook === null || lastLook.status === "created");
}

function memory({ run, seen, figures: { memory: figures, oom } }: Case): ReturnType<Rule> {
  // What was killed at its limit was near it: one incident, whether or not a sample caught the moment.
  if (oom.killed) return [];
  const { peakBytes, limitBytes } = figures;
  const pct = run.thresholds.mem_limit_pct;
  if (peakBytes === null || limitBytes === null || peakBytes <= limitBytes * pct / 100) return [];
  return [{
    code: "near_mem_limit",
    text:
      `Peak memory of "${seen.service}" was ${mib(peakBytes)}, ${(peakBytes / limitBytes * 100).toFixed(0)} % of its ` +
      `limit of ${mib(limitBytes)} (${count(figures.samples, "sample")})`,
  }];
}

function stop({ run, seen: { service, stop: outcome, stopUnseen } }: Case): ReturnType<Rule> {
  if (stopUnseen) return [missing(`whether "${service}" stops when it is asked to was not seen`, "Run it again")];
  if (outcome === null) return [];
  if (outcome.error !== null || !outcome.verified) {
    const why = outcome.error ?? "it was still there afterwards";
    return [{ code: "stop_failed", text: `"${service}" could not be stopped and removed: ${why}` }];
  }
  if (!outcome.killed) return [];
  const signal = isWatched(run) ? "its stop signal" : "SIGTERM";
  return [{
    code: "slow_stop",
    text: `"${service}" did not stop on ${signal} and was killed after its grace period of ${outcome.graceSec} s`,
  }];
}

/** What fails while the container is down is the same incident as its end or its restart, and that is said. */
function wasDown(seen: ServiceEvidence, { count, replaced }: Restarts): boolean {
  return count > 0 || replaced || hasEnded(seen);
}

/** Seen not to run at the end, or not to be there. */
function hasEnded({ lastLook, missingAt }: ServiceEvidence): boolean {
  return missingAt.includes("last") || (lastLook !== null && !isRunning(lastLook));
}

/** Processes of this host have no limit that the kernel knows, and each its own stop signal: who runs them sees to both. */
function isWatched({ engine }: RunStarted): boolean {
  return engine.name === "process";
}
