/** Compares text with a golden file; `UPDATE_GOLDEN=1` (deno task golden) writes the file instead. Read the diff then. */

import { assertEquals } from "@std/assert";

export async function assertGolden(name: string, actual: string): Promise<void> {
  const path = new URL(`golden/${name}`, import.meta.url);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") {
    await Deno.mkdir(new URL(".", path), { recursive: true });
    return await Deno.writeTextFile(path, actual);
  }
  const expected = await Deno.readTextFile(path).catch(() => "");
  assertEquals(actual, expected, `tests/golden/${name} differs; if that is meant: scripts/deno task golden`);
}
