/** What a command's own report in JUnit's XML proves. Without a report, the command as a whole is one test. */

import { join } from "@std/path";
import type { JunitCase, JunitEnd } from "../../figures/junit_xml.ts";
import type { ChildExit, Host } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import type { TestCounts } from "../../model/evidence.ts";
import { messageOf } from "../../model/failure.ts";
import { count, duration } from "../../text/units.ts";
import { OUTPUT_LIMIT_BYTES } from "../child.ts";
import { keepXml, readXml, turnsOf, walkJunit, xmlPath, type XmlText } from "../junit.ts";
import { LONGEST_SAID } from "../last_lines.ts";
import type { ServicePlace, TestPlace } from "../runner.ts";
import { type SingleTest, SingleTests } from "../single.ts";

export interface Report {
  /** null if it is not known which tests ran. */
  counts: TestCounts | null;
  /** Name and message of the first failing test; null if none is known. */
  firstFailure: string | null;
  /** Why the first test was skipped that was; null if none was, or if it does not say. */
  skipReason: string | null;
  /** Why an exit code of 0 proves nothing, and what to do; null if it does prove something. */
  problem: string | null;
  /** null if not all of its single tests are known. */
  tests: SingleTest[] | null;
}

/** Of a command that writes no report. */
export function ownReport({ code }: ChildExit): Report {
  const counts = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, errors: 0, skipped: 0 };
  return { counts, firstFailure: null, skipReason: null, problem: null, tests: null };
}

/** An XML that a command is to write, and what was there before it began. */
export interface Promised {
  /** As the user is told. */
  name: string;
  source: XmlSource;
  /** When a file that was there had been written; null if there was none. */
  beforeMs: number | null;
  /** When the command was about to be started, by the clock that the file is written by. */
  startedMs: number;
}

/** Where an XML is: on this host, or in a service. */
export interface XmlSource {
  /** null if there is no such file. Rejects if that is not known. */
  modifiedMs(): Promise<number | null>;
  /** Its beginning; null if there is no such file. Rejects if it cannot be read. */
  read(): Promise<XmlText | null>;
  /** By the clock that it is written by. */
  now(): number;
}

/** `path`: relative to the project dir. */
export function xmlOnHost(host: Pick<Host, "clock" | "files">, projectDir: string, path: string): XmlSource {
  const whole = join(projectDir, path);
  return {
    modifiedMs: () => host.files.modifiedMs(whole),
    read: () => readXml(host, whole),
    now: () => host.clock.wall(),
  };
}

/** `path`: as the service sees it. */
export function xmlInService(
  { clock }: Pick<Host, "clock">,
  { clockAheadMs, readFile }: Pick<ServicePlace, "clockAheadMs" | "readFile">,
  path: string,
): XmlSource {
  return {
    modifiedMs: async () => (await readFile(path, 0))?.modifiedMs ?? null,
    read: () => readFile(path, OUTPUT_LIMIT_BYTES),
    now: () => clock.wall() + clockAheadMs,
  };
}

export async function promisedXml(source: XmlSource, name: string): Promise<Promised> {
  return { name, source, beforeMs: await source.modifiedMs(), startedMs: source.now() };
}

/** The coarsest unit in which file systems keep the time of a change (FAT). */
const COARSEST_MS = 2000;

/** An XML that the command did not write says nothing of it, and is neither read nor kept. */
export async function readReport(
  host: Host,
  promised: Promised,
  place: Pick<TestPlace, "auditDir" | "evidence" | "output">,
): Promise<Report> {
  const { name, source } = promised;
  let xml: XmlText | null;
  try {
    const stale = staleness(promised, await source.modifiedMs());
    if (stale !== null) return unproved(stale);
    xml = await source.read();
  } catch (error) {
    refuseShortage(error);
    return unproved(`${name} cannot be read: ${messageOf(error)}`);
  }
  if (xml === null) return unproved(`it left no file ${name}. ${REMEDY}`);
  await keepXml(host, xml, place, "the command's");
  return await reportOf(xml, { name, kept: xmlPath(place.output) }, turnsOf(host));
}

function unproved(problem: string): Report {
  return { counts: null, firstFailure: null, skipReason: null, problem, tests: null };
}

const REMEDY = "Correct `junit` in the config file, or leave it out if the command writes no XML";

/** Why the file is not what the command was to write; null if it may be. */
function staleness({ beforeMs, name, startedMs }: Promised, nowMs: number | null): string | null {
  if (nowMs === null) return `it left no file ${name}. ${REMEDY}`;
  if (nowMs === beforeMs) return `${name} is the file that was there before the command began. ${REMEDY}`;
  if (nowMs >= startedMs - COARSEST_MS) return null;
  return `${name} is older than the start of the command (by ${duration(startedMs - nowMs)}). Have the tests run anew`;
}

/** `kept`: where the XML is kept. */
async function reportOf(
  { cut, text }: XmlText,
  { kept, name }: { kept: string; name: string },
  giveWay: () => Promise<void>,
): Promise<Report> {
  const seen: TestCounts = { passed: 0, failed: 0, errors: 0, skipped: 0 };
  const said: Pick<Report, "firstFailure" | "skipReason"> = { firstFailure: null, skipReason: null };
  const tests = new SingleTests();
  const { counts, isWhole, root } = await walkJunit(text, giveWay, (each) => {
    tests.take(each, name);
    seen[COUNTED[each.outcome]]++;
    if (each.outcome === "skipped") said.skipReason ??= lineOf(each);
    else if (each.outcome !== "passed") said.firstFailure ??= failureOf(each);
  });
  const problem = cut
    ? `${name} is too large`
    : isWhole
    ? flawOf({ counts, root, seen }, name)
    : `${name} is cut, or no XML: see ${kept}`;
  if (problem === null) return { counts, ...said, problem, tests: tests.known(counts) };
  // What failed has failed; what is said to have passed does not prove the rest.
  const known = counts ?? seen;
  return { counts: known.failed + known.errors > 0 ? known : null, ...said, problem, tests: null };
}

/** Why a whole XML proves nothing; null if it does prove something. */
function flawOf({ counts, root, seen }: Pick<JunitEnd, "counts" | "root"> & { seen: TestCounts }, name: string) {
  if (root === null) return `${name} is no XML`;
  if (!ROOTS.includes(root)) return `${name} is no report of JUnit: all of it is in <${root}>`;
  if (counts === null) return `${name} has no test in it`;
  const [stated, there] = [totalOf(counts), totalOf(seen)];
  return stated > there ? `${name} speaks of ${count(stated, "test")} and has ${there} of them in it` : null;
}

const ROOTS = ["testsuites", "testsuite"];

function totalOf(counts: TestCounts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

const COUNTED = { passed: "passed", failure: "failed", error: "errors", skipped: "skipped" } as const;

function failureOf(each: JunitCase): string {
  const line = lineOf(each);
  return (line === null ? each.name : `${each.name}: ${line}`).slice(0, LONGEST_SAID);
}

/** Many runners give no message, and say all in the text. */
function lineOf({ message, text }: JunitCase): string | null {
  const line = `${message}\n${text}`.split("\n").find((each) => each.trim() !== "");
  return line?.trim().slice(0, LONGEST_SAID) ?? null;
}
