/** Rows: a list of samples in columns is the list that was put in. */

import { assertEquals } from "@std/assert";
import { numbersOf, Rows, sameOf, type Shape, wordsOf } from "../../lib/model/rows.ts";
import { random } from "../fakes/random.ts";

interface Seen {
  ms: number;
  ok: boolean;
  name: string;
  error: string | null;
  bytes: number | null;
  lateMs?: number;
}

const SHAPE: Shape<Seen> = {
  ms: { kind: "number" },
  ok: { kind: "flag" },
  name: { kind: "word" },
  error: { kind: "word" },
  bytes: { kind: "number" },
  lateMs: { kind: "number", mayMiss: true },
};

function some(count: number): Seen[] {
  const next = random(count + 1);
  return Array.from({ length: count }, (_, index) => ({
    ms: index * 0.1,
    ok: next() < 0.5,
    name: next() < 0.5 ? "__proto__" : "",
    error: next() < 0.5 ? null : `why ${Math.floor(next() * 40)}`,
    bytes: next() < 0.3 ? null : Math.floor(next() * 1e13),
    ...(next() < 0.3 ? { lateMs: 0 } : {}),
  }));
}

Deno.test("Rows give back what was put in, key for key and in order, however many", () => {
  for (const count of [0, 1, 7, 8, 9, 100, 5000, 10_000]) {
    const items = some(count);
    const rows = new Rows<Seen>(SHAPE);
    for (const item of items) rows.push(item);
    assertEquals(rows.length, count);
    assertEquals([...rows], items);
    assertEquals(JSON.stringify(rows), JSON.stringify(items));
    for (const at of [0, 3, -1, -count, count, -count - 1]) assertEquals(rows.at(at), items.at(at));
    for (const [from, to] of [[0, 2], [-3], [2, -2], [-5, -1], [4, 2], [1, 1e9]]) {
      assertEquals(rows.slice(from, to), items.slice(from, to));
    }
  }
});

Deno.test("rows are the same after trim(), and more can be put in", () => {
  for (const count of [0, 1, 9, 5000]) {
    const items = some(count + 100);
    const rows = new Rows<Seen>(SHAPE);
    for (const item of items.slice(0, count)) rows.push(item);
    rows.trim();
    rows.trim();
    assertEquals([...rows], items.slice(0, count));
    for (const item of items.slice(count)) rows.push(item);
    assertEquals([...rows], items);
  }
});

Deno.test("sameOf() is the one value of a column, as long as there is no other", () => {
  const rows = new Rows<Seen>(SHAPE);
  assertEquals(sameOf(rows, "bytes"), undefined);
  const row: Seen = { ms: 1, ok: true, name: "a", error: null, bytes: 0 };
  for (let nr = 0; nr < 20; nr++) rows.push({ ...row, ms: nr });
  assertEquals([sameOf(rows, "bytes"), sameOf(rows, "error"), sameOf(rows, "ms")], [0, Number.NaN, undefined]);
  rows.push({ ...row, bytes: -0 });
  assertEquals(sameOf(rows, "bytes"), undefined);
  assertEquals([...numbersOf(rows, "bytes")], [...Array(20).fill(0), -0]);
  assertEquals(sameOf([row], "bytes"), undefined);
  const negative = new Rows<Seen>(SHAPE);
  assertEquals([...numbersOf(rows, "lateMs")], Array(21).fill(Number.NaN));
  const zero = new Rows<Seen>(SHAPE);
  for (let nr = 0; nr < 9; nr++) zero.push(row);
  assertEquals([...numbersOf(zero, "bytes")], Array(9).fill(0));
  negative.push({ ...row, bytes: -0 });
  assertEquals(Object.is(numbersOf(negative, "bytes")[0], -0), true);
});

Deno.test("columns are the same of Rows and of an array", () => {
  const items = some(300);
  const rows = new Rows<Seen>(SHAPE);
  for (const item of items) rows.push(item);
  for (const key of ["ms", "ok", "bytes", "lateMs"] as const) {
    assertEquals([...numbersOf(rows, key)], [...numbersOf(items, key)], key);
  }
  const inWords = (list: Rows<Seen> | Seen[]) => {
    const { places, words } = wordsOf(list, "name");
    return Array.from(places, (place) => words[place]);
  };
  assertEquals(inWords(rows), inWords(items));
});
