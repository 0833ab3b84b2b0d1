/** `resume`: a run that was cut short goes on, as its journal says that it was called. */

import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { Failure, usageFailure } from "../../model/failure.ts";
import { refuseOtherRules } from "../../run/request.ts";
import { readResumable, type Resumable } from "../../run/resume.ts";
import { type Command, parseCommand, type ResumeConfig } from "../args.ts";
import type { Tool } from "../version.ts";

/** The run as it was asked for, and what it was. Usage Failure if it cannot go on as it began. */
export async function resumedRun(
  host: Host,
  tool: Tool,
  { auditDir, color, json, quiet }: ResumeConfig,
): Promise<{ config: RunConfig; resume: Resumable }> {
  const resume = await readResumable(host, auditDir, tool);
  const { args, cwd } = resume.request;
  const command = await asCalled({ ...host, args, cwd: () => cwd }, auditDir);
  if (command.kind !== "run") {
    throw usageFailure(`Cannot resume "${auditDir}": it was called with "${args.join(" ")}", which is no run`);
  }
  const config = { ...command.config, auditDir, color };
  refuseOtherRules(auditDir, resume.run, config);
  return { config: { ...config, json: json || config.json, quiet: quiet || config.quiet }, resume };
}

async function asCalled(host: Host, auditDir: string): Promise<Command> {
  try {
    return await parseCommand(host);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { next, what } = error.data;
    throw usageFailure(`Cannot resume "${auditDir}" as it was called, in ${host.cwd()}: ${what}`, next);
  }
}
