/** Who gets a turn, in which order, and when a wait is over since nothing is left to wait for. */

import { assertEquals, assertRejects } from "@std/assert";
import type { Claim, GateOptions, Turn } from "../../lib/run/gate.ts";
import { Gate } from "../../lib/run/gate.ts";

function claim(module: string, rank: number, memBytes = 0, ports: number[] = [], service = module): Claim {
  return { module, rank, needs: [{ service, memBytes, ports }] };
}

function gateOf(options: Partial<GateOptions> = {}) {
  const gate = new Gate({ slots: 10, memFreeBytes: null, ...options });
  const turns = new Map<string, Turn>();
  const enter = (asked: Claim) => void gate.enter(asked).then((turn) => turns.set(asked.module, turn), () => {});
  /** Names of those that have got a turn by now, in order. */
  const went = async () => {
    await Promise.resolve().then(() => {});
    return [...turns.keys()];
  };
  return { gate, turns, enter, went };
}

Deno.test("as many go on as there are slots, and the next by its rank when one rests", async () => {
  const { enter, gate, turns, went } = gateOf({ slots: 2 });
  for (const [index, name] of ["c", "a", "e", "d", "b"].entries()) enter(claim(name, index === 2 ? 9 : index));
  assertEquals(await went(), ["c", "a"]);
  gate.rest("a");
  assertEquals(await went(), ["c", "a", "d"]);
  gate.leave("c");
  gate.leave("d");
  assertEquals(await went(), ["c", "a", "d", "b", "e"]);
  assertEquals([turns.get("c")?.waitedFor, turns.get("d")?.waitedFor], [null, "slot"]);
});

Deno.test("one that rests keeps its memory until it leaves, and a smaller one passes a larger", async () => {
  const { enter, gate, turns, went } = gateOf({ memFreeBytes: 100 });
  enter(claim("up", 1, 60));
  enter(claim("large", 2, 50));
  enter(claim("small", 3, 40));
  assertEquals(await went(), ["up", "small"]);
  gate.rest("up");
  assertEquals(await went(), ["up", "small"]);
  gate.leave("up");
  assertEquals(await went(), ["up", "small", "large"]);
  assertEquals(turns.get("large"), { waitedFor: "memory", forced: false });
});

Deno.test("what two modules need is there once", async () => {
  const { enter, went } = gateOf({ memFreeBytes: 100 });
  enter(claim("a", 1, 80, [6379], "redis"));
  enter(claim("b", 2, 80, [6379], "redis"));
  assertEquals(await went(), ["a", "b"]);
});

Deno.test("two services never have one port at the same time", async () => {
  const { enter, gate, turns, went } = gateOf();
  enter(claim("a", 1, 0, [8001]));
  enter(claim("b", 2, 0, [8001]));
  assertEquals(await went(), ["a"]);
  gate.leave("a");
  assertEquals(await went(), ["a", "b"]);
  assertEquals(turns.get("b"), { waitedFor: "port", forced: false });
});

Deno.test("nobody waits for what nobody will give back, but while something ends all do", async () => {
  const { enter, gate, turns, went } = gateOf({ memFreeBytes: 100 });
  enter(claim("core", 0, 80));
  enter(claim("large", 1, 50));
  const ending = Promise.withResolvers<void>();
  const ended = gate.ending(() => ending.promise);
  gate.rest("core");
  assertEquals(await went(), ["core"]);
  ending.resolve();
  await ended;
  assertEquals(await went(), ["core", "large"]);
  assertEquals(turns.get("large"), { waitedFor: "memory", forced: true });
});

Deno.test("one that is up enters again without being in its own way", async () => {
  const { enter, gate, turns, went } = gateOf({ slots: 1, memFreeBytes: 100 });
  enter(claim("core", 0, 80, [8000]));
  await went();
  gate.rest("core");
  turns.clear();
  enter(claim("other", 2, 10));
  gate.rest("other");
  enter(claim("core", 0, 80, [8000]));
  await went();
  assertEquals(turns.get("core"), { waitedFor: null, forced: false });
});

Deno.test("a closed gate refuses who waits and who comes", async () => {
  const gate = new Gate({ slots: 1, memFreeBytes: null });
  await gate.enter(claim("a", 1));
  const waiting = gate.enter(claim("b", 2));
  gate.close(new Error("interrupted"));
  gate.close(new Error("too late"));
  await assertRejects(() => waiting, Error, "interrupted");
  await assertRejects(() => gate.enter(claim("c", 3)), Error, "interrupted");
});

Deno.test("with the host's cores busy no more starts go on than are free to, until one is ready or the cores are", async () => {
  let busy = true;
  let begun = 0;
  const pressure = { free: 2, isBusy: () => busy, began: () => void begun++ };
  const { enter, gate, turns, went } = gateOf({ pressure });
  for (const [rank, name] of ["a", "b", "c", "d", "e"].entries()) enter(claim(name, rank));
  assertEquals([await went(), begun], [["a", "b"], 2]);
  gate.retry();
  assertEquals(await went(), ["a", "b"]);
  gate.started("a");
  assertEquals(await went(), ["a", "b", "c"]);
  busy = false;
  gate.retry();
  assertEquals(await went(), ["a", "b", "c", "d", "e"]);
  assertEquals(turns.get("c"), { waitedFor: "cores", forced: false });
});

Deno.test("one that is up goes on with its work, however busy the cores are", async () => {
  const { enter, gate, went } = gateOf({ pressure: { free: 1, isBusy: () => true, began: () => {} } });
  enter(claim("a", 0));
  gate.started("a");
  gate.rest("a");
  enter(claim("b", 1));
  assertEquals(await went(), ["a", "b"]);
  enter(claim("a", 2));
  const again = await went();
  assertEquals(again, ["a", "b"]);
  gate.started("b");
  gate.leave("b");
  assertEquals((await went()).length, 2);
});
