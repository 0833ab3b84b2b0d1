/**
 * What a run says, held against what has really happened to the services: a model of its own, which knows nothing of the
 * rules, and of the journal only when each module's windows were open.
 */

import { assert, assertEquals } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import { writeReports } from "../../lib/report/write.ts";
import { readEvidence } from "../../lib/audit/rejudge.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { textOf } from "../fakes/texts.ts";
import type { ChaosResult } from "./chaos.ts";
import { AUDIT_DIR } from "./harness.ts";

interface Span {
  module: string;
  fromMs: number;
  toMs: number;
}

/** When each window was open, on the run's clock. One that was not closed is left out: its module is no PASS anyway. */
function windows(journal: readonly JournalLine[]): Span[] {
  const open = new Map<string, number>();
  return journal.flatMap((line): Span[] => {
    if (line.type === "window_opened") open.set(line.module, Date.parse(line.at));
    if (line.type !== "window_closed") return [];
    return [{ module: line.module, fromMs: open.get(line.module) ?? Infinity, toMs: Date.parse(line.at) }];
  });
}

/** No module passes in whose window one of its own services, of its helpers or of what it leans on came to harm. */
export function checkTruth({ truth }: ChaosResult, judged: JudgedRun, journal: readonly JournalLine[]): void {
  const { core = [], dependsOn = {}, helpers = {}, services = {} } = judged.evidence.run ?? {};
  const leansOn = (name: string): string[] => (dependsOn[name] ?? []).flatMap((each) => [each, ...leansOn(each)]);
  const modulesOf = (service: string) =>
    Object.keys(services).filter((name) => [...services[name] ?? [], ...helpers[name] ?? []].includes(service));
  const spans = windows(journal);
  for (const { service, wallMs, what } of truth) {
    // In the millisecond of an edge, which was first is not told.
    const open = spans.filter(({ fromMs, toMs }) => fromMs < wallMs && wallMs < toMs).map(({ module }) => module);
    const hit = modulesOf(service).filter((module) => open.includes(module));
    // Of the core, nobody leans on all the others.
    const needs = (module: string) => [...leansOn(module), ...(core.includes(module) ? [] : core)];
    const leaning = open.filter((module) => needs(module).some((name) => hit.includes(name)));
    for (const { name, status } of [...judged.modules, ...judged.alsoRun]) {
      const why = `${service}: ${what} at ${new Date(wallMs).toISOString()}`;
      assert(status !== "PASS" || !hit.includes(name), `${name} is PASS, and ${why}`);
      // What somebody else answers is seen at the service itself.
      if (!what.startsWith("somebody")) {
        assert(status !== "PASS" || !leaning.includes(name), `${name} is PASS, and ${why}`);
      }
    }
  }
}

/** Every file that was found is a test that ran to its end, where the module passes. */
export function checkTestsRan(judged: JudgedRun, journal: readonly JournalLine[]): void {
  for (const { name, status } of judged.modules) {
    if (status !== "PASS") continue;
    for (const found of journal) {
      if (found.type !== "tests_found" || found.module !== name) continue;
      const ran = journal.flatMap((line) =>
        line.type === "test" && line.module === name && line.cycle === found.cycle && line.unfinished === undefined &&
          !line.timedOut && line.returnCode === 0
          ? [line.file]
          : []
      );
      assertEquals(ran, found.files, `${name} is PASS in cycle ${found.cycle}`);
      assert(found.files.length > 0, `${name} is PASS without a test`);
    }
  }
}

/** The journal alone gives the same reports, byte for byte. */
export async function checkJudgedAgain({ world: { files, host } }: ChaosResult): Promise<void> {
  const judged = judge(await readEvidence(host, AUDIT_DIR, "judge"));
  const write = (path: string, data: Parameters<typeof textOf>[0]) => {
    assertEquals(textOf(data), files.get(`${AUDIT_DIR}/${path}`), path);
    return Promise.resolve();
  };
  await writeReports({ ...host.files, writeAtomic: write }, ".", judged, { dir: AUDIT_DIR });
}
