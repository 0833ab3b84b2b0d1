/** What a run tells while it goes on, for who watches. */

import { assert, assertEquals } from "@std/assert";
import { world } from "./harness.ts";

Deno.test("run() tells the beginning and the end of each phase, also of what is not tested, and memory of all that is up", async () => {
  const it = world();
  await it.run();
  const busy = new Set<string>();
  const seen = new Set<string>();
  for (const event of it.progress) {
    if (event.type !== "phase") continue;
    const key = `${event.module} ${event.phase}`;
    assertEquals(busy.has(key), event.done, key);
    if (event.done) busy.delete(key);
    else busy.add(key);
    seen.add(key);
  }
  assertEquals([...busy], []);
  for (const key of ["switch start", "switch tests", "switch stop", "baseline start"]) assert(seen.has(key), key);
  const memory = it.progress.flatMap((event) => event.type === "memory" ? event : []);
  const whose = new Set(memory.map(({ module, service }) => `${module} ${service}`));
  assertEquals([...whose], ["baseline madre", "baseline tentaculo_link", "baseline redis", "switch switch"]);
  assert(memory.every(({ bytes }) => bytes > 0));
});
