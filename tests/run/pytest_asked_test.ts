/** Whether there is a pytest is asked once, and only where something is to be run with it. */

import { assertEquals } from "@std/assert";
import { world } from "./harness.ts";

async function asked(tests: Record<string, number>): Promise<{ count: number; codes: (string | undefined)[] }> {
  const it = world({ tests, config: { selected: ["shubniggurath"] } });
  const { spawn } = it.host;
  let count = 0;
  Object.assign(it.host, {
    spawn: (...of: Parameters<typeof spawn>) => {
      if (of[0].at(-1) === "--version") count++;
      return spawn(...of);
    },
  });
  const { judged } = await it.run();
  return { count, codes: judged.modules.flatMap(({ reasons }) => reasons.map(({ code }) => code)) };
}

Deno.test("whether pytest is there is asked once for all files", async () => {
  assertEquals(await asked({ "test_shubniggurath_a.py": 0, "test_shubniggurath_b.py": 0 }), { count: 1, codes: [] });
});

for (
  const [what, tests] of [["no test at all", {}], ["a test of a module that is not", {
    "test_mcp_a.py": 0,
  }]] as const
) {
  Deno.test(`whether pytest is there is not asked where there is ${what} selected`, async () => {
    assertEquals(await asked(tests), { count: 0, codes: ["no_tests"] });
  });
}
