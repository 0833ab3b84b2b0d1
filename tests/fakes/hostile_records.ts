/** Small judged runs by a seed, whose every text is hostile: a name, a log line, a sentence, the output of a test. */

import type { EngineWords } from "../../lib/model/engine_words.ts";
import type { TestRun } from "../../lib/model/evidence.ts";
import type { CycleEvidence, CycleVerdict, JudgedRun, ModuleVerdict, Reason } from "../../lib/model/record.ts";
import type { Status } from "../../lib/model/outcome.ts";
import { type ReasonCode, RULES } from "../../lib/model/settings.ts";
import { answers, cycleOf, look, moduleOf, noAnswer, runOf, runStarted, sample, testRun, unseen } from "./evidence.ts";
import { judged, reason, verdict } from "./records.ts";

const PIECES = [
  ..."\x1b[31m|\0|]]>|</script>|<script>alert(1)</script>|<!--|-->|<?xml?>|<![CDATA[|&amp;|&#0;|&lt;|&".split("|"),
  ...[
    "|",
    "||",
    "`",
    "```",
    "~~~",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u{e0041}",
    "\ufffe",
    "\uffff",
    "\u{1ffff}",
  ],
  ...[
    "::error::x",
    "::error title=a,b=c::x",
    "::add-mask::x",
    "::stop-commands::x",
    "##[error]x",
    "##[add-mask]x",
    "%0A",
  ],
  ...[
    "\r",
    "\n",
    "\r\n",
    "\t",
    "\u2028",
    "\x85",
    "\x9b",
    "\ud800",
    "\udc00",
    "%25",
    "%3A",
    ",",
    ":",
    "'",
    '"',
    "\\",
    "\\\\",
  ],
  ...["# SKIP x", "# TODO", "#", "{", "}", "ok 1 - x", "not ok 2", "1..3", "Bail out! x", "---", "...", "- a", "1. a"],
  ...[
    "[a](http://b)",
    "![a](b)",
    "<http://a.b>",
    "**a**",
    "_a_",
    "~~a~~",
    "$a$",
    "\n# a",
    "\n> a",
    "\n| a | b |",
    "===\n",
  ],
  ...["FAIL `exited`: x", "<failure>", "</testcase>", "grün", "漢字", "🙂", "é", " ", "  ", "a", "switch", "test_x.py"],
  ...["__proto__", "constructor", "null", "$&", "${x}", "../../etc/passwd", "=1+1", "☃"],
];

const CODES = Object.keys(RULES) as ReasonCode[];

export interface Dice {
  /** From 0 up to but not `below`. */
  number(below: number): number;
  text(): string;
}

/** `huge` stands in the place of every twentieth text. */
export function diceOf(next: () => number, huge?: string): Dice {
  const number = (below: number) => Math.floor(next() * below);
  let texts = 0;
  return {
    number,
    text() {
      if (huge !== undefined && ++texts % 20 === 0) return huge;
      return Array.from({ length: 1 + number(4) }, () => PIECES[number(PIECES.length)]).join(
        number(3) === 0 ? " " : "",
      );
    },
  };
}

function hostileWords(text: () => string): EngineWords {
  const list = () => [text()];
  const figures = { auto: text(), cgroup: text(), stats: text() };
  return {
    healthCheck: text(),
    memoryKiller: text(),
    mainProcess: text(),
    stopSignal: text(),
    replacedBy: text(),
    eventsRemedy: text(),
    figuresRemedy: figures,
    options: list(),
    byHand: {
      project: list(),
      alias: "dc",
      up: list(),
      list: list(),
      logs: list(),
      stop: list(),
      inspect: list(),
      stats: list(),
    },
  };
}

/** At most three modules in at most two cycles; at most two reasons a module and cycle, no two with the same text. */
export function hostileRun(dice: Dice, name: () => string): JudgedRun {
  const { number, text } = dice;
  const cycles = 1 + number(2);
  const list = Array.from({ length: number(4) }, (_, index) => randomModule(dice, `${name()}${index}`, cycles));
  const started = runStarted({
    cycles,
    strict: number(4) === 0,
    selected: list.map(({ verdict }) => verdict.name),
    tool: { name: text(), version: text() },
    project: { name: text(), dir: text(), composeFiles: [text()] },
    engine: { name: text(), versions: { [text()]: text() }, cgroup: text(), words: hostileWords(text) },
    host: { hostname: text(), os: text(), arch: text(), pid: 1 },
  });
  const evidence = runOf(list.map(({ evidence }) => evidence), {
    run: started,
    notices: [text()],
    leftBehind: number(4) === 0 ? [text()] : [],
    interrupted: number(8) === 0 ? text() : null,
    failure: number(8) === 0 ? { exit: "environment", what: text(), next: text(), detail: text() } : null,
    finished: number(8) > 0,
  });
  return judged(evidence, list.map(({ verdict }) => verdict));
}

function randomModule(dice: Dice, name: string, cycles: number) {
  const { number, text } = dice;
  if (number(6) === 0) {
    const skipped = text();
    const none: ModuleVerdict = { ...verdict(name, "SKIP"), skipped };
    return { verdict: none, evidence: moduleOf(name, [], skipped) };
  }
  const verdicts: CycleVerdict[] = Array.from({ length: cycles }, (_, index) => {
    const reasons = Array.from({ length: number(3) }, (_, which) => randomReason(dice, `${index}.${which} `));
    return { cycle: index + 1, status: worst(reasons), reasons };
  });
  const across = cycles > 1 && number(3) === 0 ? [reason("flaky", text())] : [];
  const reasons = [...verdicts.flatMap((cycle) => cycle.reasons), ...across];
  return {
    verdict: verdict(name, worst(reasons), verdicts, across),
    evidence: moduleOf(name, verdicts.map(({ cycle }) => randomCycle(dice, cycle, name))),
  };
}

function worst(reasons: readonly Reason[]): Status {
  return reasons.some(({ level }) => level === "fail") ? "FAIL" : reasons.length > 0 ? "WARN" : "PASS";
}

function randomReason({ number, text }: Dice, mark: string): Reason {
  const code = CODES[number(CODES.length)] ?? "exited";
  // The mark keeps two of a module apart; half the time the hostile text stands in front.
  return reason(code, number(2) === 0 ? `${mark}${text()}` : `${text()} ${mark}`, text());
}

function randomCycle(dice: Dice, cycle: number, module: string): CycleEvidence {
  const { number, text } = dice;
  const service = text();
  const seen = unseen(service, {
    url: text(),
    noUrlWhy: text(),
    inPlace: number(2) === 0,
    probes: number(2) === 0 ? [] : [...answers(1, 2), noAnswer(text())],
    lastLook: number(2) === 0 ? null : look(service, { name: text(), error: text(), healthOutput: text() }),
    samples: number(2) === 0 ? [] : [sample(service, 1000), sample(service, 1500)],
    samplesMissing: [text()],
    log: number(2) === 0 ? null : { path: `raw/${text()}`, tail: [text(), text()] },
  });
  return cycleOf(cycle, [seen], {
    openedMs: number(3) === 0 ? null : 1000,
    startFailures: number(4) === 0 ? [{ service, why: text(), next: text(), output: text() }] : [],
    testsUnavailable: number(4) === 0 ? text() : null,
    eventGaps: [text()],
    tests: Array.from(
      { length: number(3) },
      (_, index) => randomTest(dice, `raw/${module.length}_${cycle}_${index}.txt`),
    ),
  });
}

function randomTest({ number, text }: Dice, output: string): TestRun {
  return testRun(text(), {
    output,
    returnCode: number(3),
    signal: number(4) === 0 ? text() : null,
    timedOut: number(4) === 0,
    firstFailure: number(2) === 0 ? text() : null,
  });
}
