/** Output of real children through `spawn`, in pieces of every size. */

import { assert, assertEquals } from "@std/assert";
import { spawn } from "../../lib/host/deno_children.ts";
import { joinBytes } from "../../lib/text/bytes.ts";
import { PYTHON } from "../fakes/python.ts";

/** Writes as many bytes at once as it is told, each when it is asked for the next. */
const WRITER =
  "import os, sys\nfor size in map(int, sys.argv[1:]): os.write(1, bytes(i * 7 % 251 for i in range(size)))";

Deno.test("a child's output comes whole and in order, however much it writes at once", async () => {
  const sizes = [1, 2048, 2049, 5000, 200_000, 3, 70_000];
  const child = spawn([PYTHON, "-c", WRITER, ...sizes.map(String)]);
  const [chunks] = await Promise.all([Array.fromAsync(child.stdout), child.stderr.cancel()]);
  const expected = joinBytes(sizes.map((size) => Uint8Array.from({ length: size }, (_, index) => index * 7 % 251)));
  assertEquals(joinBytes(chunks).length, expected.length);
  assert(joinBytes(chunks).every((byte, index) => byte === expected[index]));
  assert(Math.max(...chunks.map(({ buffer }) => buffer.byteLength)) <= 64 * 1024);
  assertEquals((await child.exit).code, 0);
});

Deno.test("a small piece of a child's output takes no large buffer", async () => {
  const child = spawn([PYTHON, "-c", WRITER, "10"]);
  const [chunks] = await Promise.all([Array.fromAsync(child.stdout), child.stderr.cancel()]);
  assertEquals(chunks.map(({ buffer, length }) => [length, buffer.byteLength]), [[10, 10]]);
  await child.exit;
});

Deno.test("a child's output that nobody reads on is let go of", async () => {
  const child = spawn([PYTHON, "-c", "import os\nwhile True: os.write(1, b'x' * 1000)"]);
  const reader = child.stdout.getReader();
  assertEquals((await reader.read()).done, false);
  await Promise.all([reader.cancel(), child.stderr.cancel()]);
  // Its next write finds no reader.
  assert((await child.exit).code !== 0);
});
