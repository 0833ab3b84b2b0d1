/** What a real run leaves, read by a script written for the manual of the Python harness. */

import { assert } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { assertAsShown } from "../manual_reader.ts";
import { BUSY, inFolder, runDemo } from "./demo_run.ts";

Deno.test("a demonstration's reports are as the manual shows them, with the raw output of each test", async () => {
  await inFolder(async (dir) => {
    const { stdout } = await runDemo(dir, ["--modules", "switch,hermes", ...BUSY]);
    const [audit] = await Array.fromAsync(Deno.readDir(join(dir, "docs/audit")), ({ name }) => name);
    assert(audit !== undefined, stdout);
    const read = (name: string) => Deno.readTextFile(join(dir, "docs/audit", audit, name));
    const json = await read("REPORT.json");
    assertAsShown(json, await read("REPORT.md"), ["switch", "hermes"]);
    for (const { name, test_results } of Object.values(JSON.parse(json).modules) as Module[]) {
      for (const file of Object.keys(test_results)) {
        assert(await exists(join(dir, "docs/audit", audit, "raw", `${name}_${file}.txt`)), `${name}: ${file}`);
      }
    }
  });
});

interface Module {
  name: string;
  test_results: Record<string, unknown>;
}
