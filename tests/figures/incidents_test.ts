import { assertEquals } from "@std/assert";
import { endedUnasked, oomKillsOf, restartsOf } from "../../lib/figures/incidents.ts";
import type { ServiceEvidence } from "../../lib/model/record.ts";
import { event, look, memoryKill, sample, seen } from "../fakes/evidence.ts";

const LATER = "2025-12-22T21:51:05.000Z";
const other = { containerId: "db-2" };
const start = event("db", "start");
const die = event("db", "die", { exitCode: 1 });
const done = event("db", "die", { exitCode: 0 });
const moved = look("db", { startedAt: LATER });

interface RestartCase {
  name: string;
  seen: Partial<ServiceEvidence>;
  count: number;
  replaced?: boolean;
}

const RESTARTS: RestartCase[] = [
  { name: "nothing but the first start", seen: {}, count: 0 },
  { name: "every start after the first", seen: { events: [start, die, start, die, start] }, count: 2 },
  { name: "every start of a container that ran before", seen: { inPlace: true, events: [die, start] }, count: 1 },
  {
    name: "the first start in the window of a container that had been up",
    seen: { events: [die, start] },
    count: 1,
  },
  {
    name: "the whole count of a container that the run started, also where the first look came late",
    seen: { firstLook: look("db", { restartCount: 2 }), lastLook: look("db", { restartCount: 2 }) },
    count: 2,
  },
  {
    name: "no start of a job that had completed",
    seen: { completes: true, events: [start, done, start, done, start], firstLook: look("db"), lastLook: moved },
    count: 0,
  },
  {
    name: "a start of a job in place that had completed",
    seen: { completes: true, inPlace: true, events: [done, start, done] },
    count: 0,
  },
  {
    name: "no start of a job in place that was done before the window",
    seen: { completes: true, inPlace: true, events: [start, done], firstLook: look("db"), lastLook: moved },
    count: 0,
  },
  {
    name: "the second start of a job in place that failed after it was run again",
    seen: { completes: true, inPlace: true, events: [start, die, start, done], firstLook: look("db"), lastLook: moved },
    count: 1,
  },
  {
    name: "a start in place of what is no job",
    seen: { inPlace: true, events: [start], firstLook: look("db"), lastLook: moved },
    count: 1,
  },
  {
    name: "a start of a job that had failed",
    seen: { completes: true, events: [start, die, start, done, start, start] },
    count: 2,
  },
  { name: "a start after an end with 0 of what is no job", seen: { events: [start, done, start] }, count: 1 },
  {
    name: "what a completed job's own policy has started",
    seen: { completes: true, events: [start, done, start], lastLook: look("db", { restartCount: 1 }) },
    count: 1,
  },
  {
    name: "a job's start time that moved without an event",
    seen: { completes: true, events: [start, done], firstLook: look("db"), lastLook: moved },
    count: 1,
  },
  {
    name: "only the rise of the count in place",
    seen: {
      inPlace: true,
      events: [],
      firstLook: look("db", { restartCount: 2 }),
      lastLook: look("db", { restartCount: 5 }),
    },
    count: 3,
  },
  {
    name: "no old restart in place where the last look is missing",
    seen: { inPlace: true, events: [], firstLook: look("db", { restartCount: 2 }), lastLook: null },
    count: 0,
  },
  {
    name: "nothing in place where there was no first look, since the count may be an old one",
    seen: { inPlace: true, events: [], firstLook: null, lastLook: look("db", { restartCount: 2 }) },
    count: 0,
  },
  {
    name: "the whole count of another container that took the place",
    seen: {
      inPlace: true,
      events: [],
      firstLook: look("db", { restartCount: 5 }),
      lastLook: look("db", { id: "db-2", restartCount: 1 }),
    },
    count: 1,
    replaced: true,
  },
  {
    name: "a restart by hand, which sets the count back",
    seen: {
      inPlace: true,
      events: [],
      firstLook: look("db", { restartCount: 5 }),
      lastLook: look("db", { restartCount: 0, startedAt: LATER }),
    },
    count: 1,
  },
  {
    name: "the highest of the signals, not their sum",
    seen: { events: [start, die, start], lastLook: look("db", { restartCount: 1, startedAt: LATER }) },
    count: 1,
  },
  {
    name: "a replacement seen by the looks",
    seen: { lastLook: look("db", { id: "db-2", startedAt: LATER }) },
    count: 0,
    replaced: true,
  },
  {
    name: "a replacement seen by the events",
    seen: { events: [start, event("db", "create", other), event("db", "start", other)] },
    count: 0,
    replaced: true,
  },
  {
    name: "no replacement by the events of a service that has several containers",
    seen: { several: true, events: [event("db", "create", other), event("db", "start", other), start] },
    count: 0,
  },
  {
    name: "a replacement seen by the looks at a service that has several containers",
    seen: { several: true, lastLook: look("db", { id: "db-2", startedAt: LATER }) },
    count: 0,
    replaced: true,
  },
  {
    name: "no replacement where the run itself removed the old container first",
    seen: { events: [event("db", "die", other), event("db", "destroy", other), event("db", "create"), start] },
    count: 0,
  },
];

for (const { name, seen: over, count, replaced = false } of RESTARTS) {
  Deno.test(`restartsOf() counts ${name}`, () => {
    const restarts = restartsOf(seen("db", over));
    assertEquals([restarts.count, restarts.replaced], [count, replaced]);
    assertEquals(restarts.how.length > 0, count > 0 || replaced);
  });
}

Deno.test("restartsOf() says what showed it", () => {
  const moved = look("db", { restartCount: 1, startedAt: LATER });
  assertEquals(restartsOf(seen("db", { events: [start, die, start], lastLook: moved })).how, [
    "restart count rose by 1",
    "1 further start event",
    "start time moved from 2025-12-22T21:51:00.100Z to 2025-12-22T21:51:05.000Z",
  ]);
});

const oom = event("db", "oom");
const died137 = event("db", "die", { exitCode: 137 });
const kills = (...counts: (number | null)[]) => counts.map((oomKills, i) => sample("db", i * 500, { oomKills }));

const gone137 = look("db", { status: "exited", exitCode: 137, pid: null });

interface OomCase {
  name: string;
  seen: Partial<ServiceEvidence>;
  by: string[];
  pid1: boolean | null;
}

const OOMS: OomCase[] = [
  { name: "nothing where nothing was killed", seen: {}, by: [], pid1: null },
  { name: "nothing in a kill by hand", seen: { events: [start, died137] }, by: [], pid1: null },
  {
    name: "a killed child of a container that runs on",
    seen: { events: [start, oom] },
    by: ["oom event"],
    pid1: false,
  },
  { name: "a killed PID 1", seen: { events: [start, oom, died137] }, by: ["oom event"], pid1: true },
  {
    name: "a killed PID 1 by looks alone",
    seen: { events: [], lastLook: look("db", { status: "exited", exitCode: 137, oomKilled: true }) },
    by: ["OOMKilled flag"],
    pid1: true,
  },
  {
    name: "a killed child after which PID 1 gave up",
    seen: { events: [start, oom, die], lastLook: look("db", { status: "exited", exitCode: 1 }) },
    by: ["oom event"],
    pid1: false,
  },
  {
    name: "a killed PID 1 by the kernel's log, where nothing else saw it",
    seen: { events: [start, died137], kills: [memoryKill()], firstLook: look("db", { pid: 77 }), lastLook: gone137 },
    by: ["kernel log"],
    pid1: true,
  },
  {
    name: "a killed PID 1 by its process id, whatever code it seems to have ended with",
    seen: { events: [start, die], kills: [memoryKill()], firstLook: look("db", { pid: 77 }) },
    by: ["kernel log"],
    pid1: true,
  },
  {
    name: "a killed child by the kernel's log, after which PID 1 gave up",
    seen: { events: [start, die], kills: [memoryKill(), memoryKill({ by: "parent cgroup", pid: null, task: null })] },
    by: ["kernel log", "parent cgroup"],
    pid1: false,
  },
  {
    name: "each trace once",
    seen: { samples: kills(1), kills: [memoryKill({ by: "kernel counter", pid: null }), memoryKill(), memoryKill()] },
    by: ["kernel counter", "kernel log"],
    pid1: false,
  },
  { name: "an unknown victim", seen: { events: [start, oom], lastLook: null }, by: ["oom event"], pid1: null },
  { name: "a kernel counter over 0", seen: { samples: kills(1, 1) }, by: ["kernel counter"], pid1: false },
  { name: "nothing in an old kernel counter", seen: { inPlace: true, samples: kills(3, 3) }, by: [], pid1: null },
  {
    name: "a rise of the kernel counter in place",
    seen: { inPlace: true, events: [], samples: kills(3, null, 4) },
    by: ["kernel counter"],
    pid1: false,
  },
  {
    name: "nothing in a kernel counter that stands where the cycle before left it",
    seen: { before: { look: null, sample: sample("db", 0, { oomKills: 3 }) }, samples: kills(3, 3) },
    by: [],
    pid1: null,
  },
  {
    name: "a rise of the kernel counter since the cycle before",
    seen: { before: { look: null, sample: sample("db", 0, { oomKills: 3 }) }, samples: kills(4, 4) },
    by: ["kernel counter"],
    pid1: false,
  },
  {
    name: "nothing in an old kernel counter of which the cycle before did not know",
    seen: { inPlace: true, before: { look: null, sample: sample("db", 0, { oomKills: null }) }, samples: kills(3, 3) },
    by: [],
    pid1: null,
  },
  {
    name: "a kernel counter in a container of which the cycle before had no sample",
    seen: { before: { look: null, sample: null }, samples: kills(3, 3) },
    by: ["kernel counter"],
    pid1: false,
  },
  {
    name: "a kernel counter that began again and is not 0",
    seen: { inPlace: true, events: [], samples: kills(3, 1) },
    by: ["kernel counter"],
    pid1: false,
  },
  {
    name: "nobody in a container that ended nobody knows how",
    seen: { events: [start, oom], lastLook: look("db", { status: "dead", exitCode: null }) },
    by: ["oom event"],
    pid1: null,
  },
  {
    name: "nothing in a flag in place where there was no first look",
    seen: { inPlace: true, events: [], firstLook: null, lastLook: look("db", { oomKilled: true }) },
    by: [],
    pid1: null,
  },
  {
    name: "nothing in a flag that was up before the window",
    seen: {
      inPlace: true,
      events: [],
      firstLook: look("db", { oomKilled: true }),
      lastLook: look("db", { oomKilled: true }),
    },
    by: [],
    pid1: null,
  },
];

for (const { name, seen: over, by, pid1 } of OOMS) {
  Deno.test(`oomKillsOf() finds ${name}`, () => {
    const found = oomKillsOf(seen("db", over));
    assertEquals(found, { killed: by.length > 0, by, pid1 } as typeof found);
  });
}

const killed = event("db", "kill", { signal: 9 });

const UNASKED: { name: string; seen: Partial<ServiceEvidence>; is: boolean }[] = [
  { name: "a container that runs", seen: { events: [start] }, is: false },
  { name: "an end with 0", seen: { events: [start, done] }, is: false },
  { name: "an end by SIGKILL", seen: { events: [start, died137] }, is: true },
  { name: "an end with another code", seen: { events: [start, die] }, is: true },
  { name: "an end with a code that is not known", seen: { events: [start, event("db", "die")] }, is: true },
  { name: "an end that was asked for", seen: { events: [start, killed, died137] }, is: false },
  { name: "an end after one that was asked for", seen: { events: [start, killed, done, start, died137] }, is: true },
  {
    name: "an end of another container than was asked",
    seen: { events: [event("db", "kill", other), died137] },
    is: true,
  },
  { name: "an end that only the look saw", seen: { events: [start], lastLook: gone137 }, is: true },
  { name: "an end that only the look saw, after a kill", seen: { events: [killed], lastLook: gone137 }, is: false },
  {
    name: "a container that was never started",
    seen: { events: [], lastLook: look("db", { status: "created" }) },
    is: false,
  },
  { name: "what was not looked at", seen: { events: [], lastLook: null }, is: false },
];

for (const { is, name, seen: over } of UNASKED) {
  Deno.test(`endedUnasked() is ${is} for ${name}`, () => assertEquals(endedUnasked(seen("db", over)), is));
}
