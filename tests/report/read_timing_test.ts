import { assertEquals, assertMatch } from "@std/assert";
import { runTiming } from "../../lib/figures/timing.ts";
import { readTiming } from "../../lib/report/read/timing.ts";
import { failingRun, interruptedRun, stableRun, warnRun } from "../fakes/records.ts";
import { jsonText } from "../fakes/texts.ts";

for (const [name, run] of Object.entries({ stableRun, warnRun, failingRun, interruptedRun })) {
  Deno.test(`readTiming() reads back what the report of ${name}() has, to a tenth of a millisecond`, () => {
    const { cycles, modules } = runTiming(run().evidence);
    const tenths = (value: object) =>
      JSON.parse(JSON.stringify(value, (_, it) => typeof it === "number" ? Math.round(it * 10) : it));
    const read = readTiming(jsonText(run()));
    assertEquals(tenths(read), tenths({ cycles: cycles.length, modules }));
  });
}

function changed(module: Record<string, unknown>): ReturnType<typeof readTiming> {
  const report = JSON.parse(jsonText(stableRun()));
  report.timing.modules = [{ ...report.timing.modules[0], ...module }];
  return readTiming(JSON.stringify(report));
}

const ODD: Record<string, unknown>[] = [
  { name: null },
  { tested: "yes" },
  { core: 1 },
  { cycles: -1 },
  { cycles: "2" },
  { phases_median_ms: [] },
  { phases_median_ms: { start: -5 } },
  { phases_median_ms: { start: "5" } },
  { phases_total_ms: null },
  { phases_total_ms: { stop: null } },
];
for (const module of ODD) {
  Deno.test(`readTiming() refuses ${JSON.stringify(module)}`, () => {
    assertEquals(changed(module), { why: "its `timing` is not as this program writes it", isRun: true });
  });
}

Deno.test("readTiming() leaves out phases that it does not know, and no prototype is one", () => {
  const read = changed({
    phases_median_ms: { start: 1, nap: 7 },
    phases_total_ms: JSON.parse('{"__proto__":{"stop":3}}'),
  });
  assertEquals("modules" in read && [read.modules[0]?.medianMs, read.modules[0]?.totalMs], [{ start: 1 }, {}]);
});

Deno.test("readTiming() says why anything else is no report", () => {
  const why = (text: string) => {
    const read = readTiming(text);
    return "why" in read ? read.why : read;
  };
  assertMatch(String(why("")), /^it is not JSON \(/);
  for (const text of ["null", "7", '"x"', "[]", "{}", '{"timing":{}}']) {
    assertEquals(why(text), "it is not the report of a run");
  }
  assertEquals(why('{"modules_tested":[],"schema_version":1}'), "it has schema version 1, and this program reads 2");
  for (const timing of ["null", "7", "{}", '{"modules":{}}', '{"modules":[null]}']) {
    const text = `{"modules_tested":[],"modules":{},"schema_version":2,"timing":${timing}}`;
    assertEquals(why(text), "its `timing` is not as this program writes it");
  }
});
