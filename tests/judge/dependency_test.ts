/** What happens to a module's dependencies and to the core while its own window is open. */

import { assertEquals } from "@std/assert";
import type { RunStarted } from "../../lib/model/evidence.ts";
import type { CycleEvidence, ServiceEvidence } from "../../lib/model/record.ts";
import { cycleOf, event, look, moduleOf, seen } from "../fakes/evidence.ts";
import { db, judgeDb } from "../run/judging.ts";

const RUN: Partial<RunStarted> = {
  core: ["base"],
  kept: ["base"],
  services: { base: ["madre"], cache: ["redis"], disk: ["minio"], db: ["db"] },
  dependsOn: { db: ["cache"], cache: ["disk"] },
};

/** What the verdict on "db", up from 1000 to 4000 ms, says of the module. */
function unstable(module: string, services: ServiceEvidence[], cycle: Partial<CycleEvidence> = {}): string[] {
  const others = [moduleOf(module, [cycleOf(1, services, cycle)])];
  return judgeDb([db()], { run: RUN, others }).reasons.map(({ code, text }) => `${code}: ${text}`);
}

const UNSTABLE = 'dependency_unstable: While it was watched, its dependency "cache" was not stable:';

function restarted(service: string, dieMs: number, startMs: number): ServiceEvidence {
  const events = [["start", 900], ["die", dieMs], ["start", startMs]] as const;
  return seen(service, {
    events: events.map(([action, ms]) => event(service, action, { ms, ...(action === "die" ? { exitCode: 7 } : {}) })),
    lastLook: look(service, { restartCount: 1 }),
  });
}

Deno.test("judge() names the core as the core, and a dependency as one, near or far", () => {
  const words = (module: string, service: string) =>
    unstable(module, [restarted(service, 2000, 2100)]).map((text) => /, (.*) was not stable/.exec(text)?.[1]);
  assertEquals(words("base", "madre"), ['the core "base"']);
  assertEquals(words("cache", "redis"), ['its dependency "cache"']);
  assertEquals(words("disk", "minio"), ['its dependency "disk"']);
  assertEquals(words("other", "minio"), []);
});

Deno.test("judge() gives one reason for each dependency, with the first finding and how many more there are", () => {
  const killed = restarted("redis", 2000, 2100);
  killed.events.push(event("redis", "oom", { ms: 1990 }));
  assertEquals(unstable("cache", [killed]), [
    `${UNSTABLE} The kernel killed a child process of "redis" for memory (limit 64.0 MiB); seen by: oom event (and 1 more)`,
  ]);
});

Deno.test("judge() looks only at what falls into the module's own window", () => {
  const found = (dieMs: number, startMs: number) => unstable("cache", [restarted("redis", dieMs, startMs)]).length;
  assertEquals(found(990, 999), 0);
  assertEquals(found(990, 1000), 1);
  assertEquals(found(4000, 4100), 1);
  assertEquals(found(4001, 4100), 0);
});

Deno.test("judge() takes what no event dates for the whole window of the dependency, which may be open at either end", () => {
  const undated = [seen("redis", { lastLook: look("redis", { restartCount: 1 }) })];
  const found = (cycle: Partial<CycleEvidence>) => unstable("cache", undated, cycle).length;
  assertEquals(found({ openedMs: 100, closedMs: 999 }), 0);
  assertEquals(found({ openedMs: 100, closedMs: 1000 }), 1);
  assertEquals(found({ openedMs: 100, closedMs: null }), 1);
  assertEquals(found({ openedMs: 4001, closedMs: null }), 0);
  assertEquals(found({ openedMs: null, closedMs: 1000 }), 1);
  assertEquals(found({ openedMs: null, closedMs: 999 }), 0);
});

Deno.test("judge() takes what events date for the whole window too if some of them may be lost", () => {
  const early = [restarted("redis", 920, 950)];
  assertEquals(unstable("cache", early, { openedMs: 900, closedMs: 9000 }).length, 0);
  const [reason] = unstable("cache", early, { openedMs: 900, closedMs: 9000, eventGaps: ["docker events ended"] });
  assertEquals(reason?.startsWith(`${UNSTABLE} "redis" restarted 1 time`), true, reason);
});
