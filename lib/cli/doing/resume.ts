/** `resume`: continues a run that was cut short, with the command line in its journal. */

import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { Failure, usageFailure } from "../../model/failure.ts";
import { refuseOtherRules } from "../../run/before/request.ts";
import { readResumable, type Resumable } from "../../run/before/resume.ts";
import type { Parse, Parsed } from "../command.ts";
import type { Tool } from "../version.ts";

/** The settings of `resume`; the run's journal has all others. */
export interface ResumeConfig {
  /** Absolute. */
  auditDir: string;
  quiet: boolean;
  json: boolean;
  color: boolean;
}

/** The settings of the run, and its state so far. Usage Failure if it cannot go on as it began. */
export async function resumedRun(
  host: Host,
  { parse, tool }: { parse: Parse; tool: Tool },
  { auditDir, color, json, quiet }: ResumeConfig,
): Promise<{ config: RunConfig; resume: Resumable }> {
  const resume = await readResumable(host, auditDir, tool);
  const { args, cwd } = resume.request;
  const command = await asCalled({ ...host, args, cwd: () => cwd }, parse, auditDir);
  if (!isRun(command)) {
    throw usageFailure(`Cannot resume "${auditDir}": it was called with "${args.join(" ")}", which is not a run`);
  }
  const config = { ...command.config, auditDir, color };
  refuseOtherRules(auditDir, resume.run, config);
  return { config: { ...config, json: json || config.json, quiet: quiet || config.quiet }, resume };
}

async function asCalled(host: Host, parse: Parse, auditDir: string): Promise<Parsed> {
  try {
    return await parse(host);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { next, what } = error.data;
    throw usageFailure(`Cannot resume "${auditDir}" as it was called, in ${host.cwd()}: ${what}`, next);
  }
}

/** The caller's `parse` made the command: only `run` has a config. */
function isRun(command: Parsed): command is Parsed & { config: RunConfig } {
  return command.kind === "run";
}
