/**
 * The cases of pytest and of commands, from the XML that is in raw/ beside their outputs. Tolerant: what cannot be read has no cases, since
 * the record has a result for each file without them.
 */

import type { JudgedRun } from "../../model/record.ts";
import type { TestRun } from "../../model/evidence.ts";
import { type JunitCase, scanJunitXml } from "../../figures/junit_xml.ts";

/** By the path of the file's output below the audit dir. */
export type PytestCases = ReadonlyMap<string, readonly JunitCase[]>;

/** Text of a file of the audit dir; null where it cannot be had. */
export type ReadRaw = (path: string) => Promise<string | null>;

/** Cases read of one run; of what is beyond, the report has the files alone. */
const MOST_CASES = 10_000;

/** Files with failures are read first, in case that there are too many. */
export async function readPytestCases({ evidence }: JudgedRun, readRaw: ReadRaw): Promise<PytestCases> {
  const runs = evidence.modules.flatMap(({ cycles }) => cycles.flatMap(({ tests }) => tests));
  const failed = runs.filter(({ returnCode }) => returnCode !== 0);
  const found = new Map<string, JunitCase[]>();
  let room = MOST_CASES;
  for (const { output } of new Set<TestRun>([...failed, ...runs])) {
    const path = xmlPath(output);
    if (room <= 0 || path === null || found.has(output)) continue;
    const text = await readRaw(path);
    const cases = text === null ? [] : parsePytestXml(text);
    if (cases.length > room) continue;
    room -= cases.length;
    found.set(output, cases);
  }
  return found;
}

/** Only what a run itself could have put there: a journal may come from elsewhere. */
function xmlPath(output: string): string | null {
  return /^raw\/[^/\\\0]+\.txt$/.test(output) ? output.replace(/\.txt$/, ".xml") : null;
}

export function parsePytestXml(xml: string): JunitCase[] {
  return [...scanJunitXml(xml)].filter((each) => each !== null);
}
