/** Runs a command on this host, in a process group of its own. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import { messageOf } from "../../model/failure.ts";
import { runToEnd } from "../child.ts";
import { type CommandPlace, notStarted, type Ran, ranOf } from "./ran.ts";
import { ownReport, promisedXml, readReport, xmlOnHost } from "./report.ts";
import type { CommandSpec } from "./spec.ts";

export async function runOnHost(host: Host, spec: CommandSpec, place: CommandPlace): Promise<Ran> {
  const cwd = join(place.cwd, spec.cwd);
  const problem = await folderProblem(host, cwd);
  if (problem !== null) return await notStarted(place, problem);
  try {
    return await runIn(host, spec, place, cwd);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    refuseShortage(error);
    return await notStarted(place, await spawnProblem(host, error, spec, cwd));
  }
}

/** Why it is no folder that a command can run in; null if it is one. */
export async function folderProblem({ files }: Host, cwd: string): Promise<string | null> {
  try {
    const kind = await files.kind(cwd);
    if (kind === "directory") return null;
    return kind === "file" ? `its cwd ${cwd} is no folder` : `there is no folder ${cwd}`;
  } catch (error) {
    refuseShortage(error);
    return `its cwd ${cwd} cannot be used: ${messageOf(error)}`;
  }
}

async function spawnProblem({ files }: Host, error: SpawnError, spec: CommandSpec, cwd: string): Promise<string> {
  const [program = ""] = spec.run;
  if (error.kind !== "not found") return error.message;
  const isThere = program.includes("/") && await files.isExecutable(join(cwd, program));
  return isThere ? `${program} is there, but not the interpreter in its first line` : `${program}: command not found`;
}

async function runIn(host: Host, spec: CommandSpec, place: CommandPlace, cwd: string): Promise<Ran> {
  const { auditDir, env, evidence, family, limitMs, output, signal } = place;
  const { junit } = spec;
  const promised = junit === null ? null : await promisedXml(xmlOnHost(host, place.cwd, junit), junit);
  const ended = await runToEnd(host, {
    cwd,
    family,
    limitMs,
    command: spec.run,
    env: { ...env, ...spec.env },
    output: join(auditDir, output),
    evidence,
    signal,
  });
  const report = promised === null ? ownReport(ended) : await readReport(host, promised, place);
  return ranOf(ended, report, place);
}
