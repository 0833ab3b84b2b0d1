/** Runs on the process engine, without Docker: how wall time, CPU and memory go with the number of modules and cycles. */

import { join } from "@std/path";
import { builtinModules } from "../../lib/modules.ts";
import { say } from "../say.ts";
import { growthBar, growthText, leastBar, sumBar } from "./bars.ts";
import { type Growth, growthOf, warmUpOf } from "./growth.ts";
import { type HarnessRun, runHarness } from "./harness.ts";
import { attempt, type Bar, NOTHING, type PartResult, together } from "./result.ts";
import { workload } from "./workload.ts";

interface Size {
  modules: number;
  cycles: number;
  runs: number;
  /**
   * A cycle of a second: it shows how the cost goes with the number of modules, and much of it is beginning and ending, of
   * which nothing is promised. Without it, the default thresholds.
   */
  quick: boolean;
}

const JOBS = ["1", "auto"];

/** `most.cycles` are run once each: they are many runs by themselves. */
export async function processPart(
  binary: string,
  most: { runs: number; modules: number; cycles: number },
): Promise<PartResult> {
  const counts = [...new Set([9, 50, most.modules])].filter((count) => count <= most.modules);
  const sizes: Size[] = [
    { modules: 9, cycles: 1, runs: most.runs, quick: false },
    ...counts.map((modules) => ({ modules, cycles: 1, runs: most.runs, quick: true })),
    { modules: 9, cycles: most.cycles, runs: 1, quick: true },
  ];
  const parts: PartResult[] = [];
  for (const size of sizes) parts.push(await attempt(titleOf(size), () => sizePart(binary, size)));
  return together(parts);
}

function titleOf({ cycles, modules, quick }: Size): string {
  const what = `${modules} modules, ${cycles} ${cycles === 1 ? "cycle" : "cycles"}, on processes`;
  return quick ? `${what}, quick probes` : what;
}

async function sizePart(binary: string, size: Size): Promise<PartResult> {
  const { cycles, modules, quick, runs } = size;
  const title = titleOf(size);
  const seen = new Map<string, HarnessRun[]>(JOBS.map((jobs) => [jobs, []]));
  for (let round = 1; round <= runs; round++) {
    for (const jobs of JOBS) {
      const run = await runProcesses({ binary, modules, quick, args: ["--jobs", jobs, "--cycles", `${cycles}`] });
      seen.get(jobs)?.push(run);
      say(`${title}, round ${round}: --jobs ${jobs} took ${(run.wallMs / 1000).toFixed(1)} s`);
    }
  }
  const [one, auto] = JOBS.map((jobs) => ({ name: `--jobs ${jobs}`, runs: seen.get(jobs) ?? [] }));
  if (one === undefined || auto === undefined) throw new Error("Two numbers of jobs are compared");
  const grown = [one, auto].flatMap(({ name, runs: [run] }) => {
    if (cycles < 10 || run === undefined) return [];
    const { beats, journal } = run;
    return [{ name, growth: growthOf(beats, journal), warmUp: warmUpOf(beats, journal) }];
  });
  const about = `Services are the program itself as stand-in; groups of nine with VX11's dependencies; ${
    quick ? "5 probes each, 20 ms apart" : "default thresholds"
  }; no tests.`;
  const ratios = [sumBar(title, one), leastBar(title, auto, navigator.hardwareConcurrency)];
  const isPromised = !quick || cycles > 1;
  return {
    ...NOTHING,
    sections: [{
      title,
      about,
      series: [one, auto],
      notes: [...isPromised ? [] : ratios.map(unpromised), ...grown.flatMap(warmUpNote)],
    }],
    bars: [...isPromised ? ratios : [], ...grown.map(({ name, growth }) => growthBar(`${title}, ${name}`, growth))],
  };
}

function unpromised({ seen, what }: Bar): string {
  return `${what.slice(what.indexOf("--jobs"))}: ${seen}. Of so short a cycle nothing is promised.`;
}

function warmUpNote({ name, warmUp }: { name: string; warmUp: Growth | null }): string[] {
  return warmUp === null
    ? []
    : [`${name}: RSS while it warms up, of which nothing is promised: ${growthText(warmUp)}.`];
}

export interface ProcessRun {
  binary: string;
  modules: number;
  quick: boolean;
  args: readonly string[];
}

/** One run in a folder of its own. */
export async function runProcesses({ args, binary, modules, quick }: ProcessRun): Promise<HarnessRun> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-bench-project-" });
  try {
    const { config, names } = workload({ count: modules, binary, modules: builtinModules(), quick });
    await Deno.writeTextFile(join(dir, "bench.yaml"), config);
    const given = ["--config", "bench.yaml", "--modules", names.join(","), "--no-keep-core", ...args];
    return await runHarness(binary, given, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
