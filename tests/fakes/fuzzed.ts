/**
 * Judged runs made of chance: any number of modules, cycles and reasons, figures seen or not, and texts as hostile as a
 * service, a test or a foreign journal may make them. The same seed gives the same run.
 */

import type { TestRun } from "../../lib/model/evidence.ts";
import { PHASES } from "../../lib/model/evidence.ts";
import type { CycleEvidence, CycleVerdict, JudgedRun, Reason, ServiceEvidence } from "../../lib/model/record.ts";
import type { Status } from "../../lib/model/outcome.ts";
import { type ReasonCode, RULES } from "../../lib/model/settings.ts";
import {
  answers,
  cycleOf,
  ENGINE_INFO,
  event,
  look,
  MIB,
  moduleOf,
  noAnswer,
  runOf,
  runStarted,
  sample,
  seen,
  stopped,
  testRun,
  unseen,
} from "./evidence.ts";
import { random } from "./random.ts";
import { judged, verdict } from "./records.ts";

/** What breaks out of formats that do not escape it. */
export const HOSTILE = [
  "</script><script>alert(1)</script>",
  "<!-- <script>",
  "-->",
  "]]>",
  "<img src=x onerror=alert(1)>",
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  "</textarea></title></style></pre></details></table><h1>",
  "<svg><math><annotation-xml><![CDATA[",
  "javascript:alert(1)",
  "../../etc/passwd",
  "&lt;&#60;&amp;&nbsp;&",
  "\0\x01\x1b[31m\x07\x7f\x85\x9b31m",
  "\u202egnp.exe\u2066\u2069\u200f",
  "\u2028\u2029\ufeff\ufffe\uffff",
  "\ud800",
  "a\udc00b",
  "😀👩‍👩‍👧e\u0301\u0335",
  "::error::x",
  "##[set-env name=PATH]",
  "| a | b |\n|---|---|",
  "```\n# heading",
  "\r\n\r\n",
  "\t\v\f ",
  "$(touch /tmp/x) `id` ; rm -rf '",
  "__proto__",
  "constructor",
  "",
] as const;

const STATUSES: readonly Status[] = ["PASS", "WARN", "FAIL", "SKIP"];
const CODES = Object.keys(RULES) as ReasonCode[];

export function fuzzedRun(seed: number): JudgedRun {
  const next = random(seed);
  const dice = new Dice(next);
  const names = Array.from({ length: dice.upTo(4) }, (_, index) => `${dice.text()}${index}`);
  const cycles = 1 + dice.upTo(2);
  const modules = names.map((name) =>
    moduleOf(name, Array.from({ length: dice.upTo(cycles) }, (_, index) => fuzzedCycle(dice, index + 1)))
  );
  const run = runOf(modules, {
    notices: dice.list(2, () => dice.text()),
    interrupted: dice.maybe(() => dice.text(), 0.1),
    leftBehind: dice.list(1, () => dice.text()),
    finished: dice.chance(0.8),
    startedAt: dice.maybe(() => "2025-12-22T21:50:59.435007Z", 0.9),
    failure: dice.maybe(
      () => ({ exit: "environment" as const, what: dice.text(), next: dice.text(), detail: dice.text() }),
      0.1,
    ),
  });
  run.run = dice.maybe(() =>
    runStarted({
      cycles,
      selected: names,
      services: Object.fromEntries(names.map((name) => [name, [dice.text()]])),
      project: { name: dice.text(), dir: dice.text(), composeFiles: dice.list(2, () => dice.text()) },
      ...(dice.chance(0.5) ? { dependsOn: Object.fromEntries(names.map((name) => [name, []])), jobs: 2 } : {}),
      engine: {
        name: dice.of(["compose", "process"]),
        versions: { [dice.text()]: dice.text() },
        cgroup: null,
        words: ENGINE_INFO.words,
      },
    }), 0.9);
  const verdicts = modules.map(({ cycles, name }) => {
    const each = cycles.map(({ cycle }): CycleVerdict => {
      return { cycle, status: dice.of(STATUSES), reasons: dice.list(3, () => fuzzedReason(dice)) };
    });
    const skipped = dice.maybe(() => dice.text(), 0.2);
    return { ...verdict(name, dice.of(STATUSES), each, dice.list(2, () => fuzzedReason(dice))), skipped };
  });
  return judged(run, verdicts);
}

function fuzzedReason(dice: Dice): Reason {
  const service = dice.maybe(() => dice.text(), 0.7);
  return { code: dice.of(CODES), level: dice.of(["warn", "fail"]), text: dice.text(), service };
}

function fuzzedCycle(dice: Dice, cycle: number): CycleEvidence {
  return cycleOf(cycle, dice.list(2, () => fuzzedService(dice)), {
    startFailures: dice.list(1, () => ({
      service: dice.maybe(() => dice.text()),
      why: dice.text(),
      next: dice.text(),
      output: dice.maybe(() => dice.text()),
    })),
    dependencyFailures: dice.list(1, () => ({ dependency: dice.text(), why: dice.text() })),
    testsUnavailable: dice.maybe(() => dice.text(), 0.2),
    tests: dice.list(2, () => fuzzedTest(dice)),
    eventGaps: dice.list(1, () => dice.text()),
    phases: dice.list(4, () => ({ phase: dice.of(PHASES), startMs: dice.amount(), durationMs: dice.amount() })),
    ...(dice.chance(0.3) ? { closedMs: null } : {}),
  });
}

function fuzzedService(dice: Dice): ServiceEvidence {
  const name = dice.text();
  if (dice.chance(0.2)) return unseen(name, { noUrlWhy: dice.maybe(() => dice.text()) });
  const times = dice.list(4, () => 1000 + dice.amount()).sort((a, b) => a - b);
  return seen(name, {
    inPlace: dice.chance(0.3),
    url: dice.maybe(() => dice.text()),
    probes: dice.chance(0.3)
      ? [noAnswer(dice.text()), ...answers(dice.amount())]
      : answers(...dice.list(4, () => dice.amount())),
    lastLook: dice.maybe(() =>
      look(name, {
        name: dice.text(),
        oomKilled: dice.chance(0.3),
        restartCount: dice.upTo(2),
        memLimitBytes: dice.maybe(() => dice.amount() * MIB),
      })
    ),
    events: dice.list(3, () => event(name, dice.of(["create", "start", "oom", "die"]), { time: dice.text() })),
    samples: times.map((ms) => sample(name, ms, { memBytes: dice.amount() * MIB, cpuUsec: dice.maybe(() => ms * 50) })),
    samplesMissing: dice.list(1, () => dice.text()),
    stop: dice.maybe(() => stopped(name, { killed: dice.chance(0.5), error: dice.maybe(() => dice.text()) })),
    log: dice.maybe(() => ({ path: dice.text(), tail: dice.list(3, () => dice.text()) })),
  });
}

function fuzzedTest(dice: Dice): TestRun {
  return testRun(dice.text(), {
    returnCode: dice.maybe(() => dice.upTo(6)),
    signal: dice.maybe(() => dice.text(), 0.3),
    timedOut: dice.chance(0.2),
    counts: dice.maybe(() => ({ passed: dice.upTo(9), failed: dice.upTo(2), errors: 0, skipped: dice.upTo(2) })),
    firstFailure: dice.maybe(() => dice.text()),
    output: dice.text(),
  });
}

class Dice {
  readonly #next: () => number;

  constructor(next: () => number) {
    this.#next = next;
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  upTo(most: number): number {
    return Math.floor(this.#next() * (most + 1));
  }

  of<T>(values: readonly T[]): T {
    return values[Math.floor(this.#next() * values.length)] as T;
  }

  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.upTo(most) }, make);
  }

  maybe<T>(make: () => T, share = 0.6): T | null {
    return this.chance(share) ? make() : null;
  }

  /** From 0 to some thousands, with fractions, small ones more often. */
  amount(): number {
    return Math.round(10 ** (this.#next() * 4.5) - 1) / (this.chance(0.5) ? 1 : 7);
  }

  text(): string {
    return Array.from({ length: 1 + this.upTo(2) }, () => this.chance(0.3) ? "switch" : this.of(HOSTILE)).join("");
  }
}
