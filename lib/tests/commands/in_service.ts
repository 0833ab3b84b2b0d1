/** Runs a command in a service: in its container, or on this host as the service's own programs run. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/failure.ts";
import { type Ended, endFacts, runForService } from "../child.ts";
import { lastLine } from "../last_lines.ts";
import type { ServicePlace } from "../runner.ts";
import { type CommandPlace, notStarted, type Ran, ranOf } from "./ran.ts";
import { ownReport, type Promised, promisedXml, readReport, xmlInService } from "./report.ts";
import type { CommandSpec } from "./spec.ts";

/** Rejects with the signal's reason on abort, and if the output cannot be written, after all its processes are gone. */
export async function runInService(
  host: Host,
  spec: CommandSpec,
  place: CommandPlace,
  service: string,
): Promise<Ran> {
  const there = await place.inService(service);
  if ("why" in there) return await notRun(place, there.why);
  const promised = await promisedBy(host, spec, there);
  if (promised !== null && "why" in promised) return await notRun(place, promised.why);
  const { auditDir, clean, evidence, family, limitMs, output, signal } = place;
  const run = there.run({ words: spec.run, env: { ...there.env, ...spec.env }, cwd: spec.cwd, family });
  const { end, ...kept } = await runForService(host, run, {
    evidence,
    limitMs,
    output: join(auditDir, output),
    signal,
  });
  if (end.how === "not started") {
    return await (end.code === null ? notRun(place, end.why) : notStarted(place, end.why));
  }
  const { code, signal: endedBy } = end.how === "ended" ? end : { code: null, signal: null };
  const ended: Ended = { ...kept, code, signal: endedBy };
  if (kept.timedOut || end.how === "ended") {
    return ranOf(ended, promised === null ? ownReport(ended) : await readReport(host, promised, place), clean);
  }
  const nothing = { counts: null, firstFailure: lastLine(kept.said), skipReason: null };
  return {
    ...endFacts(ended, nothing, clean),
    ...(end.how === "unknown"
      ? { endUnknown: clean(end.why) }
      : { unfinished: `the container of "${service}" ended before it was seen to end` }),
  };
}

async function promisedBy(
  host: Host,
  { junit }: CommandSpec,
  there: ServicePlace,
): Promise<Promised | { why: string } | null> {
  if (junit === null) return null;
  try {
    return await promisedXml(xmlInService(host, there, junit), junit);
  } catch (error) {
    return { why: `what is at ${junit} before it could not be seen: ${messageOf(error)}` };
  }
}

/** A command that was not run, for a reason of its surroundings. */
async function notRun({ auditDir, clean, evidence, output }: CommandPlace, why: string): Promise<Ran> {
  await evidence.writeText(join(auditDir, output), `Not run: ${why}\n`);
  return {
    returnCode: null,
    signal: null,
    timedOut: false,
    durationMs: 0,
    counts: null,
    notRun: clean(why),
    firstFailure: null,
  };
}
