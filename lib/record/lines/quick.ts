/**
 * Reads the commonest lines in one go, in exactly the form in which this program writes them; the schema (lines.ts)
 * accepts all of these. Lines of any other form are left to JSON and to the schema.
 */

import { type JournalLine, type Phase, PHASES, WAITS } from "../../model/evidence.ts";
import { own } from "./words.ts";

const WORD = String.raw`"([^"\\\x00-\x1f]*)"`;
const WHOLE = String.raw`(?:0|[1-9]\d{0,14})`;
/** From 0 to 1e15. */
const NUMBER = String.raw`${WHOLE}(?:\.\d{1,20})?`;
const MOMENT = String
  .raw`"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z)"`;
const WHERE = `"cycle":(${WHOLE}),"module":${WORD}`;

const orNull = (pattern: string) => `(${pattern}|null)`;

/** `keys`: those of the type, in the order in which this program writes them. */
function lineOf(type: string, keys: string): RegExp {
  return new RegExp(`^{"at":${MOMENT},"ms":(${NUMBER}),"type":"${type}",${keys},"h":"[0-9a-f]{16}"}$`);
}

type Match = readonly (string | undefined)[];

interface Quick {
  line: RegExp;
  /** What was found → the line. */
  read(found: Match): JournalLine;
}

const QUICK: Readonly<Record<string, Quick>> = {
  probe: {
    line: lineOf(
      "probe",
      `${WHERE},"service":${WORD}(?:,"page":(0|[1-9]\\d{0,2}))?,"ok":(?:(true)|false),"latencyMs":(${NUMBER}),` +
        `"status":${orNull(WHOLE)},"error":(?:${WORD}|null)(?:,"lateMs":(${NUMBER}))?(?:,"starvedMs":(${NUMBER}))?`,
    ),
    read: probeOf,
  },
  sample: {
    line: lineOf(
      "sample",
      `${WHERE},"service":${WORD},"containerId":${WORD},"source":${WORD},` +
        `"memBytes":(${NUMBER}),"memPeakKernelBytes":${orNull(NUMBER)},"memCacheBytes":${orNull(NUMBER)},` +
        `"cpuUsec":${orNull(NUMBER)},"cpuPct":${orNull(NUMBER)},"oomKills":${orNull(WHOLE)}` +
        WAITS.map((wait) => `(?:,"${wait}":(${NUMBER}))?`).join(""),
    ),
    read: sampleOf,
  },
  event: {
    line: lineOf(
      "event",
      `"time":${WORD},"action":${WORD},"containerId":${WORD},"container":${WORD},"service":${WORD},` +
        `"exitCode":${orNull(WHOLE)},"signal":${orNull(WHOLE)}`,
    ),
    read: eventOf,
  },
  phase: {
    line: lineOf("phase", `${WHERE},"phase":"(${PHASES.join("|")})","startMs":(${NUMBER}),"durationMs":(${NUMBER})`),
    read: phaseOf,
  },
};

const TYPE = '"type":"';

/** What a line with a hash says; the caller checks the hash. null if the line has to be read in full. */
export function quickLine(text: string): JournalLine | null {
  const start = text.indexOf(TYPE) + TYPE.length;
  const type = text.slice(start, text.indexOf('"', start));
  if (!Object.hasOwn(QUICK, type)) return null;
  const { line, read } = QUICK[type] as Quick;
  const found: Match | null = line.exec(text);
  return found === null ? null : read(found);
}

function probeOf(found: Match): JournalLine {
  const line: JournalLine & { type: "probe" } = {
    at: found[1] as string,
    ms: Number(found[2]),
    type: "probe",
    cycle: Number(found[3]),
    module: own(found[4] as string),
    service: own(found[5] as string),
    ok: found[7] !== undefined,
    latencyMs: Number(found[8]),
    status: numberOf(found[9] as string),
    error: found[10] === undefined ? null : own(found[10]),
  };
  if (found[6] !== undefined) line.page = Number(found[6]);
  if (found[11] !== undefined) line.lateMs = Number(found[11]);
  if (found[12] !== undefined) line.starvedMs = Number(found[12]);
  return line;
}

function sampleOf(found: Match): JournalLine {
  const line: JournalLine & { type: "sample" } = {
    at: found[1] as string,
    ms: Number(found[2]),
    type: "sample",
    cycle: Number(found[3]),
    module: own(found[4] as string),
    service: own(found[5] as string),
    containerId: own(found[6] as string),
    source: own(found[7] as string),
    memBytes: Number(found[8]),
    memPeakKernelBytes: numberOf(found[9] as string),
    memCacheBytes: numberOf(found[10] as string),
    cpuUsec: numberOf(found[11] as string),
    cpuPct: numberOf(found[12] as string),
    oomKills: numberOf(found[13] as string),
  };
  WAITS.forEach((wait, nr) => {
    const usec = found[14 + nr];
    if (usec !== undefined) line[wait] = Number(usec);
  });
  return line;
}

function eventOf(found: Match): JournalLine {
  return {
    at: found[1] as string,
    ms: Number(found[2]),
    type: "event",
    time: own(found[3] as string),
    action: own(found[4] as string),
    containerId: own(found[5] as string),
    container: own(found[6] as string),
    service: own(found[7] as string),
    exitCode: numberOf(found[8] as string),
    signal: numberOf(found[9] as string),
  };
}

function phaseOf(found: Match): JournalLine {
  return {
    at: found[1] as string,
    ms: Number(found[2]),
    type: "phase",
    cycle: Number(found[3]),
    module: own(found[4] as string),
    phase: found[5] as Phase,
    startMs: Number(found[6]),
    durationMs: Number(found[7]),
  };
}

function numberOf(text: string): number | null {
  return text === "null" ? null : Number(text);
}
