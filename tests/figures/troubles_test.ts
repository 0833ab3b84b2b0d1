/** When something went wrong with a service: from events, samples and probes. */

import { assertEquals } from "@std/assert";
import { troublesOf } from "../../lib/figures/troubles.ts";
import type { ServiceEvidence, TimedEvent, TimedProbe } from "../../lib/model/record.ts";
import { answers, event, noAnswer, sample, unseen } from "../fakes/evidence.ts";

const at = (ms: number, action: string): TimedEvent => event("db", action, { ms });
const start = (ms: number) => at(ms, "start");
const die = (ms: number) => at(ms, "die");

function probe(ms: number, ok: boolean): TimedProbe {
  const [answer] = answers(5);
  return ok && answer !== undefined ? { ...answer, ms } : noAnswer("refused", { ms });
}

const CASES: [what: string, seen: Partial<ServiceEvidence>, troubles: string[]][] = [
  ["the first start", { events: [start(100)] }, []],
  ["a start after an end", { events: [start(100), die(200), start(300)] }, ["restarted 200-300"]],
  ["the first of two ends in a row", { events: [start(1), die(200), die(250), start(300)] }, ["restarted 200-300"]],
  ["a second start without an end", { events: [start(100), start(300)] }, ["restarted 300-300"]],
  ["the first start of one that ran before", { inPlace: true, events: [start(300)] }, ["restarted 300-300"]],
  ["an end without a start before it", { events: [die(200), start(300)] }, ["restarted 200-300"]],
  [
    "an end without a start after it",
    { events: [start(100), die(200), start(300), die(400)] },
    ["restarted 200-300", "exited 400-Infinity", "restarted 400-Infinity"],
  ],
  ["an oom event", { events: [start(100), at(150, "oom")] }, ["oom_killed 150-150"]],
  [
    "a kernel counter that rose",
    { samples: [0, 1, 1].map((oomKills, nr) => sample("db", 1000 + nr, { oomKills })) },
    ["oom_killed 1001-1001"],
  ],
  [
    "a health check that turned, and turned back",
    { events: [at(100, "unhealthy"), at(300, "healthy")] },
    ["unhealthy 100-300"],
  ],
  [
    "a health check that turned twice, and not back",
    {
      events: [
        at(50, "healthy"),
        at(100, "unhealthy"),
        at(300, "healthy"),
        at(350, "healthy"),
        at(400, "unhealthy"),
      ],
    },
    ["unhealthy 100-300", "unhealthy 400-Infinity"],
  ],
  ["answers alone", { probes: [probe(1, true), probe(2, true)] }, []],
  [
    "probes that failed in a row, and one that failed later",
    {
      probes: [
        [1, true],
        [2, false],
        [3, false],
        [4, true],
        [5, true],
        [6, false],
        [7, true],
      ].map(([ms, ok]) => probe(Number(ms), ok === true)),
    },
    ["health_lost 2-3", "health_lost 6-6"],
  ],
];
for (const [what, over, troubles] of CASES) {
  Deno.test(`troublesOf() makes of ${what}: ${troubles.join(", ") || "nothing"}`, () => {
    const found = troublesOf(unseen("db", over));
    assertEquals(found.map(({ code, fromMs, toMs }) => `${code} ${fromMs}-${toMs}`), troubles);
  });
}

Deno.test("troublesOf() looks at each page of a service", () => {
  const seen = unseen("db", {
    probes: [probe(1, true), probe(2, false)],
    morePages: [{ ...unseen("db"), probes: [probe(3, false)] }],
  });
  assertEquals(troublesOf(seen).map(({ fromMs }) => fromMs), [2, 3]);
});
