/**
 * No fixed sleep comes back: every call that waits for time to pass stands in this table with the reason why time itself
 * is meant. A new one fails here: wait for the event instead, or add it with its reason.
 */

import { assert, assertEquals } from "@std/assert";
import { walk } from "@std/fs";
import { join, relative } from "@std/path";
import { scan } from "../../scripts/scan.ts";

const ROOT = join(import.meta.dirname ?? ".", "../..");

const LIMIT = "the limit of a wait for something else, ended by it";
const PACE = "the pace of looking, and ended when nobody looks any more";
const POLL = "the kernel has no event for it: looked at again and again, until a limit";
const PLAYED = "trouble that a stand-in plays: time is the trouble";

/** File → how many calls, and what each is. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "lib/cli/live/live.ts": [PACE],
  "lib/review/ask.ts": ["the pause that a busy endpoint is given, or asks for", LIMIT],
  "lib/engine/compose/apart/apart.ts": ["between two tries to remove a container that the engine is still removing"],
  "lib/engine/compose/api/docker_line.ts": [LIMIT, LIMIT],
  "lib/engine/compose/events.ts": ["between two tries to open the stream of events that broke"],
  "lib/engine/compose/far/cut.ts": [
    "a command that takes long is a reason to ask whether its engine is reached at all",
  ],
  "lib/engine/compose/far/link.ts": ["between two connections that a host out of reach is asked for"],
  "lib/engine/compose/exec/family.ts": [PACE, POLL],
  "lib/engine/compose/api/until_seen.ts": ["the engine says only when it is asked how a command or a container ended"],
  "lib/engine/process/memory.ts": [PACE],
  "lib/engine/process/stop.ts": [POLL, LIMIT],
  "lib/engine/process/supervisor.ts": ["the pause of the restart policy, longer each time"],
  "lib/health/watch.ts": [PACE, "between the last probes, where one of them failed"],
  "lib/host/capture.ts": [POLL, LIMIT],
  "lib/host/deno.ts": ["the clock itself"],
  "lib/host/deno_orphans.ts": [POLL],
  "lib/host/deno_out.ts": [POLL],
  "lib/host/fair.ts": ["the limit of a wait for something else, which looks at the host's load meanwhile"],
  "lib/host/deno_connect.ts": ["a proxy that nobody is behind closes a connection soon after it took it"],
  "lib/host/retry.ts": ["between two attempts, which only asking again can tell apart"],
  "lib/host/lateness.ts": ["the clock that shows how late this program is"],
  "lib/host/within.ts": [LIMIT],
  "lib/run/window/sampler.ts": [PACE],
  "lib/tests/junit.ts": ["gives others a turn while a long report is read"],
  "lib/proc/end.ts": [POLL],
  "lib/proc/marked.ts": [POLL],
  "lib/proc/strays.ts": [PACE],
  "lib/run/ending/heeds.ts": [POLL],
  "lib/run/window/measure.ts": ["the soak that the user asked for"],
  "lib/run/turn.ts": [POLL],
  "lib/run/window/last_look.ts": [
    "a look may be older than the end that an event tells: looked at again, until a limit",
  ],
  "lib/run/window/window.ts": [
    POLL,
    LIMIT,
    "a service without a page is watched as long as one with a page",
  ],
  "lib/run/window/endings.ts": ["a container that died may be on its way back, which no event says"],
  "lib/standin/faults.ts": [PLAYED, PLAYED],
  "lib/standin/memory.ts": [PLAYED, PLAYED],
  "lib/standin/port.ts": [PLAYED],
  "lib/standin/server.ts": [PLAYED, PLAYED, PLAYED],
  "lib/standin/standin.ts": [PLAYED, PLAYED, PACE],
  "lib/standin/test_command.ts": [PLAYED, POLL],
};

const WAITS = /(?<!function )(?:\.sleep|\bdelay|\bsetTimeout|\bsetInterval|\bAtomics\.wait)\s*\(/g;

/** How many calls of the code wait for time to pass; comments and texts are no code. */
function waits(source: string): number {
  return [...scan(source).code.matchAll(WAITS)].length;
}

Deno.test("waits() counts calls in code, whatever the clock is called", () => {
  assertEquals(waits("await clock.sleep(5);\nawait host.clock.sleep(ms, signal);\nawait delay(3);"), 3);
  assertEquals(waits("setTimeout(f, 1); setInterval (f, 1); Atomics.wait(cell, 0, 0, 5);"), 3);
  assertEquals(waits("// clock.sleep(5)\nconst text = `time.sleep(600)`; const delayed = delays(1);"), 0);
});

Deno.test("nothing in lib/ waits for a fixed time: each wait for time to pass has its reason in the table", async () => {
  const found: Record<string, number> = {};
  for await (const { path } of walk(join(ROOT, "lib"), { includeDirs: false })) {
    const file = relative(ROOT, path).replaceAll("\\", "/");
    const count = file.endsWith(".ts") && !file.startsWith("lib/std/") ? waits(await Deno.readTextFile(path)) : 0;
    if (count > 0) found[file] = count;
  }
  const allowed = Object.fromEntries(Object.entries(ALLOWED).map(([file, reasons]) => [file, reasons.length]));
  assertEquals(found, allowed, "wait for the event; where time itself is meant, say why in ALLOWED of this test");
  assert(Object.values(ALLOWED).flat().every((reason) => reason !== ""));
});
