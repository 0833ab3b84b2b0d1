/** The JSON Schema of REPORT.json, as a validator not of ours reads it, beside every report that there is. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { reportSchema } from "../../lib/report/json/schema.ts";
import { journalSchema } from "../../lib/record/lines/json.ts";
import { recordOf } from "../../lib/values/json.ts";
import { inFolder, runDemo } from "../demo/demo_run.ts";
import { fuzzedRun } from "../fakes/fuzzed.ts";
import { failingRun, interruptedRun, leakRun, stableRun, warnRun } from "../fakes/records.ts";
import { jsonText } from "../fakes/texts.ts";
import { validatorOf } from "../parsers/ajv.ts";
import { changesOf } from "../parsers/json_values.ts";

const GOLDEN = new URL("../golden/", import.meta.url);
const DOCUMENT = recordOf(JSON.parse(JSON.stringify(reportSchema())));
const refusal = validatorOf(DOCUMENT);

/** compare.json is the answer of `compare`, and no report. */
const GOLDENS = [...Deno.readDirSync(GOLDEN)].map(({ name }) => name).filter((name) =>
  name.endsWith(".json") && name !== "compare.json"
);
for (const name of GOLDENS) {
  Deno.test(`the golden ${name} is valid`, async () => {
    assertEquals(refusal(JSON.parse(await Deno.readTextFile(new URL(name, GOLDEN)))), null);
  });
}

Deno.test("there are goldens to see", () => assert(GOLDENS.length >= 7, GOLDENS.join()));

Deno.test("the report of any record is valid, whatever names and values foreign programs gave", () => {
  for (let seed = 0; seed < 100; seed++) assertEquals(refusal(JSON.parse(jsonText(fuzzedRun(seed)))), null, `${seed}`);
});

/** Objects whose keys are names, and not the schema's. */
const BY_NAME = /\/(modules|also_run|metrics|leaks|test_results|versions)$/;

for (const [name, run] of Object.entries({ stableRun, failingRun, warnRun, interruptedRun, leakRun })) {
  Deno.test(`${name}() is refused with a key more or a key less in any place, and with a wrong value in any`, () => {
    const whole: unknown = JSON.parse(jsonText(run()));
    let count = 0;
    for (const { changed, path, what } of keyChanges(whole)) {
      if (BY_NAME.test(path)) continue;
      // Keys that only some modules, services and runs have.
      if (/\/(role|parts|cut_short|phases_ms\/\w+|phases_(?:median|total)_ms\/\w+) left out$/.test(what)) continue;
      assert(refusal(changed) !== null, what);
      count++;
    }
    assert(count > 200, `${count}`);
  });
}

Deno.test("a report with a value of another kind in any place of its first module is refused", () => {
  const whole = recordOf(JSON.parse(jsonText(failingRun())));
  const [name = ""] = Object.keys(recordOf(whole["modules"]));
  const module = recordOf(whole["modules"])[name];
  let count = 0;
  for (const { changed, what } of changesOf(module)) {
    if (!what.endsWith(' = {"x":1}')) continue;
    assert(refusal({ ...whole, modules: { [name]: changed } }) !== null, what);
    count++;
  }
  assert(count > 100, `${count}`);
});

const FAULTS = ["oom:switch", "flapping:hermes", "test-fails:mcp"].flatMap((fault) => ["--fault", fault]);

Deno.test("the report and each line of the journal of a run on real processes are valid", async () => {
  const line = validatorOf(recordOf(JSON.parse(JSON.stringify(journalSchema()))));
  await inFolder(async (dir) => {
    const options = ["--modules", "switch,hermes,mcp", "--cycles", "2", "--audit-dir", `${dir}/audit`];
    await runDemo(dir, [...options, ...FAULTS]);
    const read = (name: string) => Deno.readTextFile(`${dir}/audit/${name}`);
    assertEquals(refusal(JSON.parse(await read("REPORT.json"))), null);
    const lines = (await read("journal.ndjson")).trim().split("\n");
    assert(lines.length > 100);
    for (const text of lines) assertEquals(line(JSON.parse(text)), null, text);
  });
});

Deno.test("the document says what it is", () => {
  assertEquals(DOCUMENT["$id"], "urn:vx11-stability:schema:report:2");
  assertMatch(String(DOCUMENT["description"]), /never 0/);
  const { properties } = recordOf(recordOf(DOCUMENT["$defs"])["stats"]);
  assertMatch(String(recordOf(recordOf(properties)["restart_count"])["description"]), /never seen/);
});

interface KeyChange {
  path: string;
  what: string;
  changed: unknown;
}

/** The value with each key of each object left out, and with a key more in each. */
function* keyChanges(value: unknown, path = ""): Generator<KeyChange> {
  if (Array.isArray(value)) {
    for (const [nr, item] of value.entries()) {
      for (const change of keyChanges(item, `${path}/${nr}`)) {
        yield { ...change, changed: value.with(nr, change.changed) };
      }
    }
  } else if (typeof value === "object" && value !== null) {
    yield { path, what: `${path} with a key more`, changed: { ...value, more_ms: 1 } };
    for (const [key, item] of Object.entries(value)) {
      const { [key]: _, ...without } = recordOf(value);
      yield { path, what: `${path}/${key} left out`, changed: without };
      for (const change of keyChanges(item, `${path}/${key}`)) {
        yield { ...change, changed: { ...value, [key]: change.changed } };
      }
    }
  }
}
