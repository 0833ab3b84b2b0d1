/** The sandbox's nine modules on a real engine: the harness with one job, with many, and the same work by hand, in turn. */

import { say } from "../say.ts";
import { criticalPathBar, neverSlowerBar, plainBar, sumBar } from "./bars.ts";
import { NOTHING, type PartResult, type Run, type Series } from "./result.ts";
import { runPlain, runSandbox, whyNoSandbox } from "./sandbox.ts";

const ABOUT = "config/sandbox, core down at the end; the plain script is scripts/bench/plain.sh.";

export async function dockerPart(binary: string, root: string, runs: number): Promise<PartResult> {
  const why = await whyNoSandbox(root);
  if (why !== null) return { ...NOTHING, skipped: [`the sandbox on Docker: ${why}`] };
  const contenders: { name: string; once: () => Promise<Run> }[] = [
    { name: "plain script", once: async () => ({ ...await runPlain(root), cpuMs: null, peakMib: null, timing: null }) },
    { name: "--jobs 1", once: () => runSandbox(binary, root, ["--jobs", "1"]) },
    { name: "--jobs auto", once: () => runSandbox(binary, root, ["--jobs", "auto"]) },
  ];
  const seen = contenders.map(() => [] as Run[]);
  for (let round = 1; round <= runs; round++) {
    for (const [index, { name, once }] of contenders.entries()) {
      const run = await once();
      seen[index]?.push(run);
      say(`Sandbox, round ${round}: ${name} took ${(run.wallMs / 1000).toFixed(1)} s`);
    }
  }
  const series = contenders.map(({ name }, index): Series => ({ name, runs: seen[index] ?? [] }));
  const [plain, one, auto] = series;
  if (plain === undefined || one === undefined || auto === undefined) throw new Error("Three things are compared");
  return {
    ...NOTHING,
    sections: [{ title: "Sandbox, nine modules, on Docker", about: ABOUT, series, notes: [] }],
    bars: [
      sumBar("Sandbox", one),
      criticalPathBar("Sandbox", auto),
      plainBar(plain, auto),
      neverSlowerBar(plain, one),
    ],
  };
}
