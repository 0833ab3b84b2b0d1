import { assertEquals } from "@std/assert";
import { PARTS } from "./contract.ts";
import { NOT_PROMISED } from "./fake_rig.ts";

Deno.test("what the fake engine does not promise is in the contract", () => {
  const promises = new Set(Object.values(PARTS).flatMap((part) => Object.keys(part)));
  assertEquals(Object.keys(NOT_PROMISED).filter((name) => !promises.has(name)), []);
});
