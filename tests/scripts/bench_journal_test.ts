/** The journals that `judge` is measured on: the program takes them for a run's own, of the shape that was asked for. */

import { assertEquals } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { LineReader } from "../../lib/record/line_reader.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { longJournal } from "../../scripts/bench/long_journal.ts";
import { SHAPES } from "../../scripts/bench/part_judge.ts";

Deno.test("longJournal() is a journal of a whole run, with failures here and there", () => {
  for (const { samplesPerProbe } of SHAPES) {
    const lines: JournalLine[] = [];
    new LineReader().read(
      [...longJournal({ name: "", cycles: 10, probes: 50, samplesPerProbe })],
      (line) => lines.push(line),
    );
    const judged = judge(foldJournal(lines));
    assertEquals([judged.summary.total, judged.summary.passed, judged.summary.failed], [9, 6, 3]);
    const seen = judged.evidence.modules.find(({ name }) => name === "switch")?.cycles.flatMap((c) => c.services) ?? [];
    assertEquals(
      seen.map(({ probes, samples }) => [probes.length, samples.length]),
      seen.map(() => [
        50,
        50 * samplesPerProbe,
      ]),
    );
  }
});
