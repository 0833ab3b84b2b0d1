/** Resumes a run that was cut short: whether it can go on, and the first lines of its next part. */

import type { Host } from "../../host/host.ts";
import type { RunRequest, RunStarted } from "../../model/evidence.ts";
import { type Failure, usageFailure } from "../../model/failure.ts";
import type { RunEvidence } from "../../model/record.ts";
import type { RunContext } from "../context.ts";
import { readEvidence } from "../../audit/rejudge.ts";
import { ownIdentity } from "../../audit/run_identity.ts";

/** The run and its request. */
export interface Resumable {
  run: RunStarted;
  request: RunRequest;
}

/** The run in an audit dir, whose journal is read and checked. Throws a usage Failure if the run cannot go on. */
export async function readResumable(
  host: Pick<Host, "files">,
  auditDir: string,
  tool: { version: string },
): Promise<Resumable> {
  const { failure, finished, interrupted, request, run } = await readEvidence(host, auditDir, "resume");
  const refused = (why: string, next: string): Failure => usageFailure(`Cannot resume "${auditDir}": ${why}`, next);
  if (run === null) throw refused("no line of its journal says what was run", "Begin a new run");
  if (run.demo !== undefined) {
    throw refused("it is a demonstration, and its services are gone", "Begin another one: vx11-stability demo");
  }
  if (run.tool.version !== tool.version) {
    throw refused(
      `version ${run.tool.version} began it, and this is ${tool.version}`,
      `Use version ${run.tool.version}, or begin a new run`,
    );
  }
  if (request === undefined) throw refused("its journal does not say how it was called", "Begin a new run");
  if (finished && interrupted === null && failure === null) {
    throw refused("the run came to its end", `See its verdict: vx11-stability judge ${auditDir}`);
  }
  return { run, request };
}

/** Writes the first lines of the part that begins. */
export function goOnWith({ engine, host, journal, networksBefore }: RunContext): void {
  const { evidence } = journal;
  const away = host.clock.wall() - Date.parse(evidence.finishedAt ?? "");
  journal.add({
    type: "resumed",
    after: endOf(evidence),
    awayMs: away >= 0 ? away : null,
    host: { ...ownIdentity(host), os: host.os, arch: host.arch },
    engine: engine.info,
  });
  journal.add({ type: "networks_before", ids: [...networksBefore] });
}

function endOf({ failure, interrupted }: RunEvidence): string {
  if (interrupted !== null) return interrupted;
  return failure === null ? "a kill" : `a failure: ${failure.what}`;
}
