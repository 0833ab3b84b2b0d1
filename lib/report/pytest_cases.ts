/**
 * pytest's own cases, from the XML that it left in raw/ beside its output. Tolerant: what cannot be read has no cases, since
 * the record has a result for each file without them.
 */

import type { JudgedRun } from "../model/record.ts";
import type { TestRun } from "../model/evidence.ts";
import { unescapeXml } from "./escape/xml.ts";

export interface PytestCase {
  classname: string;
  name: string;
  /** null where pytest does not say. */
  ms: number | null;
  outcome: "passed" | "failure" | "error" | "skipped";
  /** What went wrong in a line or some, and the traceback; empty where there is none. */
  message: string;
  text: string;
}

/** By the path of the file's output below the audit dir. */
export type PytestCases = ReadonlyMap<string, readonly PytestCase[]>;

/** Text of a file of the audit dir; null where it cannot be had. */
export type ReadRaw = (path: string) => Promise<string | null>;

/** Cases read of one run; of what is beyond, the report has the files alone. */
const MOST_CASES = 10_000;

/** Files with failures are read first, in case that there are too many. */
export async function readPytestCases({ evidence }: JudgedRun, readRaw: ReadRaw): Promise<PytestCases> {
  const runs = evidence.modules.flatMap(({ cycles }) => cycles.flatMap(({ tests }) => tests));
  const failed = runs.filter(({ returnCode }) => returnCode !== 0);
  const found = new Map<string, PytestCase[]>();
  let room = MOST_CASES;
  for (const { output } of new Set<TestRun>([...failed, ...runs])) {
    const path = xmlPath(output);
    if (room <= 0 || path === null || found.has(output)) continue;
    const text = await readRaw(path);
    const cases = text === null ? [] : parsePytestXml(text);
    if (cases.length > room) continue;
    room -= cases.length;
    found.set(output, cases);
  }
  return found;
}

/** Only what a run itself could have put there: a journal may come from elsewhere. */
function xmlPath(output: string): string | null {
  return /^raw\/[^/\\\0]+\.txt$/.test(output) ? output.replace(/\.txt$/, ".xml") : null;
}

const TAG = /<(\/?)([\w-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/g;
const WRONG = ["failure", "error", "skipped"] as const;

/** What `--junit-xml` of pytest 3 and later holds. */
export function parsePytestXml(xml: string): PytestCase[] {
  const cases: PytestCase[] = [];
  let open = false;
  for (const { 0: tag, 1: slash, 2: name, 3: attributes = "", 4: closed, index } of xml.matchAll(TAG)) {
    if (name === "testcase") {
      open = slash === "" && closed === "";
      if (slash === "") cases.push(newCase(attributes));
      continue;
    }
    const current = cases.at(-1);
    const wrong = WRONG.find((kind) => kind === name);
    if (!open || slash !== "" || wrong === undefined || current === undefined || current.outcome !== "passed") continue;
    current.outcome = wrong;
    current.message = attribute(attributes, "message") ?? "";
    if (closed === "") current.text = unescapeXml(textFrom(xml, index + tag.length));
  }
  return cases;
}

function newCase(attributes: string): PytestCase {
  const seconds = Number.parseFloat(attribute(attributes, "time") ?? "");
  return {
    classname: attribute(attributes, "classname") ?? "",
    name: attribute(attributes, "name") ?? "",
    ms: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
    outcome: "passed",
    message: "",
    text: "",
  };
}

function textFrom(xml: string, start: number): string {
  const end = xml.indexOf("<", start);
  return xml.slice(start, end < 0 ? xml.length : end);
}

function attribute(attributes: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? null : unescapeXml(value);
}
