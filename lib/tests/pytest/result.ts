/** What a run of one test file comes to, by how pytest ended, its XML, and what the witness wrote. Judges nothing. */

import { join } from "@std/path";
import type { Host } from "../../host/host.ts";
import type { TestCounts, TestRun } from "../../model/evidence.ts";
import { type Ended, endFacts } from "../child.ts";
import { keepXml, readXml, turnsOf } from "../junit.ts";
import type { TestPlace } from "../runner.ts";
import {
  collectedCount,
  errorLine,
  type JunitOutcome,
  MEANINGS,
  NO_OUTCOME,
  NOTHING_COLLECTED,
  readJunit,
} from "./outcome.ts";
import { missingPackage } from "./packages.ts";
import { fewerText, readWitness, type Witness } from "./witness.ts";
import { RECORD } from "./witness_plugin.ts";

/** The fields that differ from file to file. */
export type Ran = Omit<TestRun, "runner" | "file" | "limitMs" | "output" | "again">;

/** Where pytest's XML and the witness's record of one file are, absolute. */
export interface Traces {
  xml: string;
  /** The folder of the record. */
  dir: string;
}

interface ResultPlace extends Pick<TestPlace, "auditDir" | "clean" | "evidence" | "output"> {
  /** Its name in reports. */
  file: string;
}

/** Keeps the XML beside the output, too. */
export async function resultOf(host: Host, place: ResultPlace, traces: Traces, ended: Ended): Promise<Ran> {
  const { clean } = place;
  const { code, said, signal, timedOut } = ended;
  const { counts, firstFailure, skipReason, tests } = await outcomeIn(host, place, traces.xml);
  const seen = await witnessIn(host, traces.dir);
  const { isKnown, leftOut, unfinished } = seen.isKnown ? seen : unwitnessed(counts, said);
  const isEmpty = code === NOTHING_COLLECTED;
  const isGreen = code === 0 || isEmpty;
  const failure = firstFailure ?? (isGreen || timedOut || signal !== null || leftOut ? null : errorLine(said));
  const lacks = isGreen || timedOut ? null : missingPackage({ firstFailure: failure });
  const meaning = code === null ? undefined : MEANINGS[code];
  // A run that is known to be cut short, or left out, needs no other reason.
  const isCut = unfinished !== null || leftOut;
  const unproven = isCut ? null : unproved(code, counts, place) ?? (isKnown || !isGreen ? null : NO_WITNESS);
  return {
    ...endFacts(ended, { counts, firstFailure: failure, skipReason, tests }, place),
    ...(isEmpty ? { isEmpty } : {}),
    ...(meaning === undefined ? {} : { meaning }),
    ...(lacks === null ? {} : { lacks }),
    ...(leftOut ? { leftOut: LEFT_OUT } : {}),
    ...(unfinished === null || !isGreen || leftOut ? {} : { unfinished: clean(unfinished) }),
    ...(unproven === null ? {} : { unproven }),
  };
}

const LEFT_OUT = "the project's own settings for pytest: see collect_ignore, --ignore and norecursedirs";

const NO_WITNESS =
  "pytest may have collected more than it ran. Pass PYTEST_PLUGINS and PYTHONPATH on to it, as this program " +
  "sets them";

/** Why the exit code 0 proves nothing; null if there is more evidence than that. */
function unproved(code: number | null, counts: TestCounts | null, { output }: ResultPlace): string | null {
  if (code !== 0 || counts !== null) return null;
  return `pytest left no XML of them. See its output, ${output}, and check that the command that runs it passes --junit-xml ` +
    "on and sees this host's files";
}

/** Keeps pytest's XML beside its output, and reads it. */
async function outcomeIn(host: Host, place: ResultPlace, path: string): Promise<JunitOutcome> {
  if (await host.files.kind(path) !== "file") return NO_OUTCOME;
  const xml = await readXml(host, path);
  await keepXml(host, xml, place, "pytest's");
  return await readJunit(xml.text, turnsOf(host), place.file);
}

async function witnessIn({ files }: Host, dir: string): Promise<Witness> {
  const path = join(dir, RECORD);
  return readWitness(await files.kind(path) === "file" ? await files.readText(path) : "");
}

/** What is known without the plugin: how many tests pytest said that it would run, and how many its XML has. */
function unwitnessed(counts: TestCounts | null, said: string): Witness {
  const collected = collectedCount(said);
  if (collected === null || counts === null) return { isKnown: false, leftOut: false, unfinished: null };
  const ran = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return { isKnown: true, leftOut: false, unfinished: ran < collected ? fewerText(ran, collected) : null };
}
