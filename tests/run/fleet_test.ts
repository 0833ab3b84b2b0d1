/** The looks of a run: one that still holds is not taken again. */

import { assertEquals } from "@std/assert";
import { verdictOn, type World, world } from "./harness.ts";

const TESTS = { "test_shubniggurath_a.py": 0 };

/** How many looks a run of two modules takes, and how the last came out. */
async function looksOf(change: (made: World) => void = () => {}): Promise<[looks: number, verdict: string]> {
  const made = world({ config: { selected: ["operator-backend", "shubniggurath"] }, tests: TESTS });
  change(made);
  const result = await made.run();
  return [made.engine.looks, verdictOn(result, "shubniggurath")];
}

Deno.test("the look after a removal is the look before the next start", async () => {
  const [fewest, verdict] = await looksOf();
  assertEquals(verdict, "PASS");
  const [unheard] = await looksOf(({ engine }) => {
    engine.onOrder = (order) => {
      if (order.startsWith("up operator-backend")) engine.gap("docker events ended");
    };
  });
  assertEquals(unheard, fewest + 1, "where events may be lost, it is not trusted");
});

Deno.test("a container that somebody else started after the last look is seen before the next start", async () => {
  const made = world({ config: { selected: ["operator-backend", "shubniggurath"] }, tests: TESTS });
  const { engine } = made;
  const byHand: string[] = [];
  engine.onOrder = (order) => {
    if (!order.startsWith("remove operator-backend")) return;
    // Right behind the look after the removal.
    const { look } = engine;
    engine.look = async (...args) => {
      const looks = await look.apply(engine, args);
      engine.look = look;
      byHand.push(engine.startByHand("shubniggurath"));
      engine.emit("shubniggurath", "start");
      return looks;
    };
  };
  assertEquals(verdictOn(await made.run(), "shubniggurath"), "PASS");
  assertEquals(
    engine.orders.filter((order) => /shubniggurath/.test(order)),
    ["drift shubniggurath"],
    "tested in place",
  );
  assertEquals(byHand.map((id) => engine.containers.has(id)), [true]);
});
