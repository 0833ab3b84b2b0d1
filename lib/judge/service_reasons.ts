/** The verdict rules about one service in one cycle: from start to stop. Pure. */

import { type ProbeFigures, probeFigures, serviceFigures } from "../figures/figures.ts";
import type { Restarts } from "../figures/incidents.ts";
import { median } from "../figures/stats.ts";
import { isUnclean, stopSignalOf } from "../figures/stops.ts";
import { count, duration, exitText, mib, signalName } from "../text/units.ts";
import { extendedText } from "../text/extended.ts";
import { hasCompleted, type RunStarted, type StopOutcome } from "../model/evidence.ts";
import { type CycleEvidence, type PageEvidence, pagesOf, type ServiceEvidence } from "../model/record.ts";
import { numbersOf } from "../model/rows.ts";
import { LAST_PROBES } from "../model/settings.ts";
import { watchedServices } from "../record/fold.ts";
import { hasOpenEnd, openEnds } from "./open_end_reasons.ts";
import { isNotUp, killUnseen, outdated, samples, witnesses } from "./evidence_reasons.ts";
import { ownCheck } from "./own_check.ts";
import type { Case, Finding, Rule } from "./rule.ts";
import { AGAIN, capitalized, isRunning, isTested, isWell, lastExitCode, missing } from "./rule.ts";

/** Every rule looks at one kind of evidence; none knows of the others. */
const RULES: readonly Rule[] = [
  pages,
  ownCheck,
  memoryKills,
  killUnseen,
  restarts,
  witnesses,
  outdated,
  end,
  openEnds,
  samples,
  memory,
  stop,
];

/** A service that was never started is its module's start_failed or dependency_failed; here it gives no finding. */
export function serviceFindings(
  run: RunStarted,
  module: string,
  cycle: CycleEvidence,
  seen: ServiceEvidence,
): Finding[] {
  const item: Case = { run, tested: isTested(run, module), cycle, seen, figures: serviceFigures([seen]) };
  const looked = seen.firstLook !== null || seen.lastLook !== null || seen.missingAt.length > 0;
  const rules = looked ? RULES : [stop];
  const findings = rules.flatMap((rule) => rule(item));
  if (!looked && isExpected(run, module, cycle, seen)) {
    findings.push(missing(`nothing could be seen of "${seen.service}"`, AGAIN));
  }
  return findings.map((finding) => ({ ...finding, service: seen.service }));
}

/** Whether the service should have been seen: it is the module's own or watched with it, and nothing says why it was not started. */
function isExpected(run: RunStarted, module: string, cycle: CycleEvidence, { service }: ServiceEvidence): boolean {
  return watchedServices(run, module).includes(service) && cycle.startFailures.length === 0 &&
    cycle.dependencyFailures.length === 0;
}

/** Each page on its own: one that fails must not hide behind one that answers. */
function pages(item: Case): ReturnType<Rule> {
  const all = pagesOf(item.seen);
  return [readiness, steadiness, speed].flatMap((rule) =>
    all.flatMap((page, nth) => {
      const which = all.length === 1 ? "" : ` (check ${page.what ?? nth + 1})`;
      return rule(item, { ...page, name: `"${item.seen.service}"${which}`, figures: probeFigures([page]) });
    })
  );
}

/** A page, with its name in sentences. */
interface PageCase extends PageEvidence {
  name: string;
  figures: ProbeFigures;
}

type PageRule = (item: Case, page: PageCase) => ReturnType<Rule>;

/** The map's port is a guess if nothing about the container confirms it. */
const GUESSED =
  ". Nothing but the module map names this port: if the page is elsewhere, declare it under `health` in a config file";

function readiness({ run, cycle, seen, figures }: Case, page: PageCase): ReturnType<PageRule> {
  const { name, noUrlWhy, notReady, ready, source, what } = page;
  if (noUrlWhy !== null) return [{ code: "health_timeout", text: capitalized(noUrlWhy) }];
  if (what !== null && ready === null && notReady === null && isRunning(seen.lastLook)) {
    return [missing(`it was not seen whether ${name} becomes ready`, "Run it again")];
  }
  if (notReady === null) return [];
  // A container that ended before it was ready is `exited`: no timeout ran out.
  if (notReady.limit === "exited") {
    const allRun = cycle.services.every(({ lastLook }) => isRunning(lastLook));
    const again = figures.restarts.count > 0 || figures.restarts.replaced;
    return allRun && !again ? [missing(`the run did not wait for ${name} to become ready`, AGAIN)] : [];
  }
  const { attempts, last, startPeriodMs = 0, starvedMs } = notReady;
  const limitMs = run.timeoutSec * 1000 + startPeriodMs;
  const period = startPeriodMs === 0
    ? ""
    : ` and the ${startPeriodMs / 1000} s that its ${run.engine.words.healthCheck} allows for starting (start_period)`;
  return [{
    code: "health_timeout",
    text: `"${seen.service}" was not ready within ${run.timeoutSec} s${period}${
      extendedText(limitMs, starvedMs)
    }: the last of ${count(attempts, "attempt")} at ${what ?? "its check"} gave: ${last}${
      source === "module map" ? GUESSED : ""
    }`,
  }];
}

function steadiness({ run, seen, figures: { restarts } }: Case, page: PageCase): ReturnType<PageRule> {
  const { figures: probes, name } = page;
  if (probes.failed === 0 || probes.okPct === null) return [];
  if (wasDown(seen, restarts)) return [];
  const last = numbersOf(page.probes, "ok").lastIndexOf(0);
  const text = `${probes.failed} of ${count(probes.count, "probe")} of ${name} failed after it was ready ` +
    `(${probes.okPct.toFixed(1)} % answered), the last with: ${page.probes.at(last)?.error}`;
  const lost = probes.okPct < run.thresholds.health_ok_pct || endsWithFailures(page);
  return [{ code: lost ? "health_lost" : "flapping", text }];
}

function endsWithFailures({ probes }: PageEvidence): boolean {
  const last = probes.slice(-LAST_PROBES);
  return last.length === LAST_PROBES && last.every(({ ok }) => !ok);
}

/** What is slow enough to be called so needs no more probes. */
function speed(item: Case, page: PageCase): ReturnType<PageRule> {
  const slow = latency(item, page);
  return slow.length > 0 ? slow : probeCount(item, page);
}

function latency({ run, seen, figures: { restarts } }: Case, page: PageCase): ReturnType<PageRule> {
  const { figures: probes, name } = page;
  const limit = run.thresholds.latency_p95_ms;
  const wanted = run.thresholds.min_probes;
  const answered = probes.count - probes.failed;
  // The p95 of a few probes is the slowest one: it counts if most of them are slow. And a connection that meets a
  // restart is made a second later, by TCP's second try: then it counts if there are enough probes and most of them are
  // slow.
  const areEnough = answered >= wanted;
  const areMostSlow = (probes.medianMs ?? 0) > limit;
  const isTelling = wasDown(seen, restarts) ? areEnough && areMostSlow : areEnough || areMostSlow;
  if (probes.p95Ms !== null && probes.p95Ms > limit && isTelling) {
    // Waiting for a core looks like a service that waits for something else: the text mentions it, and nothing is taken
    // off for it.
    const ok = numbersOf(page.probes, "ok");
    const starved = numbersOf(page.probes, "starvedMs").filter((_, at) => ok[at] === 1);
    const starvedMs = median(starved.map((ms) => Number.isNaN(ms) ? 0 : ms)) as number;
    const busy = starvedMs < limit / 20
      ? ""
      : ` (the host was busy: in the median, answers may have waited for a core for ${duration(starvedMs)})`;
    return [{
      code: "high_latency",
      text: `Health p95 of ${name} was ${duration(probes.p95Ms)} over ${count(answered, "probe")}${busy}, ` +
        `limit ${limit} ms${areEnough ? "" : `: so slow that the run did not wait for the ${wanted} probes of a p95`}`,
    }];
  }
  return [];
}

/** Fewer probes than a p95 needs do not prove a good one; the run waits for them only in a module that is tested. */
function probeCount({ run, tested, cycle, seen }: Case, page: PageCase): ReturnType<PageRule> {
  const { figures: probes, name, ready, watched } = page;
  if (!tested || ready === null || watched === "events" || probes.failed > 0 || !isRunning(seen.lastLook)) return [];
  // Nothing was probed if a check of the module did not pass: that is said, and is no figure that is missing.
  if (cycle.services.some((each) => pagesOf(each).some(isNotUp))) return [];
  const isTimed = watched === "latency";
  const wanted = isTimed ? run.thresholds.min_probes : LAST_PROBES;
  if (probes.count >= wanted) return [];
  const need = isTimed ? "health probes that a p95 needs" : "health probes that show that it stays ready";
  const lower = isTimed ? ", or set a lower `min_probes` in the config file" : "";
  return [
    missing(
      `only ${probes.count} of the ${wanted} ${need} were made of ${name}`,
      `Give them more time with --soak-sec${lower}`,
    ),
  ];
}

function memoryKills({ run, seen, figures: { oom, memory } }: Case): ReturnType<Rule> {
  if (!oom.killed) return [];
  const { mainProcess, memoryKiller } = run.engine.words;
  const victim = oom.pid1 === true ? mainProcess : oom.pid1 === false ? "a child process" : "a process";
  const limit = memory.limitBytes === null ? "no limit of its own" : `limit ${mib(memory.limitBytes)}`;
  return [{
    code: "oom_killed",
    text: `${memoryKiller} killed ${victim} of "${seen.service}" for memory (${limit}); seen by: ${oom.by.join(", ")}`,
  }];
}

function restarts({ seen, figures: { restarts: { count: times, replaced, how } } }: Case): ReturnType<Rule> {
  if (times === 0 && !replaced) return [];
  const what = times === 0 ? "was replaced" : `restarted ${count(times, "time")}`;
  const code = lastExitCode(seen);
  const ended = code === null ? "" : `; it ended with ${exitText(code)}`;
  const text = `"${seen.service}" ${what} while it was watched: ${how.join(", ")}${ended}`;
  // If the service came back and was well, the log's last line is of a later life, and mostly caused by our own stop.
  const cameBack = isRunning(seen.lastLook) && seen.ready !== null;
  return [{ code: "restarted", text: cameBack ? text : text + lastWords(seen) }];
}

/** The last line of a log that was kept, which often says why; empty if no log is kept yet. */
function lastWords({ log }: ServiceEvidence): string {
  const line = log?.tail.at(-1)?.trim() ?? "";
  return line === "" ? "" : `; the last line of its log: ${line.slice(0, 200)}`;
}

function end({ cycle, seen, figures }: Case): ReturnType<Rule> {
  const { service, lastLook } = seen;
  if (hasNeverStarted(cycle, seen)) return [];
  if (seen.missingAt.includes("last")) {
    return [{ code: "exited", text: `"${service}" was gone at the end of the window` }];
  }
  if (lastLook === null) return [missing(`the state of "${service}" at the end is unknown`, AGAIN)];
  if (isWell(seen)) return [];
  // Between two starts of a crash loop it is "restarting": that is `restarted`, whatever the moment of the look.
  if (lastLook.status === "restarting" && figures.restarts.count > 0) return [];
  const code = lastLook.exitCode === null ? "" : `, ${exitText(lastLook.exitCode)}`;
  const before = seen.ready === null && hasCheck(seen) ? " before it was ready" : "";
  const error = lastLook.error === null ? "" : `: ${lastLook.error}`;
  return [{
    code: "exited",
    text: `"${service}" was not running at the end: ${lastLook.status}${before}${code}${jobHint(seen)}${error}${
      lastWords(seen)
    }`,
  }];
}

/** Without one, a service is ready as soon as it runs. One that ended before it could be asked has no kind. */
function hasCheck({ kind, notReady }: ServiceEvidence): boolean {
  return kind !== null || notReady !== null;
}

/** Without a check, nothing says whether a service that ended with 0 was to go on. */
function jobHint(seen: ServiceEvidence): string {
  const { lastLook } = seen;
  if (hasCheck(seen) || lastLook === null || !hasCompleted(lastLook)) return "";
  return " (if it is a job that ends by design, declare that: a check of kind completed)";
}

/** A service that the engine could not start is `start_failed`: it cannot have ended. */
function hasNeverStarted(
  { startFailures }: CycleEvidence,
  { service, events, firstLook, lastLook }: ServiceEvidence,
): boolean {
  const isNamed = startFailures.some((failure) => failure.service === null || failure.service === service);
  // If another service is named, an event shows whether this one was ever there.
  if (!isNamed && (startFailures.length === 0 || events.length > 0)) return false;
  return firstLook === null && (lastLook === null || lastLook.status === "created");
}

function memory({ run, seen, figures: { memory: figures, oom } }: Case): ReturnType<Rule> {
  // A service that was killed at its limit was near it: one incident, whether or not a sample caught the moment.
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

function stop({ run, seen, figures }: Case): ReturnType<Rule> {
  const { service, stop: outcome, stopUnseen } = seen;
  if (stopUnseen) return [missing(`it was not seen whether "${service}" stops when it is asked to`, "Run it again")];
  if (outcome === null) return [];
  if (outcome.error !== null || !outcome.verified) {
    const why = outcome.error ?? "it was still there afterwards";
    return [{ code: "stop_failed", text: `"${service}" could not be stopped and removed: ${why}` }];
  }
  // If the service had ended before, its exit code belongs to `exited` or `restarted`, not to its stop. If it was in a
  // crash loop, a crash at the moment of the stop is not another one.
  if (outcome.endedBefore === true) return [];
  const isTold = run.rules.restarted !== "off" && figures.restarts.count > 0;
  const isCrashAgain = isTold && lastExitCode(seen) === outcome.exitCode;
  if (isUnclean(outcome) && isRunning(seen.lastLook) && !isCrashAgain) return [unclean(seen, outcome)];
  // A service that never became ready, and could not hear its stop signal yet, has not ignored it. Another rule reports
  // that it was not ready.
  if (!outcome.killed || outcome.unheard) return [];
  const { starvedMs = 0 } = outcome;
  const starved = starvedMs < outcome.graceSec * 50
    ? ""
    : `, of which it may have waited for a core for ${duration(starvedMs)}, since the host was busy`;
  const signal = run.engine.words.stopSignal ?? signalName(stopSignalOf(outcome));
  return [{
    code: "slow_stop",
    text:
      `"${service}" did not stop on ${signal} and was killed after its grace period of ${outcome.graceSec} s${starved}`,
  }];
}

/** Of a stop that `isUnclean`, which has an exit code. */
function unclean(seen: ServiceEvidence, outcome: StopOutcome): ReturnType<Rule>[number] {
  const code = exitText(outcome.exitCode as number);
  const signal = signalName(stopSignalOf(outcome));
  return {
    code: "unclean_stop",
    text: `"${seen.service}" ended with ${code} when it was asked to stop by ${signal}; a clean stop gives 0 or the ` +
      `code of that signal${lastWords(seen)}`,
  };
}

/** A failure while the container is down is the same incident as its end or its restart, which is reported. */
function wasDown(seen: ServiceEvidence, { count, replaced }: Restarts): boolean {
  return count > 0 || replaced || hasEnded(seen);
}

/** Whether it was seen not to run at the end, or not to be there. */
function hasEnded(seen: ServiceEvidence): boolean {
  const { lastLook, missingAt } = seen;
  return missingAt.includes("last") || (lastLook !== null && !isRunning(lastLook)) || hasOpenEnd(seen);
}
