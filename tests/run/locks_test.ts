import { assertEquals, assertRejects } from "@std/assert";
import { Locks } from "../../lib/run/locks.ts";

function steps() {
  const done: string[] = [];
  const locks = new Locks();
  const work = (name: string, keys: string[], held: (key: string) => boolean = () => true) => {
    const end = Promise.withResolvers<void>();
    const whole = locks.during(keys, held, async () => {
      done.push(`${name} begins`);
      await end.promise;
      done.push(`${name} ends`);
    });
    return { end: end.resolve, whole };
  };
  return { done, locks, work };
}

const settle = () =>
  new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => resolve(0)))));

Deno.test("work on one thing takes turns, work on others does not wait", async () => {
  const { done, work } = steps();
  const [a, b, c] = [work("a", ["x", "y"]), work("b", ["y", "z"]), work("c", ["v"])];
  await settle();
  assertEquals(done, ["a begins", "c begins"]);
  a.end();
  await a.whole;
  await settle();
  assertEquals(done.slice(2), ["a ends", "b begins"]);
  b.end();
  c.end();
  await Promise.all([b.whole, c.whole]);
});

Deno.test("what is not held is waited for, and bars nobody", async () => {
  const { done, work } = steps();
  const a = work("a", ["there"], () => false);
  const b = work("b", ["there"]);
  await settle();
  assertEquals(done, ["a begins", "b begins"]);
  const c = work("c", ["there"], () => false);
  await settle();
  assertEquals(done.length, 2);
  b.end();
  await b.whole;
  await settle();
  assertEquals(done.at(-1), "c begins");
  a.end();
  c.end();
  await Promise.all([a.whole, c.whole]);
});

Deno.test("work that fails lets go", async () => {
  const { locks, work } = steps();
  await assertRejects(() => locks.during(["x"], () => true, () => Promise.reject(new Error("no"))), Error, "no");
  const next = work("next", ["x"]);
  next.end();
  await next.whole;
});
