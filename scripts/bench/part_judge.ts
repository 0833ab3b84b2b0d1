/** What `judge` costs, of a journal of 200 MB: of a long soak, and of many short cycles. */

import { join } from "@std/path";
import { say } from "../say.ts";
import { judgeBars } from "./bars.ts";
import { type JournalShape, longJournal } from "./long_journal.ts";
import { BenchError, measure } from "./measure.ts";
import { attempt, NOTHING, type PartResult, together } from "./result.ts";

export const SHAPES: readonly JournalShape[] = [
  { name: "2 cycles of 9 modules, 21,000 probes and samples each", cycles: 2, probes: 21_000, samplesPerProbe: 1 },
  { name: "700 cycles of 9 modules, 50 probes and 40 samples each", cycles: 700, probes: 50, samplesPerProbe: 0.8 },
];

export async function judgePart(binary: string): Promise<PartResult> {
  const parts: PartResult[] = [];
  for (const shape of SHAPES) parts.push(await attempt(`judge, ${shape.name}`, () => judged(binary, shape)));
  return together(parts);
}

async function judged(binary: string, shape: JournalShape): Promise<PartResult> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-bench-judge-" });
  try {
    const bytes = await writeJournal(join(dir, "journal.ndjson"), shape);
    const { code, cpuMs, peakMib, said } = await measure([binary, "judge", dir, "--quiet"], { cwd: dir });
    if (code !== 0 && code !== 1) throw new BenchError(`\`judge\` ended with ${code}: ${said}`);
    const note =
      `${shape.name} (${(bytes / 1e6).toFixed(0)} MB): ${cpuMs === null ? "–" : (cpuMs / 1000).toFixed(1)} s ` +
      `of CPU, peak RSS ${peakMib?.toFixed(0) ?? "–"} MiB.`;
    say(`judge: ${note}`);
    const section = { title: "Judging a long run", about: shape.name, series: [], notes: [note] };
    return { ...NOTHING, sections: [section], bars: judgeBars(shape.name, cpuMs, peakMib) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const LINES_A_WRITE = 2000;

/** How many bytes it has. */
async function writeJournal(path: string, shape: JournalShape): Promise<number> {
  const file = await Deno.open(path, { write: true, createNew: true });
  const writer = file.writable.getWriter();
  let bytes = 0;
  let lines: string[] = [];
  const flush = async () => {
    const block = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    lines = [];
    bytes += block.length;
    await writer.write(block);
  };
  for (const line of longJournal(shape)) {
    if (lines.push(line) >= LINES_A_WRITE) await flush();
  }
  await flush();
  // It is not written before.
  await writer.close();
  return bytes;
}
