/** Runs a command by the engine, in a service or in a container of its own, and says how it ended. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { messageOf } from "../../model/failure.ts";
import type { ApartRun, ServiceRun } from "../../model/service_run.ts";
import { type Ended, endFacts, runForService } from "../child.ts";
import { lastLine } from "../last_lines.ts";
import { type CommandPlace, notStarted, type Ran, ranOf } from "./ran.ts";
import { ownReport, type Promised, promisedXml, readReport, type Report, type XmlSource } from "./report.ts";

export interface EngineRun {
  /** Starts it. */
  run(): ServiceRun | ApartRun;
  /** The XML that it is to write, and its name for the user; null if it writes none. */
  xml: { source: XmlSource; name: string } | null;
  /** What is said if its container ended before it was seen to end. */
  cutShort: string;
}

/** Rejects with the signal's reason on abort, and if the output cannot be written, after all its processes are gone. */
export async function runByEngine(host: Host, place: CommandPlace, { cutShort, run, xml }: EngineRun): Promise<Ran> {
  const promised = await promisedBy(xml);
  if (promised !== null && "why" in promised) return await notRun(place, promised.why);
  const { auditDir, clean, evidence, limitMs, output, signal } = place;
  const wanted = { evidence, limitMs, output: join(auditDir, output), signal };
  const { end, ...kept } = await runForService(host, run(), wanted);
  if (end.how === "not started") {
    return await (end.code === null ? notRun(place, end.why) : notStarted(place, end.why));
  }
  const { code, signal: endedBy } = end.how === "ended" ? end : { code: null, signal: null };
  const ended: Ended = { ...kept, code, signal: endedBy };
  if (kept.timedOut || end.how === "ended") {
    const { cut, meaning } = end.how === "ended" && !kept.timedOut ? end : {};
    const own = cut === undefined && meaning === undefined ? ownReport(ended) : NO_REPORT;
    return {
      ...ranOf(ended, promised === null ? own : await readReport(host, promised, place), place),
      ...(meaning === undefined ? {} : { meaning }),
      ...(cut === undefined ? {} : { unfinished: cut }),
    };
  }
  const nothing = { counts: null, firstFailure: lastLine(kept.said), skipReason: null, tests: null };
  return {
    ...endFacts(ended, nothing, place),
    ...(end.how === "unknown" ? { endUnknown: clean(end.why) } : { unfinished: cutShort }),
  };
}

/** Of a command that writes none: what ended it was no test's doing. */
const NO_REPORT: Report = { counts: null, firstFailure: null, skipReason: null, problem: null, tests: null };

async function promisedBy(xml: EngineRun["xml"]): Promise<Promised | { why: string } | null> {
  if (xml === null) return null;
  try {
    return await promisedXml(xml.source, xml.name);
  } catch (error) {
    return { why: `what is at ${xml.name} before it could not be seen: ${messageOf(error)}` };
  }
}

/** A command that was not run, for a reason of its surroundings. */
export async function notRun({ auditDir, clean, evidence, output }: CommandPlace, why: string): Promise<Ran> {
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
