/** What the program itself takes, however long it runs: on the process engine, from outside, by the kernel's own peak. */

import { assert } from "@std/assert";
import { MOST_PEAK_MIB } from "../../scripts/bench/bars.ts";
import { runProcesses } from "../../scripts/bench/part_process.ts";
import { binary, integrationTest } from "./environment.ts";

for (const [modules, cycles] of [[9, 40], [60, 3]] as const) {
  integrationTest(
    `the program takes no more than it promises, over ${modules} modules and ${cycles} cycles`,
    async () => {
      const args = ["--jobs", "auto", "--cycles", String(cycles)];
      const { peakMib } = await runProcesses({ binary: await binary(), modules, quick: true, args });
      assert(peakMib !== null && peakMib <= MOST_PEAK_MIB, `${peakMib} MiB`);
    },
  );
}
