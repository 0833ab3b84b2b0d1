/** Journals that are not as a run wrote them: which line it is, and what of it. */

import { recordOf } from "../../lib/values/json.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { apart, chained, START } from "../../lib/record/lines/chain.ts";
import { own } from "../../lib/record/lines/words.ts";
import { BadLine, LineReader, OtherVersion } from "../../lib/record/line_reader.ts";
import { journalText, parseJournal, rechained } from "../fakes/journal.ts";
import { fixture } from "../fixtures/read.ts";
import { realJournal } from "../run/journal_lines.ts";

const REAL = realJournal();
const LINES = journalText(REAL).trimEnd().split("\n");

/** The lines with the one at `index` (from 0) changed. */
function altered(index: number, change: (line: Record<string, unknown>) => unknown): string {
  const all: unknown[] = REAL.map((line) => structuredClone(line));
  all[index] = change(all[index] as Record<string, unknown>);
  return [...chained(all.map((line) => JSON.stringify(line)))].join("\n");
}

function indexOf(type: JournalLine["type"]): number {
  return REAL.findIndex((line) => line.type === type);
}

function whyNot(text: string): string {
  return assertThrows(() => parseJournal(text), BadLine).message;
}

Deno.test("read() gives the lines as they were written, without their hashes", () => {
  assertEquals(parseJournal(LINES.join("\n")), REAL);
  const texts = fixture("journal_switch.ndjson").trimEnd().split("\n");
  const plain = texts.map((text) => JSON.parse(apart(text).text));
  const [first, ...others] = parseJournal(texts.join("\n"));
  assertEquals(others, plain.slice(1));
  // Its maps have no prototype, and what came later has its defaults there, as below.
  const { rules, thresholds, ...run } = recordOf(structuredClone(first));
  const written = (key: string, value: unknown) =>
    Object.fromEntries(Object.keys(plain[0][key]).map((each) => [each, recordOf(value)[each]]));
  assertEquals({ ...run, rules: written("rules", rules), thresholds: written("thresholds", thresholds) }, plain[0]);
});

Deno.test("a hash is 16 hex digits at the end of each line, of that line and the one before it", () => {
  const [first = "", second = ""] = chained(['{"a":1}', '{"b":2}']);
  assertEquals(first, '{"a":1,"h":"015abd7f5cc57a2d"}');
  assertEquals(apart(second).text, '{"b":2}');
  assertEquals([...chained(['{"b":2}'])] as unknown === second, false);
});

Deno.test("a last line that was cut short is left out, at any character of it, and is one that a kill cut", () => {
  const whole = LINES.slice(0, 5).join("\n") + "\n";
  const last = LINES[5] ?? "";
  for (let cut = 0; cut < last.length; cut++) assertEquals(parseJournal(whole + last.slice(0, cut)).length, 5);
  assertEquals(parseJournal(whole + last).length, 6);
  assertEquals(parseJournal(""), []);
});

Deno.test("half a line in the middle is told", () => {
  assert(whyNot([LINES[0]?.slice(0, 40), ...LINES.slice(1)].join("\n")).startsWith("line 1 is no JSON"));
});

const NEW = "a line was changed, removed, doubled, moved or put in after the run";
const EDITS: Record<string, [text: string, why: string]> = {
  "a changed line": [LINES.map((line) => line.replace('"ok":true', '"ok":false')).join("\n"), NEW],
  "a removed line": [LINES.toSpliced(11, 1).join("\n"), `line 12 does not follow from line 11: ${NEW}`],
  "a removed first line": [LINES.slice(1).join("\n"), `line 1 is not the first that the run wrote: ${NEW}`],
  "a doubled line": [
    LINES.toSpliced(11, 0, LINES[10] ?? "").join("\n"),
    `line 12 does not follow from line 11: ${NEW}`,
  ],
  "swapped lines": [
    LINES.toSpliced(10, 2, LINES[11] ?? "", LINES[10] ?? "").join("\n"),
    `line 11 does not follow from line 10: ${NEW}`,
  ],
  "a line put in": [
    LINES.toSpliced(20, 0, LINES.at(-1) ?? "").join("\n"),
    `line 21 does not follow from line 20: ${NEW}`,
  ],
  "the first and the last line alone": [
    [LINES[0], LINES.at(-1)].join("\n"),
    `line 2 does not follow from line 1: ${NEW}`,
  ],
  "another hash": [LINES.map((line) => line.replace(/.."}$/, '00"}')).join("\n"), NEW],
  "a hash taken off": [
    LINES.with(7, apart(LINES[7] ?? "").text).join("\n"),
    "line 8 has no hash, with which a run ends each line: it was changed or put in after the run",
  ],
  "a hash taken off the first": [
    LINES.with(0, apart(LINES[0] ?? "").text).join("\n"),
    "line 1 has no hash, with which a run ends each line: it was changed or put in after the run",
  ],
  "a journal without hashes": [
    LINES.map((line) => apart(line).text).join("\n"),
    "line 1 has no hash, with which a run ends each line: it was changed or put in after the run",
  ],
  "a hash that is no longer last": [
    LINES.map((line) => JSON.stringify(JSON.parse(line), (_, value) => reversed(value))).join("\n"),
    "line 1 has a hash in another place than its end",
  ],
};

function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("h" in value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

for (const [what, [text, why]] of Object.entries(EDITS)) {
  Deno.test(`${what} is told`, () => {
    const said = whyNot(text);
    assert(said.endsWith(why), said);
    assert(/^line \d+ /.test(said), said);
  });
}

const nr = (type: JournalLine["type"]) => indexOf(type) + 1;
const SHAPES: [what: string, type: JournalLine["type"], (line: Record<string, unknown>) => unknown, why: string][] = [
  ["a missing key", "probe", ({ ok: _, ...line }) => line, `(probe) has no "ok", which must be true or false`],
  [
    "another type",
    "probe",
    (line) => ({ ...line, ok: "yes" }),
    `(probe) has "yes" as "ok", which must be true or false`,
  ],
  ["null", "owned", (line) => ({ ...line, service: null }), `(owned) has null as "service", which must be a string`],
  [
    "a nested key",
    "look",
    (line) => ({ ...line, state: { ...line["state"] as object, pid: "1" } }),
    `(look) has "1" as "state.pid", which must be a whole number, or null`,
  ],
  ["jobs", "run_started", ({ jobs: _, ...line }) => line, `(run_started) has no "jobs", which must be a whole number`],
  ["the wait", "cycle_finished", ({ waitPct: _, ...line }) => line, `(cycle_finished) has no "waitPct", which must be`],
  [
    "a value that is too long to be shown",
    "owned",
    (line) => ({ ...line, service: { name: "x".repeat(60) } }),
    `(owned) has {"name":"${"x".repeat(51)}… as "service", which must be a string`,
  ],
  [
    "a word in the place of an object",
    "look",
    (line) => ({ ...line, state: "running" }),
    `(look) has "running" as "state", which must be an object`,
  ],
  [
    "a word in the place of an object of which no key is needed",
    "run_started",
    (line) => ({ ...line, thresholds: "none" }),
    `(run_started) has "none" as "thresholds", which must be an object`,
  ],
  [
    "a number in the place of names with values",
    "run_started",
    (line) => ({ ...line, services: 7 }),
    `(run_started) has 7 as "services", which must be an object`,
  ],
  [
    "a key within what may be null",
    "test",
    (line) => ({ ...line, counts: { passed: 1, failed: "1", errors: 0, skipped: 0 } }),
    `(test) has "1" as "counts.failed", which must be a whole number from 0 on`,
  ],
  [
    "a word in the place of what may be null",
    "test",
    (line) => ({ ...line, counts: "none" }),
    `(test) has "none" as "counts", which must be an object, or null`,
  ],
  [
    "a key behind others that are null",
    "test",
    (line) => ({ ...line, signal: null, output: 7 }),
    `(test) has 7 as "output", which must be a string`,
  ],
  ["no type", "probe", ({ type: _, ...line }) => line, `has no "type"`],
  ["an unknown type", "probe", (line) => ({ ...line, type: "toString" }), `is of the type "toString", which`],
  ["no moment", "notice", (line) => ({ ...line, at: "yesterday" }), `has "yesterday" as "at", which must be a moment`],
  ["half a cycle", "probe", (line) => ({ ...line, cycle: 1.5 }), `has 1.5 as "cycle", which must be a whole number`],
  ["a far page", "probe", (line) => ({ ...line, page: 1e9 }), `has 1000000000 as "page", which must be`],
  ["a figure past all", "probe", (line) => ({ ...line, latencyMs: 1e300 }), `has 1e+300 as "latencyMs", which must be`],
  [
    "names without values",
    "run_started",
    (line) => ({ ...line, services: { constructor: 1 } }),
    `has 1 as "services.constructor", which must be a list`,
  ],
];
for (const [what, type, change, why] of SHAPES) {
  Deno.test(`${what} in a line is named by line and key`, () => {
    const index = Math.max(0, indexOf(type));
    const said = whyNot(altered(index, change));
    assert(said.startsWith(`line ${index + 1} `) && said.includes(why), said);
  });
}

Deno.test("a number that JSON takes for infinite is refused", () => {
  const text = rechained(LINES.join("\n").replace(/"latencyMs":[\d.]+/, '"latencyMs":1e999'));
  assert(whyNot(text).startsWith(`line ${nr("probe")} (probe) has Infinity as "latencyMs"`));
});

Deno.test("JSON that is no object is told", () => {
  for (const text of ["[]", "7", "null"]) assertEquals(whyNot(`${text}\n${LINES[0]}`), "line 1 is no object");
});

Deno.test("rules and thresholds that came after a run have their defaults in it", () => {
  const text = altered(0, ({ rules, thresholds, ...line }) => ({
    ...line,
    rules: { ...rules as object, exited: undefined, no_tests: "off" },
    thresholds: { ...thresholds as object, latency_p95_ms: undefined, min_probes: 7 },
  }));
  const [first] = parseJournal(text);
  if (first?.type !== "run_started") throw new Error("the first line begins the run");
  assertEquals([first.rules.exited, first.rules.no_tests], ["fail", "off"]);
  assertEquals([first.thresholds.latency_p95_ms, first.thresholds.min_probes], [500, 7]);
});

Deno.test("keys that this version does not know are let be", () => {
  const text = altered(indexOf("probe"), (line) => ({ ...line, later: { version: [1] } }));
  let count = 0;
  new LineReader().read(text.split("\n"), () => count++);
  assertEquals(count, REAL.length);
});

Deno.test("a journal of another version is told as one, whatever else its lines have", () => {
  const text = altered(0, () => ({ type: "run_started", schemaVersion: 3, tool: { version: "9.0.0" } }));
  assertEquals(assertThrows(() => parseJournal(text), OtherVersion).writer, "9.0.0");
});

Deno.test("count and hash are those of the last line that was read", () => {
  const reader = new LineReader();
  assertEquals([reader.count, reader.hash], [0, START]);
  reader.read(LINES.slice(0, 4), () => {});
  assertEquals([reader.count, reader.hash], [4, apart(LINES[3] ?? "").hash ?? ""]);
  reader.read(LINES.slice(4), () => {});
  assertEquals([reader.count, reader.hash], [LINES.length, apart(LINES.at(-1) ?? "").hash ?? ""]);
});

Deno.test("words that come again are kept, of many the last ones alone", () => {
  const kept = new Map<string, string>();
  for (let nr = 0; nr < 2500; nr++) assertEquals(own(`container-${nr}`, kept), `container-${nr}`);
  assert(kept.size <= 1000 && kept.has("container-2499") && !kept.has("container-0"), `${kept.size} words`);
});
