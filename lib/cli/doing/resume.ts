/** `resume`: a run that was cut short goes on, as its journal says that it was called. */

import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { Failure, usageFailure } from "../../model/failure.ts";
import { refuseOtherRules } from "../../run/request.ts";
import { readResumable, type Resumable } from "../../run/resume.ts";
import type { Parse, Parsed } from "../command.ts";
import type { Tool } from "../version.ts";

/** What `resume` needs; all else, the run's journal has. */
export interface ResumeConfig {
  /** Absolute. */
  auditDir: string;
  quiet: boolean;
  json: boolean;
  color: boolean;
}

/** The run as it was asked for, and what it was. Usage Failure if it cannot go on as it began. */
export async function resumedRun(
  host: Host,
  { parse, tool }: { parse: Parse; tool: Tool },
  { auditDir, color, json, quiet }: ResumeConfig,
): Promise<{ config: RunConfig; resume: Resumable }> {
  const resume = await readResumable(host, auditDir, tool);
  const { args, cwd } = resume.request;
  const command = await asCalled({ ...host, args, cwd: () => cwd }, parse, auditDir);
  if (!isRun(command)) {
    throw usageFailure(`Cannot resume "${auditDir}": it was called with "${args.join(" ")}", which is no run`);
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

/** Read by whoever called this, who knows the commands. */
function isRun(command: Parsed): command is Parsed & { config: RunConfig } {
  return command.kind === "run";
}
