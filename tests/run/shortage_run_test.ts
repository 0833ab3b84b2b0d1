/** What this program is short of while a run goes on ends the run: no service, and no test, is blamed for it. */

import { assertEquals, assertMatch } from "@std/assert";
import type { Host } from "../../lib/host/host.ts";
import { SpawnError } from "../../lib/host/host.ts";
import { Failure } from "../../lib/model/failure.ts";
import { type World, world } from "./harness.ts";

const EMFILE = "Too many open files (os error 24)";

/** A world, and what its program is short of from the call of `begin` on. */
function shortWorld(): { it: World; begin(): void } {
  const it = world({ config: { selected: ["switch"] } });
  let short: string | null = null;
  (it.host as { -readonly [Name in keyof Host]: Host[Name] }).shortage = () => short;
  return { it, begin: () => short = EMFILE };
}

async function expectShort(it: World): Promise<void> {
  const { failure, judged } = await it.run();
  assertEquals(failure?.exit, "environment");
  assertMatch(failure?.what ?? "", /^This program itself ran out of a resource: Too many open files/);
  assertMatch(failure?.next ?? "", /`ulimit -n`/);
  // Nobody was told a verdict that rests on it.
  assertEquals(it.progress.filter((event) => event.type === "verdict" && event.module === "switch"), []);
  const codes = judged.modules.find(({ name }) => name === "switch")?.reasons.map(({ code }) => code) ?? [];
  const blamed = codes.filter((code) => /health|flapping|tests_failed|start_failed|exited/.test(code));
  assertEquals(blamed, []);
}

/** How it is short, from a moment on: of the n-th request to the page of switch, or of its test. */
for (const [when, nth] of [["while it is waited for", 1], ["in its window", 3]] as const) {
  Deno.test(`a request that fails ${when}, for want of a file, is no answer of the service`, async () => {
    const { begin, it } = shortWorld();
    let asked = 0;
    it.onGet = (service) => {
      if (service !== "switch" || ++asked < nth) return;
      begin();
      it.pages.set("switch", "refused");
    };
    await expectShort(it);
    assertEquals(it.journal().filter(({ type }) => type === "not_ready"), []);
    assertEquals(it.journal().filter((line) => line.type === "probe" && !line.ok), []);
  });
}

Deno.test("a test during which the program was short of something is not counted", async () => {
  const { begin, it } = shortWorld();
  it.onTest = begin;
  await expectShort(it);
  assertEquals(it.journal().filter(({ type }) => type === "test"), []);
});

Deno.test("an engine that cannot be asked for want of a file is told as that, and as no bug", async () => {
  const { it } = shortWorld();
  it.onTest = () => {
    it.engine.look = () => Promise.reject(new SpawnError("other", `docker: Failed to spawn 'docker': ${EMFILE}`));
  };
  const { failure } = await it.run();
  assertEquals(failure?.exit, "environment");
  assertMatch(failure?.what ?? "", /^This program itself ran out of a resource: docker: /);
});

Deno.test("a run that was short of something before it began does not begin", async () => {
  const { begin, it } = shortWorld();
  begin();
  const thrown = await it.run().then(() => null, (error: unknown) => error);
  assertEquals(thrown instanceof Failure && thrown.data.exit, "environment");
  assertEquals(it.journal(), []);
});
