/** What watching costs: nine modules up at once and watched for a while, on processes and, where it can be, on Docker. */

import { say } from "../say.ts";
import { cpuBar } from "./bars.ts";
import type { HarnessRun } from "./harness.ts";
import { runProcesses } from "./part_process.ts";
import { attempt, NOTHING, type PartResult, together } from "./result.ts";
import { configOfExecChecks, runSandbox, whyNoSandbox } from "./sandbox.ts";
import { watchedOf } from "./watching.ts";

const NINE = 9;

export async function soakPart(binary: string, root: string, soakSec: number): Promise<PartResult> {
  const args = ["--jobs", String(NINE), "--soak-sec", String(soakSec)];
  const processes = await attempt("nine modules watched on processes", async () => {
    return watchPart("on processes", await runProcesses({ binary, modules: NINE, quick: false, args }));
  });
  const why = await whyNoSandbox(root);
  if (why !== null) return together([processes, { ...NOTHING, skipped: [`nine modules watched on Docker: ${why}`] }]);
  const containers = await attempt("nine modules watched on Docker", async () => {
    return watchPart("on Docker", await runSandbox(binary, root, args));
  });
  const where = "on Docker, by checks of kind exec";
  const commands = await attempt(`nine modules watched ${where}`, async () => watchPart(where, await runExec()));
  return together([processes, containers, commands]);

  async function runExec(): Promise<HarnessRun> {
    const config = await Deno.makeTempFile({ prefix: "vx11-bench-", suffix: ".yaml" });
    try {
      await Deno.writeTextFile(config, configOfExecChecks());
      return await runSandbox(binary, root, [...args, "--config", config]);
    } finally {
      await Deno.remove(config);
    }
  }
}

function watchPart(where: string, run: HarnessRun): PartResult {
  const soaked = run.journal.filter(({ phase }) => phase === "soak").flatMap(({ module }) => module ?? []);
  const modules = [...new Set(soaked)];
  const watched = modules.length < NINE
    ? `Only ${modules.length} modules had a soak`
    : watchedOf(run.beats, run.journal, modules);
  const note = typeof watched === "string"
    ? `${watched}.`
    : `All ${NINE} were watched at once for ${(watched.durationMs / 1000).toFixed(1)} s; the harness used ` +
      `${watched.cpuPct.toFixed(1)} % of one core.`;
  say(`Nine modules watched, ${where}: ${note}`);
  const title = `Nine modules watched at once, ${where}`;
  const series = [{ name: `--jobs ${NINE}`, runs: [run] }];
  return {
    ...NOTHING,
    sections: [{
      title,
      about: "Default thresholds; CPU is that of the harness and of the commands that it runs.",
      series,
      notes: [note],
    }],
    bars: [cpuBar(`Watching ${where}`, typeof watched === "string" ? undefined : watched.cpuPct)],
  };
}
