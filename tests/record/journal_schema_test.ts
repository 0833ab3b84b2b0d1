/** The JSON Schema of journal lines, as a validator not of ours reads it, beside the reader of journals. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { whyNoLine } from "../../lib/record/lines/check.ts";
import { journalSchema } from "../../lib/record/lines/json.ts";
import { LINES } from "../../lib/record/lines/lines.ts";
import { recordOf } from "../../lib/values/json.ts";
import { lineRefusal } from "../fakes/journal.ts";
import { fixture } from "../fixtures/read.ts";
import { changesOf, valueOf } from "../parsers/json_values.ts";

const DOCUMENT: unknown = JSON.parse(JSON.stringify(journalSchema()));
const H = "0123456789abcdef";

Deno.test("each line of a real journal is valid, and none with a key more, a key less or another hash", () => {
  for (const text of fixture("journal_switch.ndjson").trim().split("\n")) {
    const line = recordOf(JSON.parse(text));
    assertEquals(lineRefusal(line), null, text);
    assert(lineRefusal({ ...line, more: 1 }) !== null, text);
    assert(lineRefusal({ ...line, h: "x" }) !== null, text);
    assert(lineRefusal({ ...line, type: "other" }) !== null, text);
    const { h: _, ...without } = line;
    assert(lineRefusal(without) !== null, text);
  }
});

const SAMPLES = [
  ...(recordOf(DOCUMENT)["oneOf"] as unknown[]).map((each) => recordOf(valueOf(each, DOCUMENT))),
  ...fixture("journal_switch.ndjson").trim().split("\n").map((text) => recordOf(JSON.parse(text))),
];

Deno.test("there is a sample of each type of line", () => {
  assertEquals(new Set(SAMPLES.map(({ type }) => type)), new Set(Object.keys(LINES)));
});

for (const type of Object.keys(LINES)) {
  Deno.test(`a line ${type} that was changed anywhere is refused by the schema and by the reader alike`, () => {
    let refused = 0;
    const texts = new Set<string>();
    for (const { h: _, ...line } of SAMPLES.filter((each) => each["type"] === type)) {
      assertEquals([whyNoLine(line), lineRefusal({ ...line, h: H })], [null, null], JSON.stringify(line));
      for (const { changed, what } of changesOf(line)) {
        const text = JSON.stringify(changed);
        // The reader ignores keys that it does not know: two changes are such.
        if (texts.has(text) || what.endsWith('{"x":1}') || typeof changed !== "object" || changed === null) continue;
        texts.add(text);
        const seen = { reader: whyNoLine(changed), schema: lineRefusal({ ...changed, h: H }) };
        assertEquals(seen.reader === null, seen.schema === null, `${what}: ${JSON.stringify(seen)}`);
        if (seen.reader !== null) refused++;
      }
    }
    assert(refused > 0);
  });
}

Deno.test("the document says what it is, and what each line is about", () => {
  const { $id, $schema, description, oneOf, title } = recordOf(DOCUMENT);
  assertEquals([$schema, $id], ["https://json-schema.org/draft/2020-12/schema", "urn:vx11-stability:schema:journal:2"]);
  assertMatch(`${title}: ${description}`, /journal\.ndjson.*hash/);
  for (const line of oneOf as unknown[]) assertMatch(String(recordOf(line)["description"]), /^[A-Z].*\.$/);
});
