/** `judge`: makes the verdict of a run from its journal, writes its reports anew, and ends with the exit code of the run. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { environmentFailure, messageOf } from "../../model/failure.ts";
import type { JudgedRun } from "../../model/record.ts";
import { defaultSettings, parseConfig } from "../../config/file.ts";
import { shown } from "../../text/shown.ts";
import { plain } from "../../report/escape.ts";
import { roomMaker, writeReports } from "../../report/write.ts";
import { judgeBy, readEvidence } from "../../audit/rejudge.ts";
import { tellResult } from "../result.ts";

/** The settings of `judge`. Paths are absolute. */
export interface JudgeConfig {
  auditDir: string;
  /** undefined: beside the journal, or below it if other rules are given. */
  out: string | undefined;
  /** Other rules and thresholds: the text of a config file, and its path as messages show it. */
  rules: { path: string; text: string } | undefined;
  strict: boolean;
  /** Whether the exit code is 0 whatever the verdict. */
  exitZero: boolean;
  quiet: boolean;
  json: boolean;
  color: boolean;
}

/** Resolves to the exit code. */
export async function judgeCommand(host: Host, config: JudgeConfig): Promise<number> {
  const judged = await rejudged(host, config);
  const { auditDir } = config;
  const isBelow = config.out === undefined && config.rules !== undefined;
  const out = config.out ?? (isBelow ? join(auditDir, "rejudged") : auditDir);
  // With --out the links stay as they are: the same journal by the same rules must give the same bytes on any machine.
  await write(host, { dir: out, auditDir, up: isBelow ? "../" : "" }, judged);
  const { failure } = judged.evidence;
  const code = await tellResult(host, config, { auditDir: out, judged, failure });
  if (!isBelow && out !== auditDir && !config.json && !config.quiet) {
    host.out.write(`Logs and raw outputs, which REPORT.html links to: ${plain(auditDir)}\n`);
  }
  return code;
}

/** Rules and thresholds that the file does not name stay as in the run. */
async function rejudged(host: Host, { auditDir, rules, strict }: JudgeConfig): Promise<JudgedRun> {
  const read = await readEvidence(host, auditDir, "judge");
  // The reports must agree with the exit code.
  const run = read.run !== null && strict ? { ...read.run, strict: true } : read.run;
  const evidence = { ...read, run };
  if (rules === undefined || run === null) return judgeBy(evidence, null, roomMaker(host));
  const recorded = { ...defaultSettings(), thresholds: run.thresholds, rules: run.rules };
  const { thresholds, rules: levels } = parseConfig(rules.text, rules.path, recorded);
  return judgeBy(evidence, { yardstick: { thresholds, rules: levels }, name: shown(rules.path) }, roomMaker(host));
}

async function write(
  host: Host,
  { auditDir, dir, up }: { auditDir: string; dir: string; up: string },
  judged: JudgedRun,
): Promise<void> {
  try {
    await host.files.ensureDir(dir);
    await writeReports(host.files, dir, judged, { dir: auditDir, up }, roomMaker(host));
  } catch (error) {
    const why = messageOf(error);
    throw environmentFailure(`Cannot write the reports to "${dir}": ${why}`, "Name another folder with --out");
  }
}
